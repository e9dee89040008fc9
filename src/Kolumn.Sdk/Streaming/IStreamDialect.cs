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

    /// <summary>Where outboxes, sinks and routes are recorded, quoted: <c>kind</c>, <c>name</c> (together unique) and <c>definition</c>.</summary>
    string Records { get; }

    /// <summary>The type that a JSON text is cast to on its way into <see cref="Records"/>, <c>::jsonb</c>; empty for none.</summary>
    string JsonCast { get; }

    /// <summary>Makes <see cref="Records"/> unless it is there.</summary>
    IReadOnlyList<Statement> CreateRecords { get; }

    /// <summary>What is recorded of one kind; nothing where nothing was ever recorded.</summary>
    /// <param name="names">null for all.</param>
    Task<IReadOnlyList<JsonObject>> ReadRecordsAsync(TSession session, string kind, IReadOnlyCollection<string>? names, CancellationToken cancellationToken);

    /// <summary>The outboxes as they exist: with the captures that are there and what is missing. One whose table is gone is left out.</summary>
    Task<IReadOnlyList<OutboxDefinition>> ReadOutboxesAsync(TSession session, IReadOnlyList<OutboxDefinition> recorded, CancellationToken cancellationToken);

    /// <summary>The longest name a table may have, so that those made from it fit; counted like <see cref="Names"/> counts.</summary>
    int? MaxTableLength { get; }

    /// <summary>The table that a reference means, by its identity; null when it means none.</summary>
    string? TableOf(JsonNode reference, DescribeContext context);

    /// <summary>The columns of a table that the same configuration describes; null when it does not.</summary>
    IReadOnlyList<string>? ColumnsOf(JsonNode reference, DescribeContext context);

    /// <summary>Whether a capture has to name the columns that go into the payload.</summary>
    bool NeedsColumns { get; }

    /// <summary>A table's name alone, for the aggregatetype.</summary>
    string PlainName(string identity);

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

    IReadOnlyList<Statement> BeginCapture(OutboxDefinition outbox, CaptureDefinition capture);

    /// <summary>Also of a table that is gone.</summary>
    IReadOnlyList<Statement> EndCapture(OutboxDefinition outbox, CaptureDefinition capture);

    /// <returns>null when there is no such table.</returns>
    Task<OutboxCounts?> CountAsync(TSession session, OutboxDefinition outbox, CancellationToken cancellationToken);

    /// <summary>How many events of these statuses came to their end, or where that is not known into being, before <paramref name="cutoff"/>; never pending ones.</summary>
    Task<long> CountOldAsync(TSession session, OutboxDefinition outbox, IReadOnlyList<string> statuses, DateTimeOffset cutoff, CancellationToken cancellationToken);

    /// <summary>Deletes the oldest of them, and returns how many.</summary>
    Task<long> DeleteOldAsync(
        TSession session, OutboxDefinition outbox, IReadOnlyList<string> statuses, DateTimeOffset cutoff, int limit, CancellationToken cancellationToken);
}
