using System.Globalization;
using Kolumn.Protocol;
using Kolumn.Providers.Postgres.Sql;
using Kolumn.Sdk;
using Kolumn.Sdk.Sql;

namespace Kolumn.Providers.Postgres.Database;

/// <summary>The ledger of migrations of one database, a table in Kolumn's schema, and what copying rows needs.</summary>
internal sealed class PostgresMigrationStore : IMigrationStore<PostgresSession>
{
    private const string Table = PostgresProvider.OwnSchema + ".migrations";

    // Of one database: advisory locks of others have nothing to do with it. The number is "kolumn" in ASCII.
    private const long LockKey = 0x6b6f_6c75_6d6e;

    // Columns that can be written to, the key in its order, and the tables that follow a deletion.
    private const string FindTable = """
        SELECT n.nspname::text, c.relname::text,
               ARRAY(SELECT a.attname::text FROM pg_catalog.pg_attribute a
                     WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = '' ORDER BY a.attnum),
               ARRAY(SELECT a.attname::text FROM pg_catalog.pg_index i CROSS JOIN unnest(i.indkey) WITH ORDINALITY AS k (attnum, n)
                     JOIN pg_catalog.pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.attnum
                     WHERE i.indrelid = c.oid AND i.indisprimary ORDER BY k.n),
               ARRAY(SELECT DISTINCT f.conrelid::regclass::text FROM pg_catalog.pg_constraint f
                     WHERE f.contype = 'f' AND f.confrelid = c.oid AND f.confdeltype IN ('c', 'n', 'd') ORDER BY 1),
               CASE WHEN c.reltuples >= 0 THEN c.reltuples::bigint END
        FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
        WHERE c.oid = to_regclass($1) AND c.relkind IN ('r', 'p')
        """;

    private const string Find = """
        SELECT c.oid IS NOT NULL,
               CASE WHEN c.oid IS NOT NULL THEN has_schema_privilege(n.oid, 'USAGE') AND has_table_privilege(c.oid, 'INSERT') AND has_table_privilege(c.oid, 'UPDATE')
                    WHEN n.oid IS NOT NULL THEN has_schema_privilege(n.oid, 'CREATE')
                    ELSE has_database_privilege(current_database(), 'CREATE') END,
               current_user::text
        FROM (VALUES (1)) AS one (x)
        LEFT JOIN pg_catalog.pg_namespace n ON n.nspname = $1
        LEFT JOIN pg_catalog.pg_class c ON c.relnamespace = n.oid AND c.relname = 'migrations'
        """;

    public SqlDialect Dialect => SqlDialect.Postgres;

    public IReadOnlyList<Statement> Create { get; } =
    [
        new(PostgresAuditStore.CreateSchema),
        new($"""
            CREATE TABLE {Table} (
              migration_id text PRIMARY KEY, description text NOT NULL, checksum text NOT NULL, status text NOT NULL, steps jsonb NOT NULL,
              changed_at timestamptz NOT NULL, duration_ms bigint NOT NULL, actor text NOT NULL, source text NOT NULL, error text)
            """),
    ];

    public Statement? Lock { get; } = new("SELECT pg_catalog.pg_advisory_xact_lock($1)") { Parameters = [LockKey] };

    public string InsertAsIs => "OVERRIDING SYSTEM VALUE";

    public async Task<LedgerPlace> FindAsync(PostgresSession session, CancellationToken cancellationToken)
    {
        var place = new LedgerPlace(false);
        await session.ReadAsync(
            [
                new CatalogQuery(new Statement(Find) { Parameters = [PostgresProvider.OwnSchema] }, row =>
                    place = new LedgerPlace(row.GetBoolean(0), row.GetBoolean(1) ? null : Obstacle(row.GetString(2)))),
            ],
            cancellationToken);
        return place;
    }

