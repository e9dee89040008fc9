using System.Globalization;
using System.Text.Json.Nodes;
using Kolumn.Protocol;
using Kolumn.Providers.Sqlite.Database;
using Kolumn.Providers.Sqlite.Ddl;
using Kolumn.Providers.Sqlite.Resources;
using Kolumn.Sdk;
using Kolumn.Sdk.Sql;
using Kolumn.Sdk.Streaming;
using Microsoft.Data.Sqlite;

namespace Kolumn.Providers.Sqlite.Streaming;

/// <summary>Outboxes, sinks and routes in an SQLite file.</summary>
internal sealed class SqliteStreams : IStreamDialect<SqliteSession>, ICapturingDialect
{
    private const string Records = SqliteProvider.OwnPrefix + "streams";

    private readonly SqlStreamRecords _records = new(
        SqlDialect.Sqlite, Records, new Statement($"CREATE TABLE IF NOT EXISTS {Records} (kind TEXT NOT NULL, name TEXT NOT NULL, definition TEXT NOT NULL, PRIMARY KEY (kind, name))"));

    public SqlDialect Names => SqlDialect.Sqlite;

    public string? DefaultSchema => null;

    public int? MaxTableLength => null;

    /// <summary>There is no function that makes JSON of a row whose columns it does not name.</summary>
    public bool NeedsColumns => true;

    public IReadOnlyList<Statement> Save(string kind, JsonObject definition) => _records.Save(kind, definition);

    public Statement Forget(string kind, string name) => _records.Forget(kind, name);

    public Task<IReadOnlyList<JsonObject>> ReadRecordsAsync(SqliteSession session, string kind, IReadOnlyCollection<string>? names, CancellationToken cancellationToken) =>
        session.ReadAsync<IReadOnlyList<JsonObject>>(
            connection => !HasTable(connection, Records) ? [] :
            [
                .. connection.Query(
                    $"SELECT definition FROM {Records} WHERE kind = $1 AND ($2 IS NULL OR name IN (SELECT value FROM json_each($2))) ORDER BY name",
                    row => JsonNode.Parse(row.GetString(0))!.AsObject(), kind, names is null ? null : JsonMembers.ToJson(names).ToJsonString()),
            ],
            cancellationToken);

    public Task<IReadOnlyList<OutboxDefinition>> ReadOutboxesAsync(SqliteSession session, IReadOnlyList<OutboxDefinition> recorded, CancellationToken cancellationToken) =>
        session.ReadAsync<IReadOnlyList<OutboxDefinition>>(
            connection =>
            {
                var columns = SchemaCatalog.Columns(connection).SelectMany(table => table).ToLookup(column => SqliteName.Fold(column.Table), column => column.Name, StringComparer.Ordinal);
                var entries = SchemaCatalog.Entries(connection).Where(entry => entry.Type is "index" or "trigger").ToDictionary(entry => SqliteName.Fold(entry.Name), entry => entry.Sql, StringComparer.Ordinal);
                return [.. recorded.Where(outbox => columns.Contains(SqliteName.Fold(outbox.Table))).Select(outbox => AsItIs(outbox, columns[SqliteName.Fold(outbox.Table)], entries))];
            },
            cancellationToken);

    public string? TableOf(JsonNode reference, DescribeContext context)
    {
        var table = new ConfigReading(context).Reference(reference, AttributePath.Of("capture")).Table;
        return table.Length == 0 ? null : table;
    }

    public IReadOnlyList<string>? ColumnsOf(JsonNode reference, DescribeContext context)
    {
        var address = reference switch
        {
            JsonValue text when text.GetValueKind() == System.Text.Json.JsonValueKind.String => text.GetValue<string>(),
            JsonObject resource => resource.Text("id"),
            _ => null,
        };
        return address is not null && context.ConfigOf(address) is { } config
            ? [.. config.Items("columns").OfType<JsonObject>().Select(column => column.Text("name")).OfType<string>()]
            : null;
    }

    public string PlainName(string identity) => identity;

    public IEnumerable<ObjectReference> Requires(OutboxDefinition outbox) => outbox.Capture.Select(capture => new ObjectReference("table", SqliteName.Fold(capture.Table)));

    public IEnumerable<ObjectReference> PartsOf(OutboxDefinition outbox) =>
    [
        new("table", SqliteName.Fold(outbox.Table)),
        .. OutboxSql.Table.Indexes.Select(index => new ObjectReference("index", SqliteName.Fold(outbox.Table + index.Suffix))),
        .. outbox.Capture.SelectMany(capture => capture.Operations.Select(operation => new ObjectReference("trigger", SqliteName.Fold(OutboxSql.TriggerOf(outbox, capture, operation))))),
    ];

