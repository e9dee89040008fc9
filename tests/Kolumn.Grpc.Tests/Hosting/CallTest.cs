using Google.Protobuf;
using Grpc.Core;
using Kolumn.Grpc.Tests.Protos;

namespace Kolumn.Grpc.Tests.Hosting;

/// <summary>What tests of behaviour share. No wait is longer than the limit: a hang is a failure.</summary>
public abstract class CallTest
{
    protected static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    protected static CancellationToken TestToken => TestContext.Current.CancellationToken;

    protected static ProbeRequest Request(string payload, int count = 0) =>
        new() { Payload = ByteString.CopyFromUtf8(payload), Count = count };

    /// <summary>What a service does that ends only by its token.</summary>
    protected static async Task UntilCancelledAsync(CancellationToken cancellationToken)
    {
        var cancelled = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var registration = cancellationToken.Register(() => cancelled.TrySetCanceled(cancellationToken));
        await cancelled.Task;
    }

    protected static async Task<RpcException> FailureOfAsync(Func<Task> call) =>
        await Should.ThrowAsync<RpcException>(async () => await call().WaitAsync(Limit, TestToken));

    /// <summary>The connection carries calls; after every failure, still.</summary>
    private protected static async Task ShouldStillAnswerAsync(Probe.ProbeClient client)
    {
        var reply = await client.EchoAsync(Request("still here"), cancellationToken: TestToken).ResponseAsync.WaitAsync(Limit, TestToken);
        reply.Payload.ToStringUtf8().ShouldBe("still here");
    }
}
