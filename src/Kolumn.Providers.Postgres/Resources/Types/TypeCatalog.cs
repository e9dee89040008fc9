using Kolumn.Providers.Postgres.Database;
using Kolumn.Providers.Postgres.Resources.Tables;
using Kolumn.Providers.Postgres.Sql;

namespace Kolumn.Providers.Postgres.Resources.Types;

/// <summary>Reads types with their attributes and checks: three queries in one round trip.</summary>
internal static class TypeCatalog
{
    /// <param name="lookups">Null for all.</param>
    public static async Task<IReadOnlyList<TypeDefinition>> ReadAsync(
        PostgresSession session, IReadOnlyCollection<QualifiedName>? lookups, SchemaNames names, CancellationToken cancellationToken)
    {
        var types = new Dictionary<long, (TypeDefinition Type, List<TypeAttribute> Attributes, List<CheckDefinition> Checks)>();
        await session.ReadAsync(
            [
                CatalogQuery.Of(CatalogSql.Types, lookups, row => types.Add(row.GetInt64(0), (
                    new TypeDefinition
                    {
                        Schema = names.Schema(row.GetString(1)),
                        Name = row.GetString(2),
                        Composite = row.GetString(3) == "c",
                        Values = row.List<string>(4),
                        Base = names.Sql(row.Text(5)),
                        Collation = names.Sql(row.Text(6)),
                        Default = names.Sql(row.Text(7)),
                        Nullable = row.GetBoolean(8) ? false : null,
                        Comment = row.Text(9),
                        Owner = row.GetString(10),
                    },
                    [],
                    []))),
                CatalogQuery.Of(CatalogSql.TypeAttributes, lookups, row =>
                {
                    if (types.TryGetValue(row.GetInt64(0), out var type))
                    {
                        type.Attributes.Add(new TypeAttribute { Name = row.GetString(1), Type = names.Sql(row.GetString(2))!, Collation = names.Sql(row.Text(3)) });
                    }
                }),
                CatalogQuery.Of(CatalogSql.TypeChecks, lookups, row =>
                {
                    if (types.TryGetValue(row.GetInt64(0), out var type))
                    {
                        type.Checks.Add(new CheckDefinition { Name = row.GetString(1), Expression = names.Sql(row.GetString(2))!, NotValid = !row.GetBoolean(3) });
                    }
                }),
            ],
            cancellationToken);
        return [.. types.Values.Select(found => found.Type with { Attributes = found.Attributes, Checks = found.Checks })];
    }
}
