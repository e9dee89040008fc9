using System.Text.Json.Nodes;
using Kolumn.Providers.Postgres.Database;
using Kolumn.Providers.Postgres.Resources;
using Kolumn.Providers.Postgres.Resources.Indexes;
using Kolumn.Providers.Postgres.Resources.Routines;
using Kolumn.Providers.Postgres.Resources.Schemas;
using Kolumn.Providers.Postgres.Resources.Sequences;
using Kolumn.Providers.Postgres.Resources.Tables;
using Kolumn.Providers.Postgres.Resources.Triggers;
using Kolumn.Providers.Postgres.Sql;
using Kolumn.Sdk;
using Kolumn.Sdk.Sql;
using Kolumn.Sdk.Streaming;

namespace Kolumn.Providers.Postgres.Streaming;

/// <summary>Outboxes, sinks and routes in PostgreSQL.</summary>
internal sealed class PostgresStreams : IStreamDialect<PostgresSession>, ICapturingDialect
{
    private const string Exists = "SELECT pg_catalog.to_regclass($1) IS NOT NULL";
    private const string Function = "function";
    private const string Records = PostgresProvider.OwnSchema + ".streams";

    // CREATE … IF NOT EXISTS asks for the right to create even where the thing exists.
    private static readonly Statement CreateRecords = new($$"""
        DO $do$ BEGIN
          IF pg_catalog.to_regnamespace('{{PostgresProvider.OwnSchema}}') IS NULL THEN
            CREATE SCHEMA {{PostgresProvider.OwnSchema}};
            COMMENT ON SCHEMA {{PostgresProvider.OwnSchema}} IS 'Records that Kolumn keeps of its work';
          END IF;
          IF pg_catalog.to_regclass('{{PostgresProvider.OwnSchema}}.streams') IS NULL THEN
            CREATE TABLE {{PostgresProvider.OwnSchema}}.streams (kind text NOT NULL, name text NOT NULL, definition jsonb NOT NULL, PRIMARY KEY (kind, name));
          END IF;
        END $do$
        """);

    private readonly SqlStreamRecords _records = new(SqlDialect.Postgres, Records, CreateRecords, "::jsonb");

    public SqlDialect Names => SqlDialect.Postgres;

    public string DefaultSchema => QualifiedName.DefaultSchema;

    public int? MaxTableLength => OutboxSql.MaxTableLength;

    public bool NeedsColumns => false;

    public IReadOnlyList<Statement> Save(string kind, JsonObject definition) => _records.Save(kind, definition);

    public Statement Forget(string kind, string name) => _records.Forget(kind, name);

    public async Task<IReadOnlyList<JsonObject>> ReadRecordsAsync(PostgresSession session, string kind, IReadOnlyCollection<string>? names, CancellationToken cancellationToken)
    {
        var (exists, found) = (false, new List<JsonObject>());
        await session.ReadAsync([new CatalogQuery(new Statement(Exists) { Parameters = [Records] }, row => exists = row.GetBoolean(0))], cancellationToken);
        if (exists)
        {
            var statement = new Statement($"SELECT definition::text FROM {Records} WHERE kind = $1 AND ($2::text[] IS NULL OR name = ANY ($2)) ORDER BY name")
            {
                Parameters = [kind, names?.ToArray()],
            };
            await session.ReadAsync([new CatalogQuery(statement, row => found.Add(JsonNode.Parse(row.GetString(0))!.AsObject()))], cancellationToken);
        }

        return found;
    }

    public async Task<IReadOnlyList<OutboxDefinition>> ReadOutboxesAsync(
        PostgresSession session, IReadOnlyList<OutboxDefinition> recorded, CancellationToken cancellationToken)
    {
        var catalog = await OutboxCatalog.ReadAsync(session, recorded, cancellationToken);
        return [.. recorded.Where(outbox => catalog.Columns.Contains(OutboxSql.TableOf(outbox))).Select(outbox => AsItIs(outbox, catalog))];
    }

    public string? TableOf(JsonNode reference, DescribeContext context) => References.Table(reference, DefaultSchema, context)?.ToString();

    public IReadOnlyList<string>? ColumnsOf(JsonNode reference, DescribeContext context) => null;

    public string PlainName(string identity) => QualifiedName.Parse(identity)!.Value.Name;

    public IEnumerable<ObjectReference> Requires(OutboxDefinition outbox) =>
        outbox.Capture.SelectMany(capture => SqlReferences.ToRelation(capture.Table)).Prepend(new ObjectReference(SchemaResource.Type, outbox.Schema!));

    public IEnumerable<ObjectReference> PartsOf(OutboxDefinition outbox) =>
    [
        new(TableResource.Type, OutboxSql.TableOf(outbox).ToString()),
        new(SequenceResource.Type, OutboxSql.IndexOf(outbox, "_position_seq").ToString()),
        new(RoutineResource.Function, RoutineNames.WithoutArguments(OutboxSql.FunctionOf(outbox))),
        .. OutboxSql.Table.Indexes.Select(index => new ObjectReference(IndexResource.Type, OutboxSql.IndexOf(outbox, index.Suffix).ToString())),
        .. outbox.Capture.Select(capture => new ObjectReference(TriggerResource.Type, $"{capture.Table}.{DottedName.Show(OutboxSql.TriggerOf(outbox))}")),
    ];

