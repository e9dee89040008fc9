using System.Text;
using System.Threading.Channels;
using Google.Protobuf;
using Grpc.Core;
using Kolumn.Protocol.Wire;
using Kolumn.Protocol.Wire.Health;
using Kolumn.Protocol.Wire.Plugin;

namespace Kolumn.ChaosProvider;

internal sealed class EventService(Behaviour behaviour, Channel<string> events) : ProviderEvents.ProviderEventsBase
{
    private static long _flooded;

    /// <summary>Bytes of events that the flood has got rid of.</summary>
    public static long Flooded => Interlocked.Read(ref _flooded);

    public override async Task Subscribe(SubscribeRequest request, IServerStreamWriter<Event> responseStream, ServerCallContext context)
    {
        await responseStream.WriteAsync(new Event { Event_ = ByteString.CopyFromUtf8("this is no event") }, context.CancellationToken);
        if (behaviour.Has("flood-events"))
        {
            var flood = new Event { Event_ = ByteString.CopyFromUtf8($$"""{"type":"progress","request_id":"1","message":"{{new string('x', 1000)}}"}""") };
            while (!context.CancellationToken.IsCancellationRequested)
            {
                await responseStream.WriteAsync(flood, context.CancellationToken);
                Interlocked.Add(ref _flooded, flood.Event_.Length);
            }
        }

        await foreach (var text in events.Reader.ReadAllAsync(context.CancellationToken))
        {
            await responseStream.WriteAsync(new Event { Event_ = ByteString.CopyFromUtf8(text) }, context.CancellationToken);
        }
    }
}

/// <summary>As a Go plugin does: output over gRPC.</summary>
internal sealed class StdioService : GRPCStdio.GRPCStdioBase
{
    public override async Task StreamStdio(Google.Protobuf.WellKnownTypes.Empty request, IServerStreamWriter<StdioData> responseStream, ServerCallContext context)
    {
        var line = new StdioData { Channel = StdioData.Types.Channel.Stderr, Data = ByteString.CopyFrom("told over gRPC\n", Encoding.UTF8) };
        await responseStream.WriteAsync(line, context.CancellationToken);
        await Task.Delay(Timeout.Infinite, context.CancellationToken);
    }
}

internal sealed class HealthService(Behaviour behaviour) : Health.HealthBase
{
    public override Task<HealthCheckResponse> Check(HealthCheckRequest request, ServerCallContext context) => Task.FromResult(new HealthCheckResponse
    {
        Status = behaviour.Has("unhealthy") ? HealthCheckResponse.Types.ServingStatus.NotServing : HealthCheckResponse.Types.ServingStatus.Serving,
    });
}

internal sealed class ControllerService(Behaviour behaviour, TaskCompletionSource stop) : GRPCController.GRPCControllerBase
{
    public override async Task<Empty> Shutdown(Empty request, ServerCallContext context)
    {
        if (behaviour.Text("on-Shutdown") is { } action)
        {
            await Misdeeds.ActAsync(action, context.CancellationToken);
        }
        else
        {
            stop.TrySetResult();
        }

        return new Empty();
    }
}
