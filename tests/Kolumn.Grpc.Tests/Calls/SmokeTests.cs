using Google.Protobuf;
using Grpc.AspNetCore.Server.Internal;
using Grpc.Core;
using Grpc.Net.Client;
using Kolumn.Grpc.Tests.Protos;

namespace Kolumn.Grpc.Tests.Calls;

public sealed class SmokeTests
{
    private sealed class Service : Probe.ProbeBase
    {
        public override Task<ProbeReply> Echo(ProbeRequest request, ServerCallContext context) => Task.FromResult(new ProbeReply { Payload = request.Payload });
        public override async Task Repeat(ProbeRequest request, IServerStreamWriter<ProbeReply> responseStream, ServerCallContext context)
        {
            for (var i = 0; i < request.Count; i++) await responseStream.WriteAsync(new ProbeReply { Index = i, Payload = request.Payload });
        }
    }

    [Fact]
    public async Task Works()
    {
        var ct = TestContext.Current.CancellationToken;
        await using var server = new LocalGrpcServer(new() { Endpoint = new LocalEndpoint.Tcp(0, 0) , EnableDetailedErrors = true });
        server.Bind(b => Probe.BindService(b, new Service()));
        await server.StartAsync(ct);
        using var channel = GrpcChannel.ForAddress($"http://{server.BoundEndpoint}");
        var client = new Probe.ProbeClient(channel);
        var reply = await client.EchoAsync(new ProbeRequest { Payload = ByteString.CopyFromUtf8("x") }, deadline: DateTime.UtcNow.AddSeconds(5), cancellationToken: ct);
        reply.Payload.ToStringUtf8().ShouldBe("x");
        using var call = client.Repeat(new ProbeRequest { Count = 1000, Payload = ByteString.CopyFromUtf8("x") }, cancellationToken: ct);
        var n = 0;
        await foreach (var r in call.ResponseStream.ReadAllAsync(ct)) r.Index.ShouldBe(n++);
        n.ShouldBe(1000);
        call.GetStatus().StatusCode.ShouldBe(StatusCode.OK);
    }
}
