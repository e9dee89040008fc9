using System.Threading.Channels;
using Google.Protobuf;
using Grpc.Core;
using Kolumn.Protocol.Payloads;
using Kolumn.Protocol.Wire;
using Kolumn.Sdk.Internal;

namespace Kolumn.Sdk.Serving;

/// <summary>
/// Tells every subscriber what happens during long calls. A subscriber that reads too slowly loses events, never the provider
/// its memory: the response of the call repeats every result.
/// </summary>
internal sealed class EventService : ProviderEvents.ProviderEventsBase
{
    private readonly Lock _gate = new();
    private readonly List<Channel<ProviderEvent>> _subscribers = [];
    private bool _completed;

    public void Publish(ProviderEvent happened)
    {
        lock (_gate)
        {
            foreach (var subscriber in _subscribers)
            {
                subscriber.Writer.TryWrite(happened);
            }
        }
    }

    /// <summary>Ends every subscription.</summary>
    public void Complete()
    {
        lock (_gate)
        {
            _completed = true;
            _subscribers.ForEach(s => s.Writer.TryComplete());
        }
    }

    public override async Task Subscribe(SubscribeRequest request, IServerStreamWriter<Event> responseStream, ServerCallContext context)
    {
        // Room for both events of every resource of the largest request.
        var events = Channel.CreateBounded<ProviderEvent>(new BoundedChannelOptions(2 * Limits.MaxResources) { SingleReader = true, FullMode = BoundedChannelFullMode.DropWrite });
        lock (_gate)
        {
            if (_completed)
            {
                return;
            }

            _subscribers.Add(events);
        }

        try
        {
            // The subscriber knows that nothing escapes it from now on.
            await context.WriteResponseHeadersAsync([]);
            await foreach (var happened in events.Reader.ReadAllAsync(context.CancellationToken))
            {
                await responseStream.WriteAsync(new Event { Event_ = ByteString.CopyFrom(PayloadJson.Write(happened)) }, context.CancellationToken);
            }
        }
        finally
        {
            lock (_gate)
            {
                _subscribers.Remove(events);
            }
        }
    }
}
