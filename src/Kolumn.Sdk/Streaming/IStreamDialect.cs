using System.Text.Json.Nodes;
using Kolumn.Sdk.Sql;

namespace Kolumn.Sdk.Streaming;

/// <summary>What the streams of a database need of its own language; everything else the handlers of this folder share.</summary>
public interface IStreamDialect<in TSession>
    where TSession : IProviderSession
{
    /// <summary>How names are spelled.</summary>
    SqlDialect Names { get; }

    /// <summary>Where an outbox is that names no schema; null where there are none.</summary>
    string? DefaultSchema { get; }

    /// <summary>Records an outbox, a sink or a route in place of the record before it.</summary>
    /// <param name="kind">One of <see cref="StreamTypes"/>.</param>
    /// <param name="definition">With its <c>name</c>.</param>
    IReadOnlyList<Statement> Save(string kind, JsonObject definition);

    /// <summary>Takes a record away.</summary>
    Statement Forget(string kind, string name);

    /// <summary>What is recorded of one kind; nothing where nothing was ever recorded.</summary>
    /// <param name="names">null for all.</param>
    Task<IReadOnlyList<JsonObject>> ReadRecordsAsync(TSession session, string kind, IReadOnlyCollection<string>? names, CancellationToken cancellationToken);

    /// <summary>The outboxes as they exist: with the captures that are there and what is missing. One whose table is gone is left out.</summary>
    Task<IReadOnlyList<OutboxDefinition>> ReadOutboxesAsync(TSession session, IReadOnlyList<OutboxDefinition> recorded, CancellationToken cancellationToken);

    /// <summary>The longest name a table may have, so that those made from it fit; counted like <see cref="Names"/> counts.</summary>
    int? MaxTableLength { get; }

    /// <summary>What comes before an outbox: its schema, the tables it captures.</summary>
    IEnumerable<ObjectReference> Requires(OutboxDefinition outbox);

    /// <summary>What is part of an outbox and nobody's business beside it: its table, indexes, functions and triggers.</summary>
    IEnumerable<ObjectReference> PartsOf(OutboxDefinition outbox);

    /// <summary>The table with everything that belongs to it, without captures.</summary>
    IReadOnlyList<Statement> Create(OutboxDefinition outbox);

    /// <summary>Puts back what <see cref="OutboxDefinition.Missing"/> names.</summary>
    IReadOnlyList<Statement> Repair(OutboxDefinition outbox, string missing);

    /// <summary>Without the record.</summary>
    IReadOnlyList<Statement> Drop(OutboxDefinition outbox);

    /// <returns>null when there is no such table.</returns>
    Task<OutboxCounts?> CountAsync(TSession session, OutboxDefinition outbox, CancellationToken cancellationToken);

    /// <summary>How many events of these statuses came to their end, or where that is not known into being, before <paramref name="cutoff"/>; never pending ones.</summary>
    Task<long> CountOldAsync(TSession session, OutboxDefinition outbox, IReadOnlyList<string> statuses, DateTimeOffset cutoff, CancellationToken cancellationToken);

    /// <summary>Deletes the oldest of them, and returns how many.</summary>
    Task<long> DeleteOldAsync(
        TSession session, OutboxDefinition outbox, IReadOnlyList<string> statuses, DateTimeOffset cutoff, int limit, CancellationToken cancellationToken);
}
