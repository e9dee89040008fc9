using Kolumn.Protocol.Payloads;

namespace Kolumn.Core.Streaming;

/// <summary>Where events go. Called for many events at a time, but for the events of one key one after the other.</summary>
internal interface IEventSink : IAsyncDisposable
{
    /// <summary>Returns when the event has arrived for good, or has not.</summary>
    /// <param name="outbox">Where it comes from.</param>
    /// <param name="happened">What to deliver.</param>
    /// <param name="cancellationToken">Gives the attempt up: what became of it is unknown then.</param>
    Task<Delivery> DeliverAsync(string outbox, OutboxEvent happened, CancellationToken cancellationToken);
}

/// <summary>What became of one attempt.</summary>
/// <param name="Error">Why it failed, free of secrets; null when it succeeded.</param>
/// <param name="RetryAfter">The pause that the sink asked for.</param>
/// <param name="IsOver">The sink is of no use any more: trying again is pointless.</param>
internal readonly record struct Delivery(string? Error, TimeSpan? RetryAfter = null, bool IsOver = false)
{
    public static Delivery Done => default;

    public bool Succeeded => Error is null;
}
