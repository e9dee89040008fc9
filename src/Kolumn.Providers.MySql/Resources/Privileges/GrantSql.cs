using Kolumn.Providers.MySql.Sql;
using Kolumn.Sdk;

namespace Kolumn.Providers.MySql.Resources.Privileges;

/// <summary>Grants as SQL: https://mariadb.com/kb/en/grant/.</summary>
internal static class GrantSql
{
    /// <summary>Privilege by privilege: at most one REVOKE, one for the grant option, and one GRANT.</summary>
    public static IEnumerable<Statement> Between(GrantDefinition actual, GrantDefinition desired)
    {
        var to = MySqlAccount.Parse(desired.To).Quoted;
        var revoked = Words(actual.Privileges.Except(desired.Privileges), Columns(actual, desired));
        var granted = Words(desired.Privileges.Except(actual.Privileges), Columns(desired, actual));
        if (revoked.Count > 0)
        {
            yield return new Statement($"REVOKE {string.Join(", ", revoked)} ON {desired.Target} FROM {to}");
        }

        if (actual.WithGrantOption && !desired.WithGrantOption)
        {
            yield return new Statement($"REVOKE GRANT OPTION ON {desired.Target} FROM {to}");
        }

        if (granted.Count > 0 || (desired.WithGrantOption && !actual.WithGrantOption))
        {
            yield return new Statement($"GRANT {(granted.Count > 0 ? string.Join(", ", granted) : "USAGE")} ON {desired.Target} TO {to}{(desired.WithGrantOption ? " WITH GRANT OPTION" : "")}");
        }
    }

    /// <summary>The columns on which the first has a privilege that the second has not, by privilege.</summary>
    private static SortedDictionary<string, List<string>> Columns(GrantDefinition one, GrantDefinition other)
    {
        var columns = new SortedDictionary<string, List<string>>(StringComparer.Ordinal);
        foreach (var column in one.Columns)
        {
            foreach (var privilege in column.Privileges.Except(other.Columns.FirstOrDefault(its => its.Name == column.Name)?.Privileges ?? []))
            {
                (columns.TryGetValue(privilege, out var known) ? known : columns[privilege] = []).Add(column.Name);
            }
        }

        return columns;
    }

    private static List<string> Words(IEnumerable<string> privileges, SortedDictionary<string, List<string>> columns) =>
    [
        .. privileges.Select(privilege => privilege == GrantDefinition.All ? "ALL PRIVILEGES" : privilege.ToUpperInvariant()),
        .. columns.Select(one => $"{one.Key.ToUpperInvariant()} ({MySqlName.QuoteAll(one.Value)})"),
    ];
}
