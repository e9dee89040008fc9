using Kolumn.Protocol.Payloads;

namespace Kolumn.Sdk.Streaming;

/// <summary>A provider's connection whose outboxes can be relayed. An optional ability, found by type test.</summary>
public interface IOutboxConnection
{
    /// <summary>Begins to relay with a database connection of its own.</summary>
    /// <exception cref="ProviderException">The database cannot be reached, or refuses.</exception>
    Task<IOutboxRunner> OpenRunnerAsync(OutboxDefinition outbox, CancellationToken cancellationToken);
}

/// <summary>
/// Hands out the events of one outbox. What it has handed out is held: no other runner gets an event with the same order key.
/// Disposing it lets go of everything; so does the end of its process, after <see cref="Lease"/> at the latest.
/// </summary>
public interface IOutboxRunner : IAsyncDisposable
{
    /// <summary>60 s.</summary>
    static TimeSpan StandardLease { get; } = TimeSpan.FromSeconds(60);

    /// <summary>How long it may keep silent before it is ended, and what it holds goes to others.</summary>
    TimeSpan Lease => StandardLease;

    /// <summary>Records what became of events and lets go of their keys.</summary>
    /// <exception cref="ProviderException">The database refused or was lost; the runner is of no use any more.</exception>
    Task SettleAsync(IReadOnlyList<OutboxSettlement> settled, CancellationToken cancellationToken);

    /// <summary>
    /// Further events in their order, of each key only what comes directly after what is held of it. Keys whose
    /// first event waits for its next attempt, or that another runner holds, are passed over.
    /// </summary>
    /// <param name="maxEvents">At least 1.</param>
    /// <param name="maxBytes">Payloads of this many bytes end the batch; one event is always handed out.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="ProviderException">The database refused or was lost; the runner is of no use any more.</exception>
    Task<IReadOnlyList<OutboxEvent>> TakeAsync(int maxEvents, long maxBytes, CancellationToken cancellationToken);

    /// <summary>Whether any event is pending, whoever holds it.</summary>
    /// <exception cref="ProviderException">The database refused or was lost; the runner is of no use any more.</exception>
    Task<bool> HasPendingAsync(CancellationToken cancellationToken);
}
