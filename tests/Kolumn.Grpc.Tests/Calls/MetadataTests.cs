using Grpc.Core;
using Kolumn.Grpc.Tests.Hosting;
using Kolumn.Grpc.Tests.Protos;

namespace Kolumn.Grpc.Tests.Calls;

public sealed class MetadataTests : CallTest
{
    private static readonly byte[] Bytes = [0, 1, 2, 0xFE, 0xFF, 10, 13];

    [Theory, CombinatorialKinds]
    public async Task RequestHeaders_TextAndBinary_ReachTheService(ServerKind kind)
    {
        Metadata? seen = null;
        await using var server = await ProbeServer.StartAsync(kind, new ProbeService
        {
            OnEcho = (_, context) =>
            {
                seen = context.RequestHeaders;
                return Task.FromResult(new ProbeReply());
            },
        });
        var headers = new Metadata
        {
            { "Kolumn-Request-Id", "r-1" },
            { "empty", "" },
            { "several", "one" },
            { "several", "two" },
            { "trace-bin", Bytes },
            { "trace-bin", [1] },
            { "nothing-bin", [] },
        };

        await server.CreateClient().EchoAsync(Request("x"), headers, cancellationToken: TestToken);

        seen!.GetValue("kolumn-request-id").ShouldBe("r-1");
        seen.GetValue("empty").ShouldBe("");
        string.Join(", ", seen.GetAll("several").Select(entry => entry.Value)).ShouldBe("one, two");
        seen.GetAll("trace-bin").Select(entry => entry.ValueBytes).ShouldBe([Bytes, [1]]);
        seen.GetValueBytes("nothing-bin").ShouldBe([]);
    }

    [Theory, CombinatorialKinds]
    public async Task RequestHeaders_OfTheProtocol_AreNotMetadata(ServerKind kind)
    {
        Metadata? seen = null;
        await using var server = await ProbeServer.StartAsync(kind, new ProbeService
        {
            OnEcho = (_, context) =>
            {
                seen = context.RequestHeaders;
                return Task.FromResult(new ProbeReply());
            },
        });

        await server.CreateClient().EchoAsync(Request("x"), deadline: DateTime.UtcNow.AddMinutes(1), cancellationToken: TestToken);

        seen!.Select(entry => entry.Key).ShouldNotContain(key => key.StartsWith(':') || key == "te" || key == "content-type"
            || key == "grpc-timeout" || key == "grpc-accept-encoding");
    }

    [Theory, CombinatorialKinds]
    public async Task ResponseHeaders_SentEarly_ArriveBeforeTheReply(ServerKind kind)
    {
        var release = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var server = await ProbeServer.StartAsync(kind, new ProbeService
        {
            OnEcho = async (request, context) =>
            {
                await context.WriteResponseHeadersAsync(new Metadata { { "stage", "started" }, { "stage-bin", Bytes } });
                await release.Task.WaitAsync(Limit);
                return new ProbeReply { Payload = request.Payload };
            },
        });
        using var call = server.CreateClient().EchoAsync(Request("x"), cancellationToken: TestToken);

        var headers = await call.ResponseHeadersAsync.WaitAsync(Limit, TestToken);

        headers.GetValue("stage").ShouldBe("started");
        headers.GetValueBytes("stage-bin").ShouldBe(Bytes);
        call.ResponseAsync.IsCompleted.ShouldBeFalse();
        release.SetResult();
        (await call).Payload.ToStringUtf8().ShouldBe("x");
    }

    [Theory, CombinatorialKinds]
    public async Task ResponseHeaders_SentTwice_FailInTheService(ServerKind kind)
    {
        await using var server = await ProbeServer.StartAsync(kind, new ProbeService
        {
            OnEcho = async (_, context) =>
            {
                await context.WriteResponseHeadersAsync(new Metadata { { "stage", "started" } });
                await Should.ThrowAsync<InvalidOperationException>(() => context.WriteResponseHeadersAsync([]));
                return new ProbeReply();
            },
        });

        var call = server.CreateClient().EchoAsync(Request("x"), cancellationToken: TestToken);

        await call;
        (await call.ResponseHeadersAsync).GetValue("stage").ShouldBe("started");
    }

    [Theory, CombinatorialKinds]
    public async Task Trailers_OfASuccessfulCall_ReachTheCaller(ServerKind kind)
    {
        await using var server = await ProbeServer.StartAsync(kind, new ProbeService
        {
            OnEcho = (_, context) =>
            {
                context.ResponseTrailers.Add("rows", "42");
                context.ResponseTrailers.Add("plan-bin", Bytes);
                return Task.FromResult(new ProbeReply());
            },
        });
        using var call = server.CreateClient().EchoAsync(Request("x"), cancellationToken: TestToken);

        await call;

        call.GetTrailers().GetValue("rows").ShouldBe("42");
        call.GetTrailers().GetValueBytes("plan-bin").ShouldBe(Bytes);
    }

    [Theory, CombinatorialKinds]
    public async Task Trailers_OfARefusal_ReachTheCaller(ServerKind kind)
    {
        await using var server = await ProbeServer.StartAsync(kind, new ProbeService
        {
            OnEcho = (_, context) =>
            {
                context.ResponseTrailers.Add("first", "of the context");
                throw new RpcException(
                    new Status(StatusCode.Aborted, "no"), new Metadata { { "second", "of the exception" }, { "details-bin", Bytes } });
            },
        });

        var failure = await FailureOfAsync(async () => await server.CreateClient().EchoAsync(Request("x"), cancellationToken: TestToken));

        failure.Trailers.GetValue("first").ShouldBe("of the context");
        failure.Trailers.GetValue("second").ShouldBe("of the exception");
        failure.Trailers.GetValueBytes("details-bin").ShouldBe(Bytes);
    }

    [Theory, CombinatorialKinds]
    public async Task Trailers_OfTheContextThrownAgain_ArriveOnce(ServerKind kind)
    {
        await using var server = await ProbeServer.StartAsync(kind, new ProbeService
        {
            OnEcho = (_, context) =>
            {
                context.ResponseTrailers.Add("once", "only");
                throw new RpcException(new Status(StatusCode.Aborted, "no"), context.ResponseTrailers);
            },
        });

        var failure = await FailureOfAsync(async () => await server.CreateClient().EchoAsync(Request("x"), cancellationToken: TestToken));

        failure.StatusCode.ShouldBe(StatusCode.Aborted);
        failure.Trailers.GetAll("once").Select(entry => entry.Value).ShouldBe(["only"]);
    }
}
