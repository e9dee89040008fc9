using System.Data.Common;
using Kolumn.Providers.Postgres.Database;
using Kolumn.Providers.Postgres.Sql;

namespace Kolumn.Providers.Postgres.Resources.Indexes;

/// <summary>Reads indexes and their parts: two queries in one round trip.</summary>
internal static class IndexCatalog
{
    /// <param name="lookups">Null for all.</param>
    public static async Task<IReadOnlyList<IndexDefinition>> ReadAsync(
        PostgresSession session, IReadOnlyCollection<QualifiedName>? lookups, SchemaNames names, CancellationToken cancellationToken)
    {
        var indexes = new Dictionary<long, (IndexDefinition Index, List<IndexPart> Columns, List<string> Include)>();
        await session.ReadAsync(
            [
                CatalogQuery.Of(CatalogSql.Indexes, lookups, row => indexes.Add(row.GetInt64(0), (Index(row, names), [], []))),
                CatalogQuery.Of(
                    CatalogSql.IndexColumns,
                    lookups,
                    row =>
                    {
                        if (!indexes.TryGetValue(row.GetInt64(0), out var index))
                        {
                            return;
                        }

                        if (row.GetBoolean(1))
                        {
                            index.Include.Add(row.GetString(2));
                        }
                        else
                        {
                            index.Columns.Add(Part(row, names, new IndexPart()));
                        }
                    },
                    false),
            ],
            cancellationToken);
        return [.. indexes.Values.Select(rows => rows.Index with { Columns = rows.Columns, Include = rows.Include })];
    }

    private static IndexDefinition Index(DbDataReader row, SchemaNames names) => new()
    {
        Schema = names.Schema(row.GetString(1)),
        Name = row.GetString(2),
        Table = new QualifiedName(names.Schema(row.GetString(3)), row.GetString(4)).ToString(),
        Method = row.GetString(5) is var method && method == "btree" ? null : method,
        Unique = row.GetBoolean(6),
        NullsNotDistinct = row.GetBoolean(7),
        Invalid = !row.GetBoolean(8),
        Where = names.Sql(row.Text(9)),
        Comment = row.Text(10),
        Leftovers = row.List<string>(11),
    };

    /// <summary>A row of the parts' query.</summary>
    public static IndexPart Part(DbDataReader row, SchemaNames names, IndexPart empty)
    {
        // Bits of pg_index.indoption: 1 descending, 2 nulls first.
        var (descending, nullsFirst) = ((row.GetInt32(4) & 1) != 0, (row.GetInt32(4) & 2) != 0);
        return empty with
        {
            Column = row.Text(2),
            Expression = names.Sql(row.Text(3)),
            Order = descending ? "desc" : null,
            Nulls = nullsFirst == descending ? null : nullsFirst ? "first" : "last",
            Opclass = names.Sql(row.Text(5)),
            Collation = names.Sql(row.Text(6)),
        };
    }
}