    public IReadOnlyList<Statement> Create(OutboxDefinition outbox) =>
        [OutboxSql.Table.Create(outbox), .. OutboxSql.Table.CreateIndexes(outbox), OutboxSql.CreateFunction(outbox)];

    public IReadOnlyList<Statement> Repair(OutboxDefinition outbox, string missing) =>
        [missing == Function ? OutboxSql.CreateFunction(outbox) : OutboxSql.Table.Repair(outbox, missing)];

    public IReadOnlyList<Statement> Drop(OutboxDefinition outbox) => [OutboxSql.Table.Drop(outbox), OutboxSql.DropFunction(outbox)];

    public IReadOnlyList<Statement> BeginCapture(OutboxDefinition outbox, CaptureDefinition capture) => [OutboxSql.CreateTrigger(outbox, capture)];

    public IReadOnlyList<Statement> EndCapture(OutboxDefinition outbox, CaptureDefinition capture) => [OutboxSql.DropTrigger(outbox, capture)];

    public async Task<OutboxCounts?> CountAsync(PostgresSession session, OutboxDefinition outbox, CancellationToken cancellationToken)
    {
        var (exists, counts) = (false, (OutboxCounts?)null);
        var table = OutboxSql.TableOf(outbox).Quoted;
        await session.ReadAsync([new CatalogQuery(new Statement(Exists) { Parameters = [table] }, row => exists = row.GetBoolean(0))], cancellationToken);
        if (exists)
        {
            var statement = new Statement(
                $"""
                SELECT count(*), count(*) FILTER (WHERE status = 'pending'), count(*) FILTER (WHERE status = 'processed'), count(*) FILTER (WHERE status = 'failed'),
                       min(created_at) FILTER (WHERE status = 'pending'), max(processed_at)
                FROM {table}
                """);
            await session.ReadAsync(
                [new CatalogQuery(statement, row => counts = new OutboxCounts(row.GetInt64(0), row.GetInt64(1), row.GetInt64(2), row.GetInt64(3), Moment(row, 4), Moment(row, 5)))], cancellationToken);
        }

        return counts;

        static DateTimeOffset? Moment(System.Data.Common.DbDataReader row, int column) => row.IsDBNull(column) ? null : row.GetFieldValue<DateTimeOffset>(column);
    }

    public Task<long> CountOldAsync(PostgresSession session, OutboxDefinition outbox, IReadOnlyList<string> statuses, DateTimeOffset cutoff, CancellationToken cancellationToken) =>
        NumberAsync(session, $"SELECT count(*) FROM {OutboxSql.TableOf(outbox).Quoted} WHERE {Old}", [statuses.ToArray(), cutoff.ToUniversalTime()], cancellationToken);

    public Task<long> DeleteOldAsync(
        PostgresSession session, OutboxDefinition outbox, IReadOnlyList<string> statuses, DateTimeOffset cutoff, int limit, CancellationToken cancellationToken)
    {
        var table = OutboxSql.TableOf(outbox).Quoted;
        return NumberAsync(
            session,
            $"""
            WITH gone AS (
              DELETE FROM {table} WHERE id IN (SELECT id FROM {table} WHERE {Old} ORDER BY coalesce(processed_at, created_at) LIMIT $3 FOR UPDATE SKIP LOCKED) RETURNING 1
            ) SELECT count(*) FROM gone
            """,
            [statuses.ToArray(), cutoff.ToUniversalTime(), limit],
            cancellationToken);
    }

    private const string Old = "status <> 'pending' AND status = ANY ($1) AND coalesce(processed_at, created_at) < $2";

    private static async Task<long> NumberAsync(PostgresSession session, string sql, object[] parameters, CancellationToken cancellationToken)
    {
        var number = 0L;
        await session.ReadAsync([new CatalogQuery(new Statement(sql) { Parameters = parameters }, row => number = row.GetInt64(0))], cancellationToken);
        return number;
    }

    // A function that somebody replaced is as good as none: both are put right by making it again.
    private static OutboxDefinition AsItIs(OutboxDefinition outbox, OutboxCatalog catalog)
    {
        var columns = catalog.Columns[OutboxSql.TableOf(outbox)].ToHashSet(StringComparer.Ordinal);
        return outbox with
        {
            Capture = [.. catalog.Captures[OutboxSql.FunctionOf(outbox)].OrderBy(capture => capture.Table, StringComparer.Ordinal)],
            Missing =
            [
                .. OutboxSql.Table.MissingFrom(outbox, columns.Contains, index => catalog.Indexes.Contains(new QualifiedName(outbox.Schema!, index))),
                .. catalog.Functions.GetValueOrDefault(OutboxSql.FunctionOf(outbox)) == OutboxSql.FunctionBody(outbox) ? [] : new[] { Function },
            ],
        };
    }
}
