using Kolumn.Sdk;
using Kolumn.Sdk.Sql;

namespace Kolumn.Providers.Postgres.Resources.Privileges;

/// <summary>
/// The statements that lead from some rights to others: at most one each of REVOKE, REVOKE GRANT OPTION FOR, GRANT and GRANT WITH GRANT OPTION
/// (PostgreSQL manual, GRANT and REVOKE).
/// </summary>
/// <param name="prefix">What stands before: <c>ALTER DEFAULT PRIVILEGES … </c>, or nothing.</param>
/// <param name="target">What they are about, <c>TABLE "public"."users"</c>.</param>
/// <param name="to">A role, or <see cref="AclItem.Everybody"/>.</param>
internal sealed class RightsChanges(string prefix, string target, string to)
{
    private readonly List<string> _revoked = [];
    private readonly List<string> _noOption = [];
    private readonly List<string> _granted = [];
    private readonly List<string> _withOption = [];

    public static string Grantee(string to) => to == AclItem.Everybody ? "PUBLIC" : SqlIdentifier.Quote(to);

    /// <param name="actual">null for none.</param>
    /// <param name="columns">Of which columns, quoted; empty for the whole.</param>
    public RightsChanges Add(Rights? actual, Rights? desired, string columns = "")
    {
        var (old, now) = (actual?.Privileges ?? [], desired?.Privileges ?? []);
        var (oldOption, nowOption) = (actual?.WithGrantOption ?? [], desired?.WithGrantOption ?? []);
        var withOption = nowOption.Except(oldOption).ToList();
        Append(_revoked, old.Except(now));
        Append(_noOption, oldOption.Except(nowOption).Intersect(now));
        Append(_granted, now.Except(old).Except(withOption));
        Append(_withOption, withOption);
        return this;

        void Append(List<string> list, IEnumerable<string> privileges) =>
            list.AddRange(privileges.Select(privilege => privilege.ToUpperInvariant() + (columns.Length == 0 ? "" : $" ({columns})")));
    }

    public IEnumerable<Statement> Statements()
    {
        IEnumerable<string> texts =
        [
            .. _revoked.Count > 0 ? [$"REVOKE {string.Join(", ", _revoked)} ON {target} FROM {Grantee(to)}"] : Array.Empty<string>(),
            .. _noOption.Count > 0 ? [$"REVOKE GRANT OPTION FOR {string.Join(", ", _noOption)} ON {target} FROM {Grantee(to)}"] : Array.Empty<string>(),
            .. _granted.Count > 0 ? [$"GRANT {string.Join(", ", _granted)} ON {target} TO {Grantee(to)}"] : Array.Empty<string>(),
            .. _withOption.Count > 0 ? [$"GRANT {string.Join(", ", _withOption)} ON {target} TO {Grantee(to)} WITH GRANT OPTION"] : Array.Empty<string>(),
        ];
        return texts.Select(text => new Statement(prefix + text));
    }
}
