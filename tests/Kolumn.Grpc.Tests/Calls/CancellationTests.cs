using Grpc.Core;
using Kolumn.Grpc.Tests.Hosting;
using Kolumn.Grpc.Tests.Protos;

namespace Kolumn.Grpc.Tests.Calls;

public sealed class CancellationTests : CallTest
{
    // A service that says when it was entered and when its token fired, and answers "still here" at once.
    private sealed class WaitingService
    {
        private readonly TaskCompletionSource _entered = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource _cancelled = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public WaitingService() => Probe = new ProbeService
        {
            OnEcho = async (request, context) =>
            {
                if (request.Payload.ToStringUtf8() == "wait")
                {
                    await WaitAsync(context);
                }

                return new ProbeReply { Payload = request.Payload };
            },
            OnRepeat = async (_, replies, context) =>
            {
                await replies.WriteAsync(new ProbeReply { Index = 1 });
                await WaitAsync(context);
            },
        };

        public ProbeService Probe { get; }

        public Task Entered => _entered.Task.WaitAsync(Limit, TestToken);

        public Task Cancelled => _cancelled.Task.WaitAsync(Limit, TestToken);

        private async Task WaitAsync(ServerCallContext context)
        {
            await using var registration = context.CancellationToken.Register(_cancelled.SetResult);
            _entered.SetResult();
            await UntilCancelledAsync(context.CancellationToken);
        }
    }

    [Theory, CombinatorialKinds]
    public async Task Token_CancelledDuringACall_EndsItOnBothSides(ServerKind kind)
    {
        var service = new WaitingService();
        await using var server = await ProbeServer.StartAsync(kind, service.Probe);
        var client = server.CreateClient();
        using var cancel = new CancellationTokenSource();
        using var call = client.EchoAsync(Request("wait"), cancellationToken: cancel.Token);
        await service.Entered;

        await cancel.CancelAsync();

        (await FailureOfAsync(() => call.ResponseAsync)).StatusCode.ShouldBe(StatusCode.Cancelled);
        await service.Cancelled;
        call.GetStatus().StatusCode.ShouldBe(StatusCode.Cancelled);
        await ShouldStillAnswerAsync(client);
    }

    [Theory, CombinatorialKinds]
    public async Task Call_DisposedWhileRunning_EndsOnBothSides(ServerKind kind)
    {
        var service = new WaitingService();
        await using var server = await ProbeServer.StartAsync(kind, service.Probe);
        var client = server.CreateClient();
        var call = client.EchoAsync(Request("wait"), cancellationToken: TestToken);
        await service.Entered;

        call.Dispose();

        (await FailureOfAsync(() => call.ResponseAsync)).StatusCode.ShouldBe(StatusCode.Cancelled);
        await service.Cancelled;
        await ShouldStillAnswerAsync(client);
    }

    [Theory, CombinatorialKinds]
    public async Task Token_CancelledBeforeTheCall_NeverReachesTheService(ServerKind kind)
    {
        var service = new WaitingService();
        await using var server = await ProbeServer.StartAsync(kind, service.Probe);
        var client = server.CreateClient();

        var failure = await FailureOfAsync(async () => await client.EchoAsync(Request("wait"), cancellationToken: new CancellationToken(true)));

        failure.StatusCode.ShouldBe(StatusCode.Cancelled);
        await ShouldStillAnswerAsync(client);
    }

    [Theory, CombinatorialKinds]
    public async Task Token_CancelledWhileReading_EndsTheStreamOnBothSides(ServerKind kind)
    {
        var service = new WaitingService();
        await using var server = await ProbeServer.StartAsync(kind, service.Probe);
        var client = server.CreateClient();
        using var cancel = new CancellationTokenSource();
        using var call = client.Repeat(Request("x"), cancellationToken: TestToken);
        (await call.ResponseStream.MoveNext(TestToken)).ShouldBeTrue();
        var next = call.ResponseStream.MoveNext(cancel.Token);
        await service.Entered;

        await cancel.CancelAsync();

        (await FailureOfAsync(() => next)).StatusCode.ShouldBe(StatusCode.Cancelled);
        await service.Cancelled;
        await ShouldStillAnswerAsync(client);
    }

