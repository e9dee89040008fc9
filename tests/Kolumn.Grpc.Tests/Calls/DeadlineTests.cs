using Google.Protobuf;
using Grpc.Core;
using Kolumn.Grpc.Tests.Hosting;
using Kolumn.Grpc.Tests.Protos;

namespace Kolumn.Grpc.Tests.Calls;

public sealed class DeadlineTests : CallTest
{
    // Long enough for a call to reach its service on a busy machine, once the connection is there.
    private static DateTime Soon => DateTime.UtcNow.AddMilliseconds(600);

    [Theory, CombinatorialKinds]
    public async Task Deadline_PassedDuringACall_EndsItOnBothSides(ServerKind kind)
    {
        var fired = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var server = await ProbeServer.StartAsync(kind, new ProbeService
        {
            OnEcho = async (request, context) =>
            {
                if (request.Payload.ToStringUtf8() == "wait")
                {
                    await using var registration = context.CancellationToken.Register(fired.SetResult);
                    await UntilCancelledAsync(context.CancellationToken);
                }

                return new ProbeReply { Payload = request.Payload };
            },
        });
        var client = server.CreateClient();
        await ShouldStillAnswerAsync(client);

        var failure = await FailureOfAsync(async () => await client.EchoAsync(Request("wait"), deadline: Soon, cancellationToken: TestToken));

        failure.StatusCode.ShouldBe(StatusCode.DeadlineExceeded);
        await fired.Task.WaitAsync(Limit, TestToken);
        await ShouldStillAnswerAsync(client);
    }

    [Theory, CombinatorialKinds]
    public async Task Deadline_PassedWhileTheServiceIgnoresItsToken_EndsTheCall(ServerKind kind)
    {
        var release = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var server = await ProbeServer.StartAsync(kind, new ProbeService
        {
            OnEcho = async (request, _) =>
            {
                if (request.Payload.ToStringUtf8() == "wait")
                {
                    await release.Task.WaitAsync(Limit);
                }

                return new ProbeReply { Payload = request.Payload };
            },
        });
        var client = server.CreateClient();
        await ShouldStillAnswerAsync(client);

        var failure = await FailureOfAsync(async () => await client.EchoAsync(Request("wait"), deadline: Soon, cancellationToken: TestToken));

        failure.StatusCode.ShouldBe(StatusCode.DeadlineExceeded);
        await ShouldStillAnswerAsync(client);
        release.SetResult();
        await ShouldStillAnswerAsync(client);
    }

    [Theory, CombinatorialKinds]
    public async Task Deadline_PassedBeforeTheCall_NeverReachesTheService(ServerKind kind)
    {
        var calls = 0;
        await using var server = await ProbeServer.StartAsync(kind, new ProbeService
        {
            OnEcho = (request, _) =>
            {
                Interlocked.Increment(ref calls);
                return Task.FromResult(new ProbeReply { Payload = request.Payload });
            },
        });
        var client = server.CreateClient();

        var failure = await FailureOfAsync(async () =>
            await client.EchoAsync(Request("x"), deadline: DateTime.UtcNow.AddSeconds(-1), cancellationToken: TestToken));

        failure.StatusCode.ShouldBe(StatusCode.DeadlineExceeded);
        await ShouldStillAnswerAsync(client);
        calls.ShouldBe(1);
    }

    [Theory, CombinatorialKinds]
    public async Task Deadline_OfACall_IsKnownToTheService(ServerKind kind)
    {
        var seen = DateTime.MinValue;
        await using var server = await ProbeServer.StartAsync(kind, new ProbeService
        {
            OnEcho = (_, context) =>
            {
                seen = context.Deadline;
                return Task.FromResult(new ProbeReply());
            },
        });
        var deadline = DateTime.UtcNow.AddMinutes(10);

        await server.CreateClient().EchoAsync(Request("x"), deadline: deadline, cancellationToken: TestToken);

        seen.Kind.ShouldBe(DateTimeKind.Utc);
        seen.ShouldBe(deadline, TimeSpan.FromSeconds(20));
    }

    [Theory, CombinatorialKinds]
    public async Task Deadline_ThatNeverComes_IsNone(ServerKind kind)
    {
        await using var server = await ProbeServer.StartAsync(kind, new ProbeService());
        var client = server.CreateClient();

        await client.EchoAsync(Request("x"), deadline: DateTime.MaxValue, cancellationToken: TestToken);
        await client.EchoAsync(Request("x"), deadline: DateTime.UtcNow.AddYears(50), cancellationToken: TestToken);
    }

    [Theory, CombinatorialKinds]
    public async Task Deadline_PassedWhileTheClientDoesNotRead_FreesTheService(ServerKind kind)
    {
        var outcome = new TaskCompletionSource<Exception>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var server = await ProbeServer.StartAsync(kind, new ProbeService
        {
            OnRepeat = async (request, replies, context) =>
            {
                try
                {
                    while (true)
                    {
                        await replies.WriteAsync(new ProbeReply { Payload = request.Payload }, context.CancellationToken);
                    }
                }
                catch (Exception failure)
                {
                    outcome.SetResult(failure);
                    throw;
                }
            },
        });
        var client = server.CreateClient();
        await ShouldStillAnswerAsync(client);
        using var call = client.Repeat(
            new ProbeRequest { Payload = ByteString.CopyFrom(new byte[100_000]) },
            deadline: Soon,
            cancellationToken: TestToken);

        // Nobody reads: the window fills, a write waits, and only the deadline ends it.
        await outcome.Task.WaitAsync(Limit, TestToken);

        await ShouldStillAnswerAsync(client);
    }

    [Theory, CombinatorialKinds]
    public async Task Deadline_PassedWhileReading_EndsTheStream(ServerKind kind)
    {
        await using var server = await ProbeServer.StartAsync(kind, new ProbeService
        {
            OnRepeat = async (_, replies, context) =>
            {
                await replies.WriteAsync(new ProbeReply());
                await UntilCancelledAsync(context.CancellationToken);
            },
        });
        var client = server.CreateClient();
        await ShouldStillAnswerAsync(client);
        using var call = client.Repeat(Request("x"), deadline: Soon, cancellationToken: TestToken);
        (await call.ResponseStream.MoveNext(TestToken)).ShouldBeTrue();

        var failure = await FailureOfAsync(() => call.ResponseStream.MoveNext(TestToken));

        failure.StatusCode.ShouldBe(StatusCode.DeadlineExceeded);
        await ShouldStillAnswerAsync(client);
    }

    [Theory, CombinatorialKinds]
    public async Task Deadlines_OfManyCallsAtOnce_AllEndAndTheConnectionLives(ServerKind kind)
    {
        await using var server = await ProbeServer.StartAsync(kind, new ProbeService
        {
            OnEcho = async (request, context) =>
            {
                if (request.Payload.ToStringUtf8() == "wait")
                {
                    await UntilCancelledAsync(context.CancellationToken);
                }

                return new ProbeReply { Payload = request.Payload };
            },
        });
        var client = server.CreateClient();
        var deadline = Soon;

        var failures = await Task.WhenAll(Enumerable.Range(0, 200).Select(_ =>
            FailureOfAsync(async () => await client.EchoAsync(Request("wait"), deadline: deadline, cancellationToken: TestToken))));

        failures.ShouldAllBe(failure => failure.StatusCode == StatusCode.DeadlineExceeded);
        await ShouldStillAnswerAsync(client);
    }
}
