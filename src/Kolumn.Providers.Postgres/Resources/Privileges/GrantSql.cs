using Kolumn.Sdk;
using Kolumn.Sdk.Sql;

namespace Kolumn.Providers.Postgres.Resources.Privileges;

/// <summary>Grants as SQL: PostgreSQL manual, GRANT and REVOKE.</summary>
internal static class GrantSql
{
    /// <summary>Takes everything away, of the columns as well.</summary>
    public static Statement RevokeAll(GrantDefinition grant) => new($"REVOKE ALL ON {grant.Target} FROM {RightsChanges.Grantee(grant.To)}");

    /// <summary>What is revoked of a table is revoked of its columns with it (PostgreSQL manual, REVOKE).</summary>
    public static IEnumerable<Statement> Between(GrantDefinition actual, GrantDefinition desired)
    {
        var (gone, noOption) = (actual.Privileges.Except(desired.Privileges).ToList(), actual.WithGrantOption.Except(desired.WithGrantOption).ToList());
        var changes = new RightsChanges("", desired.Target, desired.To).Add(actual, desired);
        var left = actual.Columns.ToDictionary(
            column => column.Name,
            column => column with { Privileges = [.. column.Privileges.Except(gone)], WithGrantOption = [.. column.WithGrantOption.Except(gone).Except(noOption)] });
        foreach (var name in left.Keys.Union(desired.Columns.Select(column => column.Name)))
        {
            changes.Add(left.GetValueOrDefault(name), desired.Columns.FirstOrDefault(column => column.Name == name), SqlIdentifier.Quote(name));
        }

        return changes.Statements();
    }
}
