using System.Data.Common;
using Kolumn.Providers.Postgres.Database;
using Kolumn.Providers.Postgres.Sql;

namespace Kolumn.Providers.Postgres.Resources.Publications;

/// <summary>Reads publications with their tables and schemas in one round trip.</summary>
internal static class PublicationCatalog
{
    /// <summary>The first version with columns, conditions and schemas.</summary>
    private const int Detailed = 15;

    /// <param name="lookups">Null for all.</param>
    public static async Task<IReadOnlyList<PublicationDefinition>> ReadAsync(
        PostgresSession session, IReadOnlyCollection<QualifiedName>? lookups, SchemaNames names, CancellationToken cancellationToken)
    {
        var found = new Dictionary<string, (PublicationDefinition Publication, List<PublishedTable> Tables, List<string> Schemas)>(StringComparer.Ordinal);
        List<CatalogQuery> queries = [CatalogQuery.Of(CatalogSql.Publications, lookups, row => found.Add(row.GetString(0), (Publication(row), [], [])))];
        if (session.ServerVersion >= Detailed)
        {
            queries.Add(CatalogQuery.Of(CatalogSql.PublicationTables, lookups, row => TablesOf(row)?.Add(Table(row, names) with { Columns = [.. row.List<string>(3).Order(StringComparer.Ordinal)], Where = names.Sql(row.Text(4)) })));
            queries.Add(CatalogQuery.Of(CatalogSql.PublicationSchemas, lookups, row => (found.TryGetValue(row.GetString(0), out var one) ? one.Schemas : null)?.Add(row.GetString(1))));
        }
        else
        {
            queries.Add(CatalogQuery.Of(CatalogSql.PublicationTablesBefore15, lookups, row => TablesOf(row)?.Add(Table(row, names))));
        }

        await session.ReadAsync(queries, cancellationToken);
        return
        [
            .. found.Values.Select(one => one.Publication with
            {
                Tables = [.. one.Tables.OrderBy(table => table.Name, StringComparer.Ordinal)],
                Schemas = [.. one.Schemas.Order(StringComparer.Ordinal)],
            }),
        ];

        List<PublishedTable>? TablesOf(DbDataReader row) => found.TryGetValue(row.GetString(0), out var one) ? one.Tables : null;
    }

    private static PublicationDefinition Publication(DbDataReader row)
    {
        var operations = PublicationResource.Operations.Where((_, at) => row.GetBoolean(2 + at)).ToList();
        return new PublicationDefinition
        {
            Name = row.GetString(0),
            AllTables = row.GetBoolean(1),
            Publish = operations.Count == PublicationResource.Operations.Count ? [] : operations,
            ViaPartitionRoot = row.GetBoolean(6),
            Comment = row.Text(7),
            Owner = row.GetString(8),
        };
    }

    private static PublishedTable Table(DbDataReader row, SchemaNames names) => new() { Name = new QualifiedName(names.Schema(row.GetString(1)), row.GetString(2)).ToString() };
}
