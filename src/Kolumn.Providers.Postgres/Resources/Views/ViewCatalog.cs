using Kolumn.Providers.Postgres.Database;
using Kolumn.Providers.Postgres.Sql;

namespace Kolumn.Providers.Postgres.Resources.Views;

/// <summary>Reads views in one query.</summary>
internal static class ViewCatalog
{
    /// <param name="lookups">Null for all.</param>
    public static async Task<IReadOnlyList<ViewDefinition>> ReadAsync(
        PostgresSession session, IReadOnlyCollection<QualifiedName>? lookups, SchemaNames names, CancellationToken cancellationToken)
    {
        var views = new List<ViewDefinition>();
        await session.ReadAsync(
            [CatalogQuery.Of(CatalogSql.Views, lookups, row => views.Add(new ViewDefinition
            {
                Schema = names.Schema(row.GetString(0)),
                Name = row.GetString(1),
                Query = names.Sql(row.GetString(2))!.Trim().TrimEnd(';'),
                Comment = row.Text(3),
                Owner = row.GetString(6),
                Columns = [.. row.List<string>(4).Zip(row.List<string>(5), (name, type) => new QueryColumn(name, names.Sql(type)!))],
            }))],
            cancellationToken);
        return views;
    }
}
