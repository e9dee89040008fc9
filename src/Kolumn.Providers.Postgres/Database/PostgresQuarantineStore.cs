using Kolumn.Sdk;
using Kolumn.Sdk.Sql;

namespace Kolumn.Providers.Postgres.Database;

/// <summary>The ledger of what was deleted from one database, beside the audit log.</summary>
internal sealed class PostgresQuarantineStore : IQuarantineStore<PostgresSession>
{
    private const string Table = PostgresProvider.OwnSchema + ".quarantine";

    private const string Shown = """'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'""";

    public IReadOnlyList<Statement> Create { get; } =
    [
        PostgresAuditStore.OwnSchema,
        new($"""
            CREATE TABLE {Table} (
              position bigint GENERATED ALWAYS AS IDENTITY, id text PRIMARY KEY, resource_type text NOT NULL, name text NOT NULL, identity text NOT NULL, location text,
              part_of text, definition jsonb NOT NULL, actor text NOT NULL, quarantined_at timestamptz NOT NULL, expires_at timestamptz NOT NULL)
            """),
    ];

    public Statement Append(QuarantineEntry entry, TimeSpan retention) => new($"""
        INSERT INTO {Table} ({QuarantineSql.Columns}, quarantined_at, expires_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7::jsonb, $8, now(), now() + make_interval(secs => $9))
        """)
    {
        Parameters = [.. QuarantineSql.Values(entry), retention.TotalSeconds],
    };

    public Statement Remove(IReadOnlyCollection<string> ids) => new($"DELETE FROM {Table} WHERE id = ANY ($1)") { Parameters = [ids.ToArray()] };

    public async Task<IReadOnlyList<QuarantineEntry>?> ReadAsync(PostgresSession session, CancellationToken cancellationToken)
    {
        var exists = false;
        await session.ReadAsync(
            [new CatalogQuery(new Statement("SELECT to_regclass($1) IS NOT NULL") { Parameters = [Table] }, row => exists = row.GetBoolean(0))], cancellationToken);
        if (!exists)
        {
            return null;
        }

        var entries = new List<QuarantineEntry>();
        var columns = QuarantineSql.Columns.Replace("definition", "definition::text", StringComparison.Ordinal);
        await session.ReadAsync(
            [
                new CatalogQuery(
                    new Statement($"SELECT {columns}, to_char(quarantined_at AT TIME ZONE 'UTC', {Shown}), to_char(expires_at AT TIME ZONE 'UTC', {Shown}) FROM {Table} ORDER BY position"),
                    row => entries.Add(QuarantineSql.Read(row))),
            ],
            cancellationToken);
        return entries;
    }
}
