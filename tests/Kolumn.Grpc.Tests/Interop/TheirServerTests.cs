using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;
using Kolumn.Grpc.Tests.Hosting;
using Kolumn.Grpc.Tests.Protos;

namespace Kolumn.Grpc.Tests.Interop;

/// <summary>Our client against servers of others.</summary>
public sealed class TheirServerTests : CallTest
{
    public static TheoryData<InteropPeer> Peers => [.. Enum.GetValues<InteropPeer>()];

    [Theory, MemberData(nameof(Peers))]
    public async Task Unary_WithMetadata_ComesBackWithIt(InteropPeer peer)
    {
        await using var server = await TheirServer.StartAsync(peer);
        using var call = server.Client.EchoAsync(Request("hello"), Headers("echo"), cancellationToken: TestToken);

        var reply = await call;

        reply.Payload.ToStringUtf8().ShouldBe("hello");
        reply.Index.ShouldBe(7);
        foreach (var metadata in new[] { await call.ResponseHeadersAsync, call.GetTrailers() })
        {
            metadata.GetValue("probe-text").ShouldBe("text");
            metadata.GetValueBytes("probe-bin").ShouldBe([0, 1, 255]);
        }
    }

    [Theory, MemberData(nameof(Peers))]
    public async Task Gzip_BothWays_ComesBack(InteropPeer peer)
    {
        await using var server = await TheirServer.StartAsync(peer);
        foreach (var length in new[] { 0, 1, 100_000 })
        {
            var payload = ByteString.CopyFrom(new byte[length]);

            var reply = await server.Client.EchoAsync(
                new ProbeRequest { Payload = payload },
                new Metadata { { "grpc-internal-encoding-request", "gzip" } },
                cancellationToken: TestToken);

            reply.Payload.ShouldBe(payload);
        }
    }

    [Theory, MemberData(nameof(Peers))]
    public async Task Message_Of20Megabytes_ComesBack(InteropPeer peer)
    {
        var payload = new byte[20 * 1024 * 1024];
        new Random(20).NextBytes(payload);
        await using var server = await TheirServer.StartAsync(peer);

        var reply = await server.Client.EchoAsync(new ProbeRequest { Payload = UnsafeByteOperations.UnsafeWrap(payload) }, cancellationToken: TestToken);

        reply.Payload.Span.SequenceEqual(payload).ShouldBeTrue();
    }

    [Theory, MemberData(nameof(Peers))]
    public async Task Refusal_WithNonAsciiText_IsUnderstood(InteropPeer peer)
    {
        await using var server = await TheirServer.StartAsync(peer);

        var failure = await FailureOfAsync(async () => await server.Client.EchoAsync(Request("x"), Headers("fail"), cancellationToken: TestToken));

        failure.StatusCode.ShouldBe(StatusCode.FailedPrecondition);
        failure.Status.Detail.ShouldBe("größe: 100 % \U0001F600");
        failure.Trailers.GetValueBytes("reason-bin").ShouldBe([0, 255]);
        await ShouldStillAnswerAsync(server.Client);
    }

    [Theory, MemberData(nameof(Peers))]
    public async Task Deadline_Passed_EndsTheCallOnBothSides(InteropPeer peer)
    {
        await using var server = await TheirServer.StartAsync(peer);
        await ShouldStillAnswerAsync(server.Client);

        var failure = await FailureOfAsync(async () => await server.Client.EchoAsync(
            Request("x"), Headers("wait"), DateTime.UtcNow.AddSeconds(1.5), TestToken));

        failure.StatusCode.ShouldBe(StatusCode.DeadlineExceeded);
        (await server.Process.ReadLineAsync()).ShouldBe("cancelled");
        await ShouldStillAnswerAsync(server.Client);
    }

    [Theory, MemberData(nameof(Peers))]
    public async Task Method_NotServed_IsUnimplemented(InteropPeer peer)
    {
        await using var server = await TheirServer.StartAsync(peer);
        var unknown = new Method<string, string>(
            MethodType.Unary, "kolumn.grpc.tests.Probe", "Missing", Marshallers.StringMarshaller, Marshallers.StringMarshaller);

        var failure = await FailureOfAsync(async () =>
            await server.Channel.CreateCallInvoker().AsyncUnaryCall(unknown, null, new CallOptions(cancellationToken: TestToken), "x"));

        failure.StatusCode.ShouldBe(StatusCode.Unimplemented);
        await ShouldStillAnswerAsync(server.Client);
    }

    [Theory, MemberData(nameof(Peers))]
    public async Task Stream_ToItsEnd_ArrivesInOrder(InteropPeer peer)
    {
        await using var server = await TheirServer.StartAsync(peer);
        using var call = server.Client.Repeat(Request("x", 2000), cancellationToken: TestToken);

        var indexes = new List<int>();
        await foreach (var reply in call.ResponseStream.ReadAllAsync(TestToken))
        {
            indexes.Add(reply.Index);
        }

        indexes.ShouldBe(Enumerable.Range(0, 2000));
        call.GetStatus().StatusCode.ShouldBe(StatusCode.OK);
    }

    [Theory, MemberData(nameof(Peers))]
    public async Task Stream_RefusedAtItsEnd_GivesAllMessagesAndTheStatus(InteropPeer peer)
    {
        await using var server = await TheirServer.StartAsync(peer);
        using var call = server.Client.Repeat(Request("x", 3), Headers("fail"), cancellationToken: TestToken);

        for (var index = 0; index < 3; index++)
        {
            (await call.ResponseStream.MoveNext(TestToken)).ShouldBeTrue();
        }

        var failure = await FailureOfAsync(() => call.ResponseStream.MoveNext(TestToken));
        failure.StatusCode.ShouldBe(StatusCode.DataLoss);
        failure.Status.Detail.ShouldBe("größe");
        await ShouldStillAnswerAsync(server.Client);
    }

    private static Metadata Headers(string doing) => new() { { "do", doing }, { "probe-text", "text" }, { "probe-bin", [0, 1, 255] } };

    private sealed class TheirServer : IAsyncDisposable
    {
        private TheirServer(PeerProcess process, GrpcChannel channel)
        {
            Process = process;
            Channel = channel;
            Client = new Probe.ProbeClient(channel);
        }

        public PeerProcess Process { get; }

        public GrpcChannel Channel { get; }

        public Probe.ProbeClient Client { get; }

        public static async Task<TheirServer> StartAsync(InteropPeer peer)
        {
            var process = await InteropPeers.StartServerAsync(peer, "127.0.0.1:0");
            return new TheirServer(process, GrpcChannel.ForAddress(
                $"http://127.0.0.1:{await process.ReadPortAsync()}", new GrpcChannelOptions { MaxReceiveMessageSize = null }));
        }

        public async ValueTask DisposeAsync()
        {
            Channel.Dispose();
            await Process.DisposeAsync();
        }
    }
}
