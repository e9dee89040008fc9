using Grpc.Core;
using Kolumn.Grpc.Tests.Protos;

namespace Kolumn.Grpc.Tests.Hosting;

/// <summary>Answers as the test says; unless it says anything, with the request's payload.</summary>
public sealed class ProbeService : Probe.ProbeBase
{
    public Func<ProbeRequest, ServerCallContext, Task<ProbeReply>> OnEcho { get; init; } =
        (request, _) => Task.FromResult(new ProbeReply { Payload = request.Payload });

    public Func<ProbeRequest, IServerStreamWriter<ProbeReply>, ServerCallContext, Task> OnRepeat { get; init; } =
        async (request, replies, _) =>
        {
            for (var index = 0; index < request.Count; index++)
            {
                await replies.WriteAsync(new ProbeReply { Payload = request.Payload, Index = index });
            }
        };

    public override Task<ProbeReply> Echo(ProbeRequest request, ServerCallContext context) => OnEcho(request, context);

    public override Task Repeat(ProbeRequest request, IServerStreamWriter<ProbeReply> responseStream, ServerCallContext context) =>
        OnRepeat(request, responseStream, context);
}
