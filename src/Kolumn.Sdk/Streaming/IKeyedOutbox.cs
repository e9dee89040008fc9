using Kolumn.Protocol.Payloads;

namespace Kolumn.Sdk.Streaming;

/// <summary>
/// What a database gives <see cref="KeyedOutboxRunner"/>: one outbox seen by one runner, and a lock for each order key that only one runner has at a time. One call at a time.
/// </summary>
/// <remarks>Every failure is a <see cref="ProviderException"/>, after which the runner is ended.</remarks>
public interface IKeyedOutbox : IAsyncDisposable
{
    /// <summary>How long a lock lasts at least of which nothing is heard; 60 s when nothing is said.</summary>
    TimeSpan Lease => IOutboxRunner.StandardLease;

    /// <summary>Looks at the oldest open events, and locks those of their keys that are not locked by this runner already. Open: pending, not held, and not behind an event of its key that waits.</summary>
    /// <param name="maxEvents">How many events are looked at.</param>
    /// <param name="held">Which are not open, by position.</param>
    /// <param name="locked">Keys that this runner has locked.</param>
    /// <param name="refused">Keys that are not looked at.</param>
    /// <param name="cancellationToken">Ends it.</param>
    Task<OldestKeys> LockAsync(
        int maxEvents, IReadOnlyCollection<long> held, IReadOnlyCollection<string> locked, IReadOnlyCollection<string> refused, CancellationToken cancellationToken);

    /// <summary>The oldest events of these keys that are open now: what another runner has settled since they were locked is not.</summary>
    /// <param name="keys">Locked by this runner.</param>
    /// <param name="last">What the last lock gave as <see cref="OldestKeys.Last"/>.</param>
    /// <param name="held">Which are not open, by position.</param>
    /// <param name="maxEvents">At most so many.</param>
    /// <param name="maxBytes">Payloads of this many bytes end it; one event is always read.</param>
    /// <param name="cancellationToken">Ends it.</param>
    Task<IReadOnlyList<OutboxEvent>> ReadAsync(
        IReadOnlyCollection<string> keys, long last, IReadOnlyCollection<long> held, int maxEvents, long maxBytes, CancellationToken cancellationToken);

    /// <summary>Records outcomes, for good when it returns; of events that are pending no more nothing. What is released needs no record.</summary>
    Task WriteAsync(IReadOnlyList<OutboxSettlement> settled, CancellationToken cancellationToken);

    /// <param name="keys">Locked by this runner.</param>
    Task UnlockAsync(IReadOnlyCollection<string> keys, CancellationToken cancellationToken);

    /// <summary>Whether any event is pending, whoever holds it.</summary>
    Task<bool> HasPendingAsync(CancellationToken cancellationToken);

    /// <summary>Begins each step: for locks that run out, so that they are kept. Nothing where they last as long as their connection.</summary>
    /// <param name="locked">Keys that this runner has locked.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="ProviderException">One of them ran out.</exception>
    Task KeepAsync(IReadOnlyCollection<string> locked, CancellationToken cancellationToken) => Task.CompletedTask;
}

/// <summary>The keys of the oldest open events.</summary>
/// <param name="Mine">Those that this runner has locked, now or before.</param>
/// <param name="Refused">Those that another one has.</param>
/// <param name="Last">How far was looked; for <see cref="IKeyedOutbox.ReadAsync"/> alone.</param>
public sealed record OldestKeys(IReadOnlyCollection<string> Mine, IReadOnlyCollection<string> Refused, long Last);
