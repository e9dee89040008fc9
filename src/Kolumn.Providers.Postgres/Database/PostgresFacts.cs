using Kolumn.Protocol.Payloads;
using Kolumn.Providers.Postgres.Sql;
using Kolumn.Sdk;

namespace Kolumn.Providers.Postgres.Database;

/// <summary>What the catalog and the statistics collector know of sizes: https://www.postgresql.org/docs/current/functions-admin.html#FUNCTIONS-ADMIN-DBSIZE.</summary>
internal sealed class PostgresFacts : IDatabaseFacts<PostgresSession>
{
    private const string Database = "SELECT current_database()::text, pg_catalog.pg_database_size(current_database())";

    // Before the first ANALYZE reltuples is -1, in versions before 14 it is 0.
    private const string Relations = """
        SELECT c.relkind::text, n.nspname::text, c.relname::text, c.reltuples::float8,
               pg_catalog.pg_table_size(c.oid), CASE WHEN c.relkind = 'i' THEN NULL ELSE pg_catalog.pg_indexes_size(c.oid) END,
               GREATEST(s.last_analyze, s.last_autoanalyze)
        FROM pg_catalog.pg_class c
        JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
        LEFT JOIN pg_catalog.pg_stat_all_tables s ON s.relid = c.oid
        WHERE c.relkind IN ('r', 'm', 'i') AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
        """;

    public async Task<DatabaseFacts> ReadAsync(PostgresSession session, CancellationToken cancellationToken)
    {
        var (name, size) = ("", 0L);
        var objects = new Dictionary<ObjectReference, ObjectStatistics>();
        await session.ReadAsync(
            [
                new CatalogQuery(new Statement(Database), row => (name, size) = (row.GetString(0), row.GetInt64(1))),
                new CatalogQuery(new Statement(Relations), row =>
                {
                    var type = row.GetString(0) switch { "r" => "table", "m" => "materialized_view", _ => "index" };
                    var tuples = row.GetDouble(3);
                    objects[new ObjectReference(type, new QualifiedName(row.GetString(1), row.GetString(2)).ToString())] = new ObjectStatistics
                    {
                        RowCount = type == "index" || tuples < 0 ? null : (long)tuples,
                        SizeBytes = row.IsDBNull(4) ? null : row.GetInt64(4),
                        IndexSizeBytes = row.IsDBNull(5) ? null : row.GetInt64(5),
                        LastAnalyzed = row.IsDBNull(6) ? null : row.GetFieldValue<DateTimeOffset>(6),
                    };
                }),
            ],
            cancellationToken);
        return new DatabaseFacts(name, size, objects);
    }
}
