using Google.Protobuf;
using Grpc.Core;
using Kolumn.Protocol;
using Kolumn.Protocol.Wire;
using Microsoft.AspNetCore.Server.Kestrel.Core;

// The provider service on WebApplication.CreateBuilder: what the launch benchmark compares a provider with.
var socket = Path.Combine(Environment.GetEnvironmentVariable(HandshakeEnvironment.SocketDirectory)!, "baseline");
var builder = WebApplication.CreateBuilder(args);
builder.Logging.ClearProviders();
builder.Services.AddGrpc();
builder.WebHost.ConfigureKestrel(kestrel => kestrel.ListenUnixSocket(socket, listen => listen.Protocols = HttpProtocols.Http2));
var application = builder.Build();
application.MapGrpcService<BaselineService>();
await application.StartAsync();
Console.WriteLine(new Handshake { AppVersion = 1, Network = "unix", Address = socket }.Format());
await Console.In.ReadLineAsync();
await application.StopAsync();

internal sealed class BaselineService : Provider.ProviderBase
{
    public override Task<SchemaResponse> Schema(SchemaRequest request, ServerCallContext context) =>
        Task.FromResult(new SchemaResponse { Schema = ByteString.CopyFromUtf8("""{"name":"baseline","version":"1.0.0"}""") });
}
