using Kolumn.Providers.Postgres.Sql;

namespace Kolumn.Providers.Postgres.Database;

/// <summary>
/// Which tables hold anything, by the catalog and the size of their files: no row is read. Partitioned tables are never among them,
/// because PostgreSQL builds nothing on them concurrently.
/// </summary>
internal static class TablesInUse
{
    // relpages is what the last VACUUM saw, and 0 before the first.
    private const string Query = """
        SELECT n.nspname::text, c.relname::text
        FROM pg_catalog.pg_class c
        JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
        WHERE (n.nspname::text, c.relname::text) IN (SELECT s, r FROM unnest($1::text[], $2::text[]) AS wanted (s, r))
          AND c.relkind IN ('r', 'm') AND (c.relpages > 0 OR pg_catalog.pg_relation_size(c.oid) > 0)
        """;

    public static async Task<IReadOnlySet<string>> FindAsync(PostgresSession session, IReadOnlyCollection<string> identities, CancellationToken cancellationToken)
    {
        var found = new HashSet<string>(StringComparer.Ordinal);
        if (session.LowLock)
        {
            var names = identities.Select(identity => QualifiedName.Parse(identity)).OfType<QualifiedName>().ToList();
            await session.ReadAsync([CatalogQuery.Of(Query, names, row => found.Add(new QualifiedName(row.GetString(0), row.GetString(1)).ToString()))], cancellationToken);
        }

        return found;
    }
}
