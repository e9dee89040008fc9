using System.Data.Common;
using System.Globalization;
using System.Text.Json.Nodes;
using Kolumn.Providers.MySql.Database;
using Kolumn.Providers.MySql.Resources;
using Kolumn.Providers.MySql.Resources.Indexes;
using Kolumn.Providers.MySql.Resources.Tables;
using Kolumn.Providers.MySql.Sql;
using Kolumn.Sdk;
using Kolumn.Sdk.Sql;
using Kolumn.Sdk.Streaming;

namespace Kolumn.Providers.MySql.Streaming;

/// <summary>Outboxes, sinks and routes in the connection's database.</summary>
internal sealed class MySqlStreams : IStreamDialect<MySqlSession>, ICapturingDialect
{
    private const string Old = "status <> 'pending' AND status IN (SELECT status FROM JSON_TABLE($1, '$[*]' COLUMNS (status varchar(16) PATH '$')) AS wanted) AND COALESCE(processed_at, created_at) < $2";

    private static readonly string Records = MySqlName.Quote(OwnTables.Streams);

    private readonly SqlStreamRecords _records = new(SqlDialect.MySql, Records, new Statement(
        $"CREATE TABLE IF NOT EXISTS {Records} (kind varchar(32) NOT NULL, name varchar(255) NOT NULL, definition longtext NOT NULL, PRIMARY KEY (kind, name)) {OwnTables.Options}"));

    public SqlDialect Names => SqlDialect.MySql;

    public string? DefaultSchema => null;

    public int? MaxTableLength => OutboxSql.MaxTableLength;

    /// <summary>There is no function that makes JSON of a row whose columns it does not name.</summary>
    public bool NeedsColumns => true;

    public IReadOnlyList<Statement> Save(string kind, JsonObject definition) => _records.Save(kind, definition);

    public Statement Forget(string kind, string name) => _records.Forget(kind, name);

    public async Task<IReadOnlyList<JsonObject>> ReadRecordsAsync(MySqlSession session, string kind, IReadOnlyCollection<string>? names, CancellationToken cancellationToken)
    {
        if (!await OwnTables.ExistsAsync(session, OwnTables.Streams, cancellationToken))
        {
            return [];
        }

        var found = new List<JsonObject>();
        var some = names is null ? "" : " AND name IN (SELECT name FROM JSON_TABLE($2, '$[*]' COLUMNS (name varchar(255) PATH '$')) AS wanted)";
        var statement = new Statement($"SELECT definition FROM {Records} WHERE kind = $1{some} ORDER BY name") { Parameters = names is null ? [kind] : [kind, OutboxSql.Json(names)] };
        await session.ReadAsync([new CatalogQuery(statement, row => found.Add(JsonNode.Parse(row.GetString(0))!.AsObject()))], cancellationToken);
        return found;
    }

    /// <summary>Three queries for all of them.</summary>
    public async Task<IReadOnlyList<OutboxDefinition>> ReadOutboxesAsync(MySqlSession session, IReadOnlyList<OutboxDefinition> recorded, CancellationToken cancellationToken)
    {
        var columns = new List<(string Table, string Name)>();
        var indexes = new HashSet<string>(StringComparer.Ordinal);
        var triggers = new Dictionary<string, string>(StringComparer.Ordinal);
        var tables = CatalogScope.Of(session.Database, "TABLE_SCHEMA", "TABLE_NAME", [.. recorded.Select(outbox => new MySqlName(null, outbox.Table))]);
        var captured = CatalogScope.Of(session.Database, "TRIGGER_SCHEMA", "EVENT_OBJECT_TABLE", [.. recorded.SelectMany(outbox => outbox.Capture).Select(capture => MySqlName.Parse(capture.Table)!.Value)]);
        await session.ReadAsync(
            [
                new CatalogQuery(new Statement($"SELECT TABLE_NAME, COLUMN_NAME FROM information_schema.COLUMNS WHERE {tables}"), row => columns.Add((row.GetString(0), row.GetString(1)))),
                new CatalogQuery(new Statement($"SELECT DISTINCT INDEX_NAME FROM information_schema.STATISTICS WHERE {tables}"), row => indexes.Add(row.GetString(0))),
                new CatalogQuery(new Statement($"SELECT TRIGGER_NAME, ACTION_STATEMENT FROM information_schema.TRIGGERS WHERE {captured}"), row => triggers[row.GetString(0)] = row.GetString(1)),
            ],
            cancellationToken);
        var byTable = columns.ToLookup(one => one.Table, one => one.Name, StringComparer.Ordinal);
        return [.. recorded.Where(outbox => byTable.Contains(outbox.Table)).Select(outbox => AsItIs(outbox, byTable[outbox.Table], indexes, triggers))];
    }

    /// <summary>A trigger lives where its table does and writes to the outbox beside it: a table of another database is none here.</summary>
    public string? TableOf(JsonNode reference, DescribeContext context) => MySqlConfig.TableOf(reference, context) is { Schema: null } table ? table.ToString() : null;

    public IReadOnlyList<string>? ColumnsOf(JsonNode reference, DescribeContext context)
    {
        var address = reference switch
        {
            JsonValue text when text.TryGetValue<string>(out var written) => written,
            JsonObject resource => (string?)resource["id"],
            _ => null,
        };
        return address is not null && context.ConfigOf(address)?["columns"] is JsonArray columns
            ? [.. columns.OfType<JsonObject>().Select(column => (string?)column["name"]).OfType<string>()]
            : null;
    }

