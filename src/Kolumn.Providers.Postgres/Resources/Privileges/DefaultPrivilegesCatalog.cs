using System.Data.Common;
using Kolumn.Providers.Postgres.Database;
using Kolumn.Sdk;

namespace Kolumn.Providers.Postgres.Resources.Privileges;

/// <summary>Reads default privileges in one query; there are few.</summary>
internal static class DefaultPrivilegesCatalog
{
    /// <returns>All that somebody has granted or revoked.</returns>
    public static async Task<IReadOnlyList<DefaultPrivilegesDefinition>> ReadAsync(PostgresSession session, CancellationToken cancellationToken)
    {
        var found = new List<DefaultPrivilegesDefinition>();
        await session.ReadAsync(
            [new CatalogQuery(new Statement(CatalogSql.DefaultPrivileges) { Parameters = [PostgresProvider.OwnSchema] }, row => found.AddRange(Read(row)))],
            cancellationToken);
        return found;
    }

    private static IEnumerable<DefaultPrivilegesDefinition> Read(DbDataReader row)
    {
        var (forRole, schema) = (row.GetString(0), row.Text(1));
        var on = row.GetString(2) switch { "r" => "tables", "S" => "sequences", "f" => "functions", "T" => "types", "n" => "schemas", _ => null };
        var (actual, standard) = (row.List<string>(3).Select(AclItem.Parse).ToList(), row.List<string>(4).Select(AclItem.Parse).ToList());
        return on is null ? [] : actual.Concat(standard).Select(item => item.Grantee).Distinct(StringComparer.Ordinal).Select(to => new DefaultPrivilegesDefinition
        {
            ForRole = forRole,
            Schema = schema,
            On = on,
            To = to,
            Privileges = actual.Find(item => item.Grantee == to)?.Privileges ?? [],
            WithGrantOption = actual.Find(item => item.Grantee == to)?.Grantable ?? [],
            Standard = standard.Find(item => item.Grantee == to)?.Privileges ?? [],
        }).ToList();
    }
}
