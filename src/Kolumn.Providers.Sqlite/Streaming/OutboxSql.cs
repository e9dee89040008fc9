using Kolumn.Protocol.Payloads;
using Kolumn.Sdk;
using Kolumn.Sdk.Sql;
using Kolumn.Sdk.Streaming;

namespace Kolumn.Providers.Sqlite.Streaming;

/// <summary>The parts of an outbox as SQL.</summary>
internal static class OutboxSql
{
    /// <summary>Moments are texts of one width, so that they compare as the moments do.</summary>
    public const string Now = "strftime('%Y-%m-%dT%H:%M:%fZ', 'now')";

    /// <summary>SQLite's functions take at most 127 arguments: https://www.sqlite.org/limits.html.</summary>
    private const int ColumnsOfOneCall = 50;

    private const string NewId =
        "lower(hex(randomblob(4)) || '-' || hex(randomblob(2)) || '-4' || substr(hex(randomblob(2)), 2) || '-' || substr('89AB', 1 + (abs(random()) % 4), 1) || substr(hex(randomblob(2)), 2) || '-' || hex(randomblob(6)))";

    public static OutboxTable Table { get; } = new(SqlIdentifier.Quote)
    {
        Columns =
        [
            ("position", "INTEGER PRIMARY KEY AUTOINCREMENT"),
            ("id", $"TEXT NOT NULL DEFAULT ({NewId}) UNIQUE"),
            ("aggregatetype", "TEXT NOT NULL"),
            ("aggregateid", "TEXT NOT NULL"),
            ("type", "TEXT NOT NULL"),
            ("payload", "TEXT CHECK (payload IS NULL OR json_valid(payload))"),
            ("topic", "TEXT"),
            ("key", "TEXT"),
            ("status", "TEXT NOT NULL DEFAULT 'pending' CHECK (status IN ('pending', 'processed', 'failed'))"),
            ("created_at", $"TEXT NOT NULL DEFAULT ({Now})"),
            ("processed_at", "TEXT"),
            ("attempts", "INTEGER NOT NULL DEFAULT 0"),
            ("next_attempt_at", "TEXT"),
            ("last_error", "TEXT"),
        ],
        Indexes =
        [
            ("_pending", "(position) WHERE status = 'pending'"),
            ("_retry", "(next_attempt_at) WHERE status = 'pending' AND next_attempt_at IS NOT NULL"),
            ("_settled", "(coalesce(processed_at, created_at)) WHERE status <> 'pending'"),
        ],
    };

    public static string TriggerOf(OutboxDefinition outbox, CaptureDefinition capture, string operation) => $"{outbox.Table}_capture_{capture.Table}_{operation}";

    public static Statement DropTrigger(OutboxDefinition outbox, CaptureDefinition capture, string operation) =>
        new($"DROP TRIGGER IF EXISTS {SqlIdentifier.Quote(TriggerOf(outbox, capture, operation))}");

    /// <summary>SQLite keeps this text as it is, so that the trigger can be recognised by it.</summary>
    public static string CreateTrigger(OutboxDefinition outbox, CaptureDefinition capture, string operation)
    {
        var (before, after) = (Row("OLD", capture.Columns), Row("NEW", capture.Columns));
        var (oldKey, newKey) = (Key("OLD", capture.Key), Key("NEW", capture.Key));
        string[] events = operation switch
        {
            "insert" => [Event(newKey, "insert", "c", "NULL", after)],
            "delete" => [Event(oldKey, "delete", "d", before, "NULL")],

            // A row whose key changes ends under its old one and begins under its new one.
            _ =>
            [
                Event(oldKey, "delete", "d", before, "NULL") + $" WHERE {oldKey} <> {newKey}",
                Event(newKey, "insert", "c", "NULL", after) + $" WHERE {oldKey} <> {newKey}",
                Event(newKey, "update", "u", before, after) + $" WHERE {oldKey} = {newKey}",
            ],
        };
        return $"CREATE TRIGGER {SqlIdentifier.Quote(TriggerOf(outbox, capture, operation))} AFTER {operation.ToUpperInvariant()} ON {SqlIdentifier.Quote(capture.Table)} FOR EACH ROW\n"
            + $"BEGIN\n{string.Join(";\n", events)};\nEND";

        string Event(string key, string type, string op, string old, string now) =>
            $"INSERT INTO {SqlIdentifier.Quote(outbox.Table)} (aggregatetype, aggregateid, type, topic, payload) SELECT {SqlLiteral.Quote(capture.AggregateType)}, {key}, '{type}', "
            + $"{(capture.Topic is { } topic ? SqlLiteral.Quote(topic) : "NULL")}, json_object('op', '{op}', 'before', {old}, 'after', {now}, "
            + $"'source', json_object('table', {SqlLiteral.Quote(capture.Table)}), 'ts_ms', CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER))";
    }

    /// <summary>The order key of an event.</summary>
    public static string OrderKey(OutboxDefinition outbox) => outbox.PartitionBy switch
    {
        OutboxPartitions.AggregateType => "aggregatetype",
        OutboxPartitions.None => "''",
        _ => "coalesce(key, aggregateid)",
    };

    private static string Key(string row, IReadOnlyList<string> columns) =>
        string.Join(" || '/' || ", columns.Select(column => $"coalesce(CAST({row}.{SqlIdentifier.Quote(column)} AS TEXT), '')"));

    private static string Row(string row, IReadOnlyList<string> columns)
    {
        var json = "";
        foreach (var (index, part) in columns.Chunk(ColumnsOfOneCall).Index())
        {
            json = index == 0
                ? $"json_object({string.Join(", ", part.Select(column => $"{SqlLiteral.Quote(column)}, {Value(row, column)}"))})"
                : $"json_set({json}, {string.Join(", ", part.Select(column => $"{SqlLiteral.Quote($"$.\"{column}\"")}, {Value(row, column)}"))})";
        }

        return json;
    }

    // JSON has no bytes, and a trigger that fails would fail the change it captures.
    private static string Value(string row, string column)
    {
        var value = $"{row}.{SqlIdentifier.Quote(column)}";
        return $"CASE typeof({value}) WHEN 'blob' THEN hex({value}) ELSE {value} END";
    }
}