    public string PlainName(string identity) => MySqlName.Parse(identity)!.Value.Name;

    public IEnumerable<ObjectReference> Requires(OutboxDefinition outbox) => outbox.Capture.Select(capture => new ObjectReference(TableResource.Type, capture.Table));

    public IEnumerable<ObjectReference> PartsOf(OutboxDefinition outbox)
    {
        var table = new MySqlName(null, outbox.Table).ToString();
        return
        [
            new(TableResource.Type, table),
            .. OutboxSql.Table.Indexes.Select(index => new ObjectReference(IndexResource.Type, $"{table}.{DottedName.Show(outbox.Table + index.Suffix)}")),
            .. outbox.Capture.SelectMany(capture => capture.Operations.Select(operation => new ObjectReference("trigger", new MySqlName(null, OutboxSql.TriggerOf(outbox, capture, operation)).ToString()))),
        ];
    }

    public IReadOnlyList<Statement> Create(OutboxDefinition outbox) => [OutboxSql.CreateTable(outbox)];

    public IReadOnlyList<Statement> Repair(OutboxDefinition outbox, string missing) => [OutboxSql.Table.Repair(outbox, missing)];

    public IReadOnlyList<Statement> Drop(OutboxDefinition outbox) => [OutboxSql.Table.Drop(outbox)];

    /// <summary>A trigger of the name that is not the one wanted counts as none, and makes way.</summary>
    public IReadOnlyList<Statement> BeginCapture(OutboxDefinition outbox, CaptureDefinition capture) =>
        [.. EndCapture(outbox, capture), .. capture.Operations.Select(operation => OutboxSql.CreateTrigger(outbox, capture, operation))];

    public IReadOnlyList<Statement> EndCapture(OutboxDefinition outbox, CaptureDefinition capture) =>
        [.. capture.Operations.Select(operation => OutboxSql.DropTrigger(outbox, capture, operation))];

    public async Task<OutboxCounts?> CountAsync(MySqlSession session, OutboxDefinition outbox, CancellationToken cancellationToken)
    {
        var (exists, counts) = (false, (OutboxCounts?)null);
        var place = CatalogScope.Of(session.Database, "TABLE_SCHEMA", "TABLE_NAME", [new MySqlName(null, outbox.Table)]);
        await session.ReadAsync([new CatalogQuery(new Statement($"SELECT 1 FROM information_schema.TABLES WHERE {place}"), _ => exists = true)], cancellationToken);
        if (exists)
        {
            var statement = new Statement(
                $"""
                SELECT COUNT(*), COALESCE(SUM(status = 'pending'), 0), COALESCE(SUM(status = 'processed'), 0), COALESCE(SUM(status = 'failed'), 0),
                       DATE_FORMAT(MIN(IF(status = 'pending', created_at, NULL)), {OutboxSql.MomentFormat}), DATE_FORMAT(MAX(processed_at), {OutboxSql.MomentFormat})
                FROM {OutboxSql.Table.Of(outbox)}
                """);
            await session.ReadAsync(
                [
                    new CatalogQuery(statement, row => counts = new OutboxCounts(
                        row.Number(0)!.Value, row.Number(1)!.Value, row.Number(2)!.Value, row.Number(3)!.Value, row.IsDBNull(4) ? null : Moment(row, 4), row.IsDBNull(5) ? null : Moment(row, 5))),
                ],
                cancellationToken);
        }

        return counts;
    }

    public async Task<long> CountOldAsync(MySqlSession session, OutboxDefinition outbox, IReadOnlyList<string> statuses, DateTimeOffset cutoff, CancellationToken cancellationToken)
    {
        var number = 0L;
        var statement = new Statement($"SELECT COUNT(*) FROM {OutboxSql.Table.Of(outbox)} WHERE {Old}") { Parameters = [OutboxSql.Json(statuses), Written(cutoff)] };
        await session.ReadAsync([new CatalogQuery(statement, row => number = row.GetInt64(0))], cancellationToken);
        return number;
    }

    public async Task<long> DeleteOldAsync(
        MySqlSession session, OutboxDefinition outbox, IReadOnlyList<string> statuses, DateTimeOffset cutoff, int limit, CancellationToken cancellationToken) =>
        await session.ChangeAsync(
            new Statement($"DELETE FROM {OutboxSql.Table.Of(outbox)} WHERE {Old} ORDER BY COALESCE(processed_at, created_at) LIMIT $3") { Parameters = [OutboxSql.Json(statuses), Written(cutoff), limit] },
            cancellationToken);

    /// <summary>A column that was selected in <see cref="OutboxSql.MomentFormat"/>.</summary>
    public static DateTimeOffset Moment(DbDataReader row, int column) =>
        DateTimeOffset.Parse(row.GetString(column), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal);

    private static string Written(DateTimeOffset moment) => moment.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss.ffffff", CultureInfo.InvariantCulture);

    private static OutboxDefinition AsItIs(OutboxDefinition outbox, IEnumerable<string> columns, HashSet<string> indexes, Dictionary<string, string> triggers)
    {
        var existing = columns.ToHashSet(StringComparer.OrdinalIgnoreCase);
        return outbox with
        {
            Capture = [.. outbox.Capture.Where(capture => capture.Operations.All(operation =>
                triggers.GetValueOrDefault(OutboxSql.TriggerOf(outbox, capture, operation)) == OutboxSql.TriggerBody(outbox, capture, operation)))],
            Missing = OutboxSql.Table.MissingFrom(outbox, existing.Contains, indexes.Contains),
        };
    }
}
