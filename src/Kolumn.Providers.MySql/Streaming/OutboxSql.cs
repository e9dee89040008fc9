using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Kolumn.Protocol.Payloads;
using Kolumn.Providers.MySql.Sql;
using Kolumn.Sdk;
using Kolumn.Sdk.Sql;
using Kolumn.Sdk.Streaming;

namespace Kolumn.Providers.MySql.Streaming;

/// <summary>The parts of an outbox as SQL. Each can be made on its own, so that what somebody took away can be put back.</summary>
internal static class OutboxSql
{
    /// <summary>Of the longest suffix of an index.</summary>
    public const int MaxTableLength = 55;

    /// <summary>As a reader takes it: a text that says its zone.</summary>
    public const string MomentFormat = "'%Y-%m-%dT%H:%i:%s.%fZ'";

    /// <summary>Of a trigger that is named after two tables.</summary>
    private const int DigestLength = 10;

    /// <summary>Moments are UTC, whatever the session's zone.</summary>
    public static OutboxTable Table { get; } = new(MySqlName.Quote)
    {
        Columns =
        [
            ("position", "bigint NOT NULL AUTO_INCREMENT PRIMARY KEY"),
            ("id", "char(36) NOT NULL DEFAULT (UUID()) UNIQUE"),
            ("aggregatetype", "varchar(255) NOT NULL"),
            ("aggregateid", "varchar(1024) NOT NULL"),
            ("type", "varchar(255) NOT NULL"),
            ("payload", "json NULL"),
            ("topic", "varchar(255) NULL"),
            ("key", "varchar(1024) NULL"),
            ("status", "varchar(16) NOT NULL DEFAULT 'pending' CHECK (status IN ('pending', 'processed', 'failed'))"),
            ("created_at", "datetime(6) NOT NULL DEFAULT (UTC_TIMESTAMP(6))"),
            ("processed_at", "datetime(6) NULL"),
            ("attempts", "int NOT NULL DEFAULT 0"),
            ("next_attempt_at", "datetime(6) NULL"),
            ("last_error", "text NULL"),
        ],
        Indexes = [("_pending", "(status, position)"), ("_retry", "(status, next_attempt_at)"), ("_settled", "(status, processed_at)")],
    };

    /// <summary>With its indexes in one statement: each would commit by itself.</summary>
    public static Statement CreateTable(OutboxDefinition outbox) => Table.Create(
        outbox, Table.Indexes.Select(index => $"INDEX {MySqlName.Quote(outbox.Table + index.Suffix)} {index.On}"), " ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin");

    /// <summary>Triggers of one database share their names: a long one ends with a digest of what does not fit.</summary>
    public static string TriggerOf(OutboxDefinition outbox, CaptureDefinition capture, string operation)
    {
        var name = $"{outbox.Table}_capture_{capture.Table}_{operation}";
        var length = SqlDialect.MySql.MaxIdentifierLength!.Value;
        return name.Length <= length ? name
            : $"{name[..(length - DigestLength - 1)]}_{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(name)))[..DigestLength]}";
    }

    public static Statement DropTrigger(OutboxDefinition outbox, CaptureDefinition capture, string operation) =>
        new($"DROP TRIGGER IF EXISTS {MySqlName.Quote(TriggerOf(outbox, capture, operation))}");

    /// <summary>It runs with the rights of who made it, so that who writes to a captured table needs none on the outbox.</summary>
    public static Statement CreateTrigger(OutboxDefinition outbox, CaptureDefinition capture, string operation) => new(
        $"CREATE TRIGGER {MySqlName.Quote(TriggerOf(outbox, capture, operation))} AFTER {operation.ToUpperInvariant()} ON {MySqlName.Parse(capture.Table)!.Value.Quoted} FOR EACH ROW {TriggerBody(outbox, capture, operation)}");

    /// <summary>The servers keep this text as it is, so that the trigger can be recognised by it.</summary>
    public static string TriggerBody(OutboxDefinition outbox, CaptureDefinition capture, string operation)
    {
        var (before, after) = (Row("OLD", capture.Columns), Row("NEW", capture.Columns));
        var (oldKey, newKey) = (Key("OLD", capture.Key), Key("NEW", capture.Key));
        return operation switch
        {
            "insert" => Event(newKey, "insert", "c", "NULL", after),
            "delete" => Event(oldKey, "delete", "d", before, "NULL"),

            // A row whose key changes ends under its old one and begins under its new one.
            _ => $"""
                BEGIN
                  IF CAST({oldKey} AS BINARY) <> CAST({newKey} AS BINARY) THEN
                    {Event(oldKey, "delete", "d", before, "NULL")};
                    {Event(newKey, "insert", "c", "NULL", after)};
                  ELSE
                    {Event(newKey, "update", "u", before, after)};
                  END IF;
                END
                """,
        };

        string Event(string key, string type, string op, string old, string now) =>
            $"INSERT INTO {Table.Of(outbox)} (aggregatetype, aggregateid, type, topic, payload) VALUES ({MySqlText.Quote(capture.AggregateType)}, {key}, '{type}', "
            + $"{(capture.Topic is { } topic ? MySqlText.Quote(topic) : "NULL")}, JSON_OBJECT('op', '{op}', 'before', {old}, 'after', {now}, "
            + $"'source', JSON_OBJECT('table', {MySqlText.Quote(capture.Table)}), 'ts_ms', CAST(UNIX_TIMESTAMP(NOW(3)) * 1000 AS UNSIGNED)))";
    }

    /// <summary>The order key of an event, compared by its bytes.</summary>
    public static string OrderKey(OutboxDefinition outbox) => outbox.PartitionBy switch
    {
        OutboxPartitions.AggregateType => "CAST(aggregatetype AS BINARY)",
        OutboxPartitions.None => "CAST('' AS BINARY)",
        _ => "CAST(COALESCE(`key`, aggregateid) AS BINARY)",
    };

    /// <summary>Several texts as one value, for JSON_TABLE.</summary>
    public static string Json(IEnumerable<string> texts) => new JsonArray([.. texts.Select(text => (JsonNode)text)]).ToJsonString();

    private static string Key(string row, IReadOnlyList<string> columns) =>
        $"CONCAT({string.Join(", '/', ", columns.Select(column => $"COALESCE(CAST({row}.{MySqlName.Quote(column)} AS CHAR), '')"))})";

    private static string Row(string row, IReadOnlyList<string> columns) =>
        $"JSON_OBJECT({string.Join(", ", columns.Select(column => $"{MySqlText.Quote(column)}, {Value($"{row}.{MySqlName.Quote(column)}")}"))})";

    // JSON has no bytes, and a trigger that fails would fail the change it captures. Numbers have the character set of bytes too, but another coercibility; and only what comes out of a
    // function for JSON stays what it is inside JSON_OBJECT.
    private static string Value(string column) =>
        $"JSON_EXTRACT(CONVERT(IF(CHARSET({column}) = 'binary' AND COERCIBILITY({column}) < 5, JSON_ARRAY(HEX({column})), JSON_ARRAY({column})) USING utf8mb4), '$[0]')";
}