    [Theory, CombinatorialKinds]
    public async Task Stream_DisposedBeforeItsEnd_EndsOnTheServer(ServerKind kind)
    {
        var service = new WaitingService();
        await using var server = await ProbeServer.StartAsync(kind, service.Probe);
        var client = server.CreateClient();
        var call = client.Repeat(Request("x"), cancellationToken: TestToken);
        (await call.ResponseStream.MoveNext(TestToken)).ShouldBeTrue();
        await service.Entered;

        call.Dispose();

        await service.Cancelled;
        (await FailureOfAsync(() => call.ResponseStream.MoveNext(TestToken))).StatusCode.ShouldBe(StatusCode.Cancelled);
        await ShouldStillAnswerAsync(client);
    }

    [Theory, CombinatorialKinds]
    public async Task Stream_DisposedUnread_EndsOnTheServer(ServerKind kind)
    {
        var service = new WaitingService();
        await using var server = await ProbeServer.StartAsync(kind, service.Probe);
        var client = server.CreateClient();
        var call = client.Repeat(Request("x"), cancellationToken: TestToken);
        await service.Entered;

        call.Dispose();

        await service.Cancelled;
        await ShouldStillAnswerAsync(client);
    }

    [Theory, CombinatorialKinds]
    public async Task Stream_DisposedWhileTheServiceIgnoresItsToken_StopsItsWrites(ServerKind kind)
    {
        var stopped = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var server = await ProbeServer.StartAsync(kind, new ProbeService
        {
            OnRepeat = async (_, replies, _) =>
            {
                try
                {
                    while (true)
                    {
                        await replies.WriteAsync(new ProbeReply());
                    }
                }
                finally
                {
                    stopped.SetResult();
                }
            },
        });
        var client = server.CreateClient();
        var call = client.Repeat(Request("x"), cancellationToken: TestToken);
        (await call.ResponseStream.MoveNext(TestToken)).ShouldBeTrue();

        call.Dispose();

        await stopped.Task.WaitAsync(Limit, TestToken);
        await ShouldStillAnswerAsync(client);
    }

    [Theory, CombinatorialKinds]
    public async Task Channel_DisposedDuringACall_EndsItOnBothSides(ServerKind kind)
    {
        var service = new WaitingService();
        await using var server = await ProbeServer.StartAsync(kind, service.Probe);
        var channel = server.CreateChannel();
        using var call = new Probe.ProbeClient(channel).EchoAsync(Request("wait"), cancellationToken: TestToken);
        await service.Entered;

        channel.Dispose();

        (await FailureOfAsync(() => call.ResponseAsync)).StatusCode.ShouldBe(StatusCode.Cancelled);
        await service.Cancelled;
        Should.Throw<ObjectDisposedException>(() => { new Probe.ProbeClient(channel).EchoAsync(Request("x"), cancellationToken: TestToken); });
        await ShouldStillAnswerAsync(server.CreateClient());
    }

    [Theory, CombinatorialKinds]
    public async Task Token_CancelledWithOperationCanceledWanted_ThrowsIt(ServerKind kind)
    {
        var service = new WaitingService();
        await using var server = await ProbeServer.StartAsync(kind, service.Probe);
        var client = server.CreateClient(options => options.ThrowOperationCanceledOnCancellation = true);
        using var cancel = new CancellationTokenSource();
        using var call = client.EchoAsync(Request("wait"), cancellationToken: cancel.Token);
        await service.Entered;

        await cancel.CancelAsync();

        var failure = (await Record.ExceptionAsync(async () => await call)).ShouldBeAssignableTo<OperationCanceledException>();
        failure!.InnerException.ShouldBeOfType<RpcException>().StatusCode.ShouldBe(StatusCode.Cancelled);
        await ShouldStillAnswerAsync(client);
    }
}
