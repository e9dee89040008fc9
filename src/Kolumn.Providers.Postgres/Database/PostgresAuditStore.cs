using Kolumn.Protocol;
using Kolumn.Protocol.Payloads;
using Kolumn.Sdk;
using Kolumn.Sdk.Sql;

namespace Kolumn.Providers.Postgres.Database;

/// <summary>The audit log of one database, a table in a schema of Kolumn's own.</summary>
internal sealed class PostgresAuditStore : IAuditStore<PostgresSession>
{
    private const string Table = PostgresProvider.OwnSchema + ".audit_log";

    // The place, and whether this role may write to it or make what is missing of it.
    private const string Find = """
        SELECT n.oid IS NOT NULL, c.oid IS NOT NULL,
               CASE WHEN c.oid IS NOT NULL THEN has_schema_privilege(n.oid, 'USAGE') AND has_table_privilege(c.oid, 'INSERT')
                    WHEN n.oid IS NOT NULL THEN has_schema_privilege(n.oid, 'CREATE')
                    ELSE has_database_privilege(current_database(), 'CREATE') END,
               current_user::text
        FROM (VALUES (1)) AS one (x)
        LEFT JOIN pg_catalog.pg_namespace n ON n.nspname = $1
        LEFT JOIN pg_catalog.pg_class c ON c.relnamespace = n.oid AND c.relname = 'audit_log'
        """;

    // CREATE SCHEMA IF NOT EXISTS asks for the right to create one even where it exists.
    public const string CreateSchema = $$"""
        DO $do$ BEGIN
          IF NOT EXISTS (SELECT FROM pg_catalog.pg_namespace WHERE nspname = '{{PostgresProvider.OwnSchema}}') THEN
            CREATE SCHEMA {{PostgresProvider.OwnSchema}};
            COMMENT ON SCHEMA {{PostgresProvider.OwnSchema}} IS 'Records that Kolumn keeps of its work';
          END IF;
        END $do$
        """;

    /// <summary>The schema of Kolumn's own tables, unless it is there.</summary>
    public static Statement OwnSchema { get; } = new(CreateSchema);

    private static readonly string Columns = string.Join(", ", AuditSql.Columns);

    public IReadOnlyList<Statement> Create { get; } =
    [
        OwnSchema,
        new($"""
            CREATE TABLE {Table} (
              position bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, event_id uuid NOT NULL, event_type text NOT NULL, occurred_at timestamptz NOT NULL, actor text NOT NULL,
              source text NOT NULL, resource_type text NOT NULL, name text NOT NULL, action text NOT NULL, outcome text NOT NULL, details jsonb NOT NULL, request_trace text)
            """),
    ];

    public Statement Append(IReadOnlyList<AuditEntry> entries)
    {
        var values = string.Join(", ", AuditSql.Columns.Select(column => column switch
        {
            "event_id" => "(e ->> 'event_id')::uuid",
            "occurred_at" => "(e ->> 'occurred_at')::timestamptz",
            "details" => "(e ->> 'details')::jsonb",
            _ => $"e ->> '{column}'",
        }));
        return new Statement($"INSERT INTO {Table} ({Columns}) SELECT {values} FROM jsonb_array_elements($1::jsonb) WITH ORDINALITY AS entries (e, n) ORDER BY n")
        {
            Parameters = [AuditSql.ToJson(entries)],
        };
    }

    public async Task<AuditPlace> FindAsync(PostgresSession session, CancellationToken cancellationToken)
    {
        var place = new AuditPlace(false);
        await session.ReadAsync(
            [
                new CatalogQuery(new Statement(Find) { Parameters = [PostgresProvider.OwnSchema] }, row =>
                    place = new AuditPlace(row.GetBoolean(1), row.GetBoolean(2) ? null : Obstacle(row.GetBoolean(0), row.GetBoolean(1), row.GetString(3)))),
            ],
            cancellationToken);
        return place;
    }

    public async Task<IReadOnlyList<StoredAuditEntry>> ReadAsync(PostgresSession session, AuditQuery query, CancellationToken cancellationToken)
    {
        var select = string.Join(", ", AuditSql.Columns.Select(column => column switch
        {
            "occurred_at" => """to_char(occurred_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')""",
            "event_id" or "details" => column + "::text",
            _ => column,
        }));
        var entries = new List<StoredAuditEntry>();
        await session.ReadAsync([new CatalogQuery(AuditSql.Select(Table, select, query, "{0}::timestamptz"), row => entries.Add(AuditSql.Read(row)))], cancellationToken);
        return entries;
    }

    private static Diagnostic Obstacle(bool hasSchema, bool hasTable, string role) => Diagnostic.Warning(
        DiagnosticCodes.Permission,
        $"changes are not recorded: role {role} may not {(hasTable ? $"write to {Table}" : $"create {(hasSchema ? Table : $"the schema {PostgresProvider.OwnSchema}")}")}",
        hasTable ? $"GRANT USAGE ON SCHEMA {PostgresProvider.OwnSchema} and INSERT, SELECT ON {Table} to it, or set audit = false in the provider block."
            : $"CREATE SCHEMA {PostgresProvider.OwnSchema} AUTHORIZATION \"{role}\", or set audit = false in the provider block.");
}
