using Kolumn.Protocol;
using Kolumn.Protocol.Payloads;

namespace Kolumn.Sdk;

/// <summary>
/// Where a provider keeps the record of what was done to its database: in the database, written by the transaction that does it,
/// so that the two cannot contradict each other.
/// </summary>
public interface IAuditStore<in TSession>
    where TSession : IProviderSession
{
    /// <summary>What makes the place for entries; run once, ahead of the first of them.</summary>
    IReadOnlyList<Statement> Create { get; }

    /// <summary>One statement for all of the entries, in their order.</summary>
    Statement Append(IReadOnlyList<AuditEntry> entries);

    /// <summary>Whether there is a place, and what keeps this user from making it or writing there.</summary>
    Task<AuditPlace> FindAsync(TSession session, CancellationToken cancellationToken);

    /// <summary>Newest first. Called only when there is a place.</summary>
    Task<IReadOnlyList<StoredAuditEntry>> ReadAsync(TSession session, AuditQuery query, CancellationToken cancellationToken);
}

/// <param name="Obstacle">A warning: why nothing can be written. null when it can.</param>
public sealed record AuditPlace(bool Exists, Diagnostic? Obstacle = null);

/// <param name="Position">Grows with every entry.</param>
public sealed record StoredAuditEntry(long Position, AuditEntry Entry);

/// <summary>Which entries; what is null does not narrow.</summary>
public sealed record AuditQuery
{
    /// <summary>The full type.</summary>
    public string? ResourceType { get; init; }

    public string? Name { get; init; }

    public string? Action { get; init; }

    public string? Actor { get; init; }

    public string? Outcome { get; init; }

    public DateTimeOffset? Since { get; init; }

    public DateTimeOffset? Until { get; init; }

    /// <summary>Only entries with a smaller position.</summary>
    public long? Before { get; init; }

    public required int Limit { get; init; }
}
