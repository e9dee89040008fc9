using System.Data.Common;
using Kolumn.Providers.Postgres.Database;
using Kolumn.Providers.Postgres.Sql;

namespace Kolumn.Providers.Postgres.Resources.Views;

/// <summary>Reads views or materialised views in one query.</summary>
internal static class ViewCatalog
{
    /// <param name="lookups">Null for all.</param>
    public static Task<IReadOnlyList<ViewDefinition>> ReadViewsAsync(
        PostgresSession session, IReadOnlyCollection<QualifiedName>? lookups, SchemaNames names, CancellationToken cancellationToken) =>
        ReadAsync(session, "v", lookups, row => Filled(new ViewDefinition { Schema = "", Name = "", Query = "" }, row, names), cancellationToken);

    /// <param name="lookups">Null for all.</param>
    public static Task<IReadOnlyList<MaterializedViewDefinition>> ReadMaterializedAsync(
        PostgresSession session, IReadOnlyCollection<QualifiedName>? lookups, SchemaNames names, CancellationToken cancellationToken) =>
        ReadAsync(
            session,
            "m",
            lookups,
            row => Filled(new MaterializedViewDefinition { Schema = "", Name = "", Query = "", WithoutData = !row.GetBoolean(7) }, row, names),
            cancellationToken);

    private static async Task<IReadOnlyList<T>> ReadAsync<T>(
        PostgresSession session, string kind, IReadOnlyCollection<QualifiedName>? lookups, Func<DbDataReader, T> read, CancellationToken cancellationToken)
    {
        var found = new List<T>();
        await session.ReadAsync([CatalogQuery.Of(CatalogSql.Views, lookups, row => found.Add(read(row)), kind)], cancellationToken);
        return found;
    }

    private static T Filled<T>(T empty, DbDataReader row, SchemaNames names)
        where T : QueryDefinition => (T)((QueryDefinition)empty with
        {
            Schema = names.Schema(row.GetString(0)),
            Name = row.GetString(1),
            Query = names.Sql(row.GetString(2))!.Trim().TrimEnd(';'),
            Comment = row.Text(3),
            Columns = [.. row.List<string>(4).Zip(row.List<string>(5), (name, type) => new QueryColumn(name, names.Sql(type)!))],
            Owner = row.GetString(6),
        });
}