    public IReadOnlyList<Statement> Create(OutboxDefinition outbox) => [OutboxSql.Table.Create(outbox), .. OutboxSql.Table.CreateIndexes(outbox)];

    public IReadOnlyList<Statement> Repair(OutboxDefinition outbox, string missing) => [OutboxSql.Table.Repair(outbox, missing)];

    public IReadOnlyList<Statement> Drop(OutboxDefinition outbox) => [OutboxSql.Table.Drop(outbox)];

    /// <summary>A trigger of the name that is not the one wanted counts as none, and makes way.</summary>
    public IReadOnlyList<Statement> BeginCapture(OutboxDefinition outbox, CaptureDefinition capture) =>
    [
        .. EndCapture(outbox, capture),
        .. capture.Operations.Select(operation => new Statement(OutboxSql.CreateTrigger(outbox, capture, operation))),
    ];

    public IReadOnlyList<Statement> EndCapture(OutboxDefinition outbox, CaptureDefinition capture) =>
        [.. capture.Operations.Select(operation => OutboxSql.DropTrigger(outbox, capture, operation))];

    public Task<OutboxCounts?> CountAsync(SqliteSession session, OutboxDefinition outbox, CancellationToken cancellationToken) => session.ReadAsync(
        connection => !HasTable(connection, outbox.Table) ? null : connection.Query<OutboxCounts?>(
            $"""
            SELECT count(*), coalesce(sum(status = 'pending'), 0), coalesce(sum(status = 'processed'), 0), coalesce(sum(status = 'failed'), 0),
                   min(created_at) FILTER (WHERE status = 'pending'), max(processed_at)
            FROM {SqlIdentifier.Quote(outbox.Table)}
            """,
            row => new OutboxCounts(row.GetInt64(0), row.GetInt64(1), row.GetInt64(2), row.GetInt64(3), MomentOf(row, 4), MomentOf(row, 5)))[0],
        cancellationToken);

    public Task<long> CountOldAsync(SqliteSession session, OutboxDefinition outbox, IReadOnlyList<string> statuses, DateTimeOffset cutoff, CancellationToken cancellationToken) =>
        session.ReadAsync(
            connection => connection.Query($"SELECT count(*) FROM {SqlIdentifier.Quote(outbox.Table)} WHERE {Old}", row => row.GetInt64(0), Words(statuses), Moment(cutoff))[0], cancellationToken);

    public Task<long> DeleteOldAsync(
        SqliteSession session, OutboxDefinition outbox, IReadOnlyList<string> statuses, DateTimeOffset cutoff, int limit, CancellationToken cancellationToken) =>
        session.ReadAsync(
            connection =>
            {
                var table = SqlIdentifier.Quote(outbox.Table);
                return (long)connection.Query(
                    $"DELETE FROM {table} WHERE position IN (SELECT position FROM {table} WHERE {Old} ORDER BY coalesce(processed_at, created_at) LIMIT $3) RETURNING 1",
                    row => row.GetInt32(0), Words(statuses), Moment(cutoff), limit).Count;
            },
            cancellationToken);

    /// <summary>As the table holds it.</summary>
    internal static string Moment(DateTimeOffset moment) => moment.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    private static bool HasTable(SqliteConnection connection, string name) =>
        connection.Query("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = $1 COLLATE NOCASE", row => row.GetInt32(0), name).Count > 0;

    private const string Old = "status <> 'pending' AND status IN (SELECT value FROM json_each($1)) AND coalesce(processed_at, created_at) < $2";

    private static string Words(IReadOnlyList<string> statuses) => JsonMembers.ToJson(statuses).ToJsonString();

    private static DateTimeOffset? MomentOf(SqliteDataReader row, int column) => row.IsDBNull(column) ? null
        : DateTimeOffset.Parse(row.GetString(column), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal);

    private static OutboxDefinition AsItIs(OutboxDefinition outbox, IEnumerable<string> columns, Dictionary<string, string> entries)
    {
        var existing = columns.Select(SqliteName.Fold).ToHashSet(StringComparer.Ordinal);
        return outbox with
        {
            Capture = [.. outbox.Capture.Where(capture => capture.Operations.All(operation =>
                entries.GetValueOrDefault(SqliteName.Fold(OutboxSql.TriggerOf(outbox, capture, operation))) == OutboxSql.CreateTrigger(outbox, capture, operation)))],
            Missing = OutboxSql.Table.MissingFrom(outbox, column => existing.Contains(SqliteName.Fold(column)), index => entries.ContainsKey(SqliteName.Fold(index))),
        };
    }
}
