using Kolumn.Providers.Postgres.Sql;
using Kolumn.Sdk;

namespace Kolumn.Providers.Postgres.Database;

/// <summary>
/// Which tables hold anything, by the catalog and the size of their files: no row is read. Partitioned tables are never changed in steps,
/// because PostgreSQL builds nothing on them concurrently.
/// </summary>
internal static class TablesInUse
{
    // relpages is what the last VACUUM saw, and 0 before the first.
    private const string Query = """
        SELECT n.nspname::text, c.relname::text, c.relkind = 'p',
               CASE c.relkind WHEN 'p' THEN EXISTS (SELECT FROM pg_catalog.pg_partition_tree(c.oid) AS p WHERE p.isleaf AND pg_catalog.pg_relation_size(p.relid) > 0)
                              ELSE c.relpages > 0 OR pg_catalog.pg_relation_size(c.oid) > 0 END
        FROM pg_catalog.pg_class c
        JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
        WHERE (n.nspname::text, c.relname::text) IN (SELECT s, r FROM unnest($1::text[], $2::text[]) AS wanted (s, r)) AND c.relkind IN ('r', 'm', 'p')
        """;

    public static async Task<IReadOnlyDictionary<string, ObjectUse>> FindAsync(PostgresSession session, IReadOnlyCollection<string> identities, CancellationToken cancellationToken)
    {
        var found = new Dictionary<string, ObjectUse>(StringComparer.Ordinal);
        var names = identities.Select(identity => QualifiedName.Parse(identity)).OfType<QualifiedName>().ToList();
        await session.ReadAsync(
            [CatalogQuery.Of(Query, names, row => found[new QualifiedName(row.GetString(0), row.GetString(1)).ToString()] = UseOf(row.GetBoolean(2), row.GetBoolean(3)))],
            cancellationToken);
        return found;

        ObjectUse UseOf(bool isPartitioned, bool holdsRows) => !holdsRows ? ObjectUse.Empty : isPartitioned || !session.LowLock ? ObjectUse.InTransaction : ObjectUse.InSteps;
    }
}
