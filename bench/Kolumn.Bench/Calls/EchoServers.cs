using Google.Protobuf;
using Grpc.AspNetCore.Server.Internal;
using Grpc.Core;
using Kolumn.Protocol.Wire;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;

namespace Kolumn.Bench.Calls;

/// <summary>The two sides of the call benchmark's comparison: both return what they were sent, over HTTP/2 on a Unix socket.</summary>
internal static class EchoServers
{
    public static async Task<int> ServeGrpcAsync(string socket)
    {
        await using var server = new LocalGrpcServer(new LocalGrpcServerOptions { Endpoint = new LocalEndpoint.Unix(socket) })
            .Bind(binder => Provider.BindService(binder, new EchoService()));
        await server.StartAsync(CancellationToken.None);
        await ServeUntilStdinClosesAsync();
        return 0;
    }

    public static async Task<int> ServeHttpAsync(string socket)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.ListenUnixSocket(socket, listen => listen.Protocols = HttpProtocols.Http2));
        await using var application = builder.Build();
        application.Run(async context =>
        {
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body, context.RequestAborted);
            context.Response.ContentLength = body.Length;
            await context.Response.Body.WriteAsync(body.GetBuffer().AsMemory(0, (int)body.Length), context.RequestAborted);
        });
        await application.StartAsync();
        await ServeUntilStdinClosesAsync();
        return 0;
    }

    private static async Task ServeUntilStdinClosesAsync()
    {
        Console.WriteLine("ready");
        await Console.In.ReadLineAsync();
    }

    private sealed class EchoService : Provider.ProviderBase
    {
        public override Task<CallFunctionResponse> CallFunction(CallFunctionRequest request, ServerCallContext context) =>
            Task.FromResult(new CallFunctionResponse { Output = request.Input });
    }
}
