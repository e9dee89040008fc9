using Grpc.Core;
using Kolumn.Grpc.Tests.Hosting;
using Kolumn.Grpc.Tests.Protos;

namespace Kolumn.Grpc.Tests.Interop;

/// <summary>Our side of the scenarios: answers as server.js and server.py do.</summary>
internal sealed class InteropServiceBehaviour
{
    private readonly TaskCompletionSource _cancelled = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public InteropServiceBehaviour() => Service = new ProbeService { OnEcho = EchoAsync, OnRepeat = RepeatAsync };

    public ProbeService Service { get; }

    /// <summary>Completes when the token of a waiting call fired.</summary>
    public Task Cancelled => _cancelled.Task;

    private async Task<ProbeReply> EchoAsync(ProbeRequest request, ServerCallContext context)
    {
        switch (context.RequestHeaders.GetValue("do"))
        {
            case "fail":
                throw new RpcException(
                    new Status(StatusCode.FailedPrecondition, "größe: 100 % \U0001F600"), new Metadata { { "reason-bin", [0, 255] } });
            case "wait":
                await WaitAsync(context);
                break;
        }

        var reflected = context.RequestHeaders.Where(entry => entry.Key is "probe-text" or "probe-bin").ToList();
        var headers = new Metadata();
        reflected.ForEach(headers.Add);
        reflected.ForEach(context.ResponseTrailers.Add);
        await context.WriteResponseHeadersAsync(headers);
        return new ProbeReply { Payload = request.Payload, Index = 7 };
    }

    private async Task RepeatAsync(ProbeRequest request, IServerStreamWriter<ProbeReply> replies, ServerCallContext context)
    {
        if (context.RequestHeaders.GetValue("do") == "wait")
        {
            await WaitAsync(context);
        }

        for (var index = 0; index < request.Count; index++)
        {
            await replies.WriteAsync(new ProbeReply { Payload = request.Payload, Index = index });
        }

        if (context.RequestHeaders.GetValue("do") == "fail")
        {
            throw new RpcException(new Status(StatusCode.DataLoss, "größe"));
        }
    }

    private async Task WaitAsync(ServerCallContext context)
    {
        await using var registration = context.CancellationToken.Register(() => _cancelled.TrySetResult());
        await context.WriteResponseHeadersAsync([]);
        await _cancelled.Task;
        context.CancellationToken.ThrowIfCancellationRequested();
    }
}