    public async Task<MigrationRecord?> ReadAsync(PostgresSession session, string migrationId, CancellationToken cancellationToken)
    {
        MigrationRecord? record = null;
        await session.ReadAsync([new CatalogQuery(MigrationSql.Select(Table, Columns("steps::text"), migrationId), row => record = MigrationSql.Read(row))], cancellationToken);
        return record;
    }

    public async Task<IReadOnlyList<MigrationRecord>> ListAsync(PostgresSession session, CancellationToken cancellationToken)
    {
        var records = new List<MigrationRecord>();
        await session.ReadAsync([new CatalogQuery(MigrationSql.SelectAll(Table, Columns("'[]'")), row => records.Add(MigrationSql.Read(row)))], cancellationToken);
        return records;
    }

    public Statement Save(MigrationRecord record) => MigrationSql.Save(Dialect, Table, record, column => column switch
    {
        "changed_at" => "{0}::timestamptz",
        "steps" => "{0}::jsonb",
        _ => "{0}",
    });

    public async Task<string?> AskAsync(PostgresSession session, string query, CancellationToken cancellationToken)
    {
        string? answer = null;
        var first = true;
        await session.ReadAsync(
            [
                session.UsersNames,
                new CatalogQuery(new Statement(query), row =>
                {
                    answer = first && !row.IsDBNull(0) ? Convert.ToString(row.GetValue(0), CultureInfo.InvariantCulture) : answer;
                    first = false;
                }),
            ],
            cancellationToken);
        return answer;
    }

    public string Spell(string identity) => QualifiedName.Parse(identity)?.Quoted ?? SqlIdentifier.Quote(identity);

    public async Task<RowTable?> FindTableAsync(PostgresSession session, string name, CancellationToken cancellationToken)
    {
        RowTable? table = null;
        await session.ReadAsync(
            [
                session.UsersNames,
                new CatalogQuery(new Statement(FindTable) { Parameters = [name] }, row => table = new RowTable(
                    new QualifiedName(row.GetString(0), row.GetString(1)).Quoted, row.List<string>(2), row.List<string>(3), row.List<string>(4)) { EstimatedRows = row.IsDBNull(5) ? null : row.GetInt64(5) }),
            ],
            cancellationToken);
        return table;
    }

    public string OwnTable(string name) => SqlIdentifier.Quote(PostgresProvider.OwnSchema, name);

    /// <summary>The lock that the step will need: taking a weaker one first would be an invitation to a deadlock.</summary>
    public IReadOnlyList<Statement> Guard(RowTable table) => [new($"LOCK TABLE {table.Name} IN ACCESS EXCLUSIVE MODE")];

    public async Task<RowDigest> DigestAsync(PostgresSession session, string query, CancellationToken cancellationToken)
    {
        var digest = new RowDigest(0, "0");
        await session.ReadAsync(
            [new CatalogQuery(Digest(query), row => digest = new RowDigest(row.GetInt64(0), row.GetString(1)))], cancellationToken);
        return digest;
    }

    // Rows as text: every type has one, and equal texts are equal values. The sum does not depend on the order.
    private static Statement Digest(string query) =>
        new($"SELECT count(*), coalesce(sum(pg_catalog.hashtextextended(r::text, 0)::numeric), 0)::text FROM ({query}) AS r");

    private static string Columns(string steps) => string.Join(", ", MigrationSql.Columns.Select(column => column switch
    {
        "changed_at" => """to_char(changed_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')""",
        "steps" => steps,
        _ => column,
    }));

    private static Diagnostic Obstacle(string role) => Diagnostic.Error(
        DiagnosticCodes.Permission,
        $"role {role} may not write the ledger of migrations, {Table}",
        $"GRANT CREATE, USAGE ON SCHEMA {PostgresProvider.OwnSchema} and INSERT, SELECT, UPDATE ON {Table} to it; or CREATE SCHEMA {PostgresProvider.OwnSchema} AUTHORIZATION \"{role}\".");
}
