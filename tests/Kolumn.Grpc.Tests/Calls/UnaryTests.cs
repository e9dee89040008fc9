using Google.Protobuf;
using Grpc.Core;
using Kolumn.Grpc.Tests.Hosting;
using Kolumn.Grpc.Tests.Protos;

namespace Kolumn.Grpc.Tests.Calls;

public sealed class UnaryTests : CallTest
{
    [Theory, CombinatorialKinds(0, 1, 1023, 16 * 1024 - 5, 16 * 1024, 70_000, 4 * 1024 * 1024 - 16)]
    public async Task Echo_PayloadOfAnyLength_ComesBack(ServerKind kind, int length)
    {
        var payload = new byte[length];
        new Random(length).NextBytes(payload);
        await using var server = await ProbeServer.StartAsync(kind, new ProbeService());

        var reply = await server.CreateClient().EchoAsync(new ProbeRequest { Payload = ByteString.CopyFrom(payload) }, cancellationToken: TestToken);

        reply.Payload.ToByteArray().ShouldBe(payload);
    }

    [Theory, CombinatorialKinds]
    public async Task Echo_64Megabytes_ComesBack(ServerKind kind)
    {
        var payload = new byte[64 * 1024 * 1024];
        new Random(64).NextBytes(payload);
        await using var server = await ProbeServer.StartAsync(kind, new ProbeService(), new ServerSettings { MaxReceiveMessageSize = null });
        var client = server.CreateClient(options => options.MaxReceiveMessageSize = null);

        var reply = await client.EchoAsync(new ProbeRequest { Payload = UnsafeByteOperations.UnsafeWrap(payload) }, cancellationToken: TestToken);

        reply.Payload.Span.SequenceEqual(payload).ShouldBeTrue();
        await ShouldStillAnswerAsync(client);
    }

    [Theory, CombinatorialKinds]
    public async Task Echo_150CallsAtOnce_AllRunTogether(ServerKind kind)
    {
        const int calls = 150;
        var arrived = 0;
        var all = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var server = await ProbeServer.StartAsync(kind, new ProbeService
        {
            OnEcho = async (request, _) =>
            {
                // Nobody is answered before everybody has come.
                if (Interlocked.Increment(ref arrived) == calls)
                {
                    all.SetResult();
                }

                await all.Task.WaitAsync(Limit);
                return new ProbeReply { Payload = request.Payload };
            },
        });
        var client = server.CreateClient();

        var replies = await Task.WhenAll(Enumerable.Range(0, calls)
            .Select(i => client.EchoAsync(Request($"{i}"), cancellationToken: TestToken).ResponseAsync)).WaitAsync(Limit, TestToken);

        replies.Select(reply => reply.Payload.ToStringUtf8()).ShouldBe(Enumerable.Range(0, calls).Select(i => $"{i}"));
    }

    [Theory, CombinatorialKinds]
    public async Task BlockingCall_Answered_GivesTheReply(ServerKind kind)
    {
        await using var server = await ProbeServer.StartAsync(kind, new ProbeService());
        var client = server.CreateClient();

        var reply = await Task.Run(() => client.Echo(Request("blocking"), cancellationToken: TestToken), TestToken).WaitAsync(Limit, TestToken);

        reply.Payload.ToStringUtf8().ShouldBe("blocking");
    }

    [Theory, CombinatorialKinds]
    public async Task Call_Ended_KnowsStatusAndTrailers(ServerKind kind)
    {
        await using var server = await ProbeServer.StartAsync(kind, new ProbeService());
        using var call = server.CreateClient().EchoAsync(Request("x"), cancellationToken: TestToken);

        await call;

        call.GetStatus().StatusCode.ShouldBe(StatusCode.OK);
        call.GetTrailers().ShouldBeEmpty();
    }

    [Theory, CombinatorialKinds]
    public async Task Call_StillRunning_HasNoStatusYet(ServerKind kind)
    {
        var release = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var server = await ProbeServer.StartAsync(kind, new ProbeService
        {
            OnEcho = async (_, _) =>
            {
                await release.Task.WaitAsync(Limit);
                return new ProbeReply();
            },
        });
        using var call = server.CreateClient().EchoAsync(Request("x"), cancellationToken: TestToken);

        Should.Throw<InvalidOperationException>(() => call.GetStatus());
        Should.Throw<InvalidOperationException>(() => call.GetTrailers());

        release.SetResult();
        await call;
        call.GetStatus().StatusCode.ShouldBe(StatusCode.OK);
    }

    [Theory, CombinatorialKinds]
    public async Task Context_OfARunningCall_DescribesIt(ServerKind kind)
    {
        ServerCallContext? seen = null;
        var peer = "";
        var authenticated = false;
        await using var server = await ProbeServer.StartAsync(kind, new ProbeService
        {
            OnEcho = (_, context) =>
            {
                seen = context;
                peer = context.Peer;
                authenticated = context.AuthContext.IsPeerAuthenticated;
                context.UserState["key"] = "kept";
                context.UserState["key"].ShouldBe("kept");
                return Task.FromResult(new ProbeReply());
            },
        });

        await server.CreateClient().EchoAsync(Request("x"), cancellationToken: TestToken);

        seen!.Method.ShouldBe("/kolumn.grpc.tests.Probe/Echo");
        seen.Deadline.ShouldBe(DateTime.MaxValue);
        authenticated.ShouldBe(kind == ServerKind.LocalMutualTls);
        peer.ShouldStartWith(kind == ServerKind.LocalUnix ? "unix:" : "ipv4:127.0.0.1:");
    }
}
