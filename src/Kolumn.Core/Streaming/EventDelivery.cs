using System.Collections.Concurrent;
using Kolumn.Protocol.Payloads;

namespace Kolumn.Core.Streaming;

/// <summary>The way of events to the sinks of their routes, and what became of how many.</summary>
internal sealed class EventDelivery(string outbox, IReadOnlyList<(StreamRoute Route, SinkSettings Settings, IEventSink Sink)> routes, Action<string> warn)
{
    // Routes that have had an event which others have not.
    private readonly ConcurrentDictionary<long, HashSet<string>> _partly = new();
    private volatile string? _over;
    private long _delivered;
    private long _failed;
    private long _retried;

    public RelayCounts Counts => new(outbox, Interlocked.Read(ref _delivered), Interlocked.Read(ref _failed), Interlocked.Read(ref _retried));

    /// <summary>Why nothing can be delivered any more; null while something can.</summary>
    public string? Over => _over;

    /// <summary>To every route that takes it and has not had it yet, one after the other.</summary>
    /// <returns>What became of it.</returns>
    public async Task<OutboxSettlement> DeliverAsync(OutboxEvent happened, CancellationToken kill)
    {
        foreach (var (route, settings, sink) in routes)
        {
            if (!route.Takes(happened) || (_partly.TryGetValue(happened.Position, out var done) && done.Contains(route.Name)))
            {
                continue;
            }

            var delivery = await sink.DeliverAsync(outbox, route.Transform(happened), kill);
            if (delivery.IsOver)
            {
                _over = $"The sink {settings.Name} cannot be written any more: {delivery.Error}";
                return new OutboxSettlement { Position = happened.Position, Outcome = OutboxOutcomes.Released };
            }

            if (!delivery.Succeeded)
            {
                return Undelivered(happened, route, settings, delivery);
            }

            if (routes.Count > 1)
            {
                _partly.GetOrAdd(happened.Position, _ => []).Add(route.Name);
            }
        }

        _partly.TryRemove(happened.Position, out _);
        Interlocked.Increment(ref _delivered);
        return new OutboxSettlement { Position = happened.Position, Outcome = OutboxOutcomes.Processed };
    }

    private OutboxSettlement Undelivered(OutboxEvent happened, StreamRoute route, SinkSettings settings, Delivery delivery)
    {
        var attempts = happened.Attempts + 1;
        var error = $"{settings.Name}: {delivery.Error}";
        if (attempts >= settings.MaxAttempts)
        {
            _partly.TryRemove(happened.Position, out _);
            Interlocked.Increment(ref _failed);
            warn($"{outbox}: event {happened.Id} is a dead letter after {attempts} attempts. Route {route.Name}: {error}");
            return new OutboxSettlement { Position = happened.Position, Outcome = OutboxOutcomes.Failed, Error = error };
        }

        if (Interlocked.Increment(ref _retried) == 1)
        {
            warn($"{outbox}: event {happened.Id} was not delivered and will be tried again. Route {route.Name}: {error}");
        }

        var pause = Backoff.Pause(settings.Backoff, attempts, Random.Shared.NextDouble());
        pause = delivery.RetryAfter is { } asked && asked > pause ? asked : pause;
        return new OutboxSettlement { Position = happened.Position, Outcome = OutboxOutcomes.Retry, Error = error, RetryAfterMs = (long)pause.TotalMilliseconds };
    }
}
