using Kolumn.Providers.MySql.Sql;
using Kolumn.Sdk;

namespace Kolumn.Providers.MySql.Resources.Accounts;

/// <summary>Users and roles as SQL: https://mariadb.com/kb/en/create-user/. A password stands in no text that anybody sees.</summary>
internal static class AccountSql
{
    private const string DefaultRole = "SET DEFAULT ROLE ";

    public static IEnumerable<Statement> Create(AccountDefinition account, bool isRole)
    {
        var quoted = account.Account(isRole).Quoted;
        var empty = new AccountDefinition { Name = account.Name };
        return
        [
            isRole ? new Statement($"CREATE ROLE {quoted}") : WithPassword(account, $"CREATE USER {quoted}{{0}}{Options(empty, account)}"),
            .. Roles(empty, account, isRole),
        ];
    }

    public static IEnumerable<Statement> Changes(AccountDefinition actual, AccountDefinition desired, bool isRole)
    {
        var proves = (desired.Password is not null && desired.Password != actual.Password) || (desired.Plugin is not null && desired.Plugin != actual.Plugin);
        var options = Options(actual, desired);
        var alter = $"ALTER USER {desired.Account(isRole).Quoted}";
        return
        [
            .. isRole || (!proves && options.Length == 0) ? [] : new[] { proves ? WithPassword(desired, $"{alter}{{0}}{options}") : new Statement(alter + options) },
            .. Roles(actual, desired, isRole),
        ];
    }

    /// <summary>MariaDB gets a hash instead of the password where that is all it keeps, and has words of its own.</summary>
    public static Statement ForMariaDb(AccountDefinition account, Statement statement)
    {
        var text = statement.Text.StartsWith(DefaultRole, StringComparison.Ordinal) ? statement.Text.Replace(" TO ", " FOR ", StringComparison.Ordinal) : statement.Text;
        return statement.WithSecret is not { } send ? statement with { Text = text } : statement with
        {
            Text = text.Replace(Identified(account, false, _ => Secret.Redacted), Identified(account, true, _ => Secret.Redacted), StringComparison.Ordinal),
            WithSecret = () => send().Replace(Identified(account, false, password => password), Identified(account, true, password => password), StringComparison.Ordinal),
        };
    }

    /// <param name="format">With a place for how the user proves who it is.</param>
    private static Statement WithPassword(AccountDefinition account, string format)
    {
        string Text(Func<string, string> shown) => format.Replace("{0}", Identified(account, false, shown), StringComparison.Ordinal);
        return account.Password is null ? new Statement(Text(password => password)) : new Statement(Text(_ => Secret.Redacted)) { WithSecret = () => Text(password => password) };
    }

    private static string Identified(AccountDefinition account, bool isMariaDb, Func<string, string> shown) => (account.Password, account.Plugin) switch
    {
        (null, null) => "",
        (null, var plugin) => $" IDENTIFIED WITH {plugin}",
        ({ } password, null or NativePassword.Plugin) when isMariaDb || NativePassword.IsHash(password) => $" IDENTIFIED WITH {NativePassword.Plugin} AS {MySqlText.Quote(shown(NativePassword.HashOf(password)))}",
        ({ } password, null) => $" IDENTIFIED BY {MySqlText.Quote(shown(password))}",
        ({ } password, var plugin) => $" IDENTIFIED WITH {plugin} {(isMariaDb ? $"USING PASSWORD({MySqlText.Quote(shown(password))})" : $"BY {MySqlText.Quote(shown(password))}")}",
    };

    private static string Options(AccountDefinition actual, AccountDefinition desired)
    {
        var limits = desired.Limits.Except(actual.Limits).Select(limit => FormattableString.Invariant($" {limit.Option} {limit.Limit}")).ToList();
        return (actual.Tls == desired.Tls ? "" : $" REQUIRE {Requirement(desired)}")
            + (limits.Count == 0 ? "" : " WITH" + string.Concat(limits))
            + (actual.Locked == desired.Locked ? "" : desired.Locked ? " ACCOUNT LOCK" : " ACCOUNT UNLOCK");
    }

    private static string Requirement(AccountDefinition account) => account.Require switch
    {
        null => "NONE",
        "specified" => string.Join(" AND ", new[] { ("SUBJECT", account.RequireSubject), ("ISSUER", account.RequireIssuer), ("CIPHER", account.RequireCipher) }
            .Where(one => one.Item2 is not null).Select(one => $"{one.Item1} {MySqlText.Quote(one.Item2!)}")),
        var word => word.ToUpperInvariant(),
    };

    private static List<Statement> Roles(AccountDefinition actual, AccountDefinition desired, bool isRole)
    {
        var (to, statements) = (desired.Account(isRole).Quoted, new List<Statement>());
        var isDefaultGone = actual.DefaultRole is not null && actual.DefaultRole != desired.DefaultRole;
        if (isDefaultGone && desired.DefaultRole is null)
        {
            statements.Add(new Statement($"{DefaultRole}NONE TO {to}"));
        }

        statements.AddRange(actual.MemberOf.Where(one => !desired.MemberOf.Contains(one)).Select(one => new Statement($"REVOKE {MySqlText.Quote(one.Name)} FROM {to}")));
        statements.AddRange(desired.MemberOf.Where(one => !actual.MemberOf.Contains(one)).Select(one => new Statement($"GRANT {MySqlText.Quote(one.Name)} TO {to}{(one.Admin ? " WITH ADMIN OPTION" : "")}")));

        // A role that was taken away for a moment is the default no more.
        if (desired.DefaultRole is { } role && (role != actual.DefaultRole || !actual.MemberOf.Intersect(desired.MemberOf).Any(one => one.Name == role)))
        {
            statements.Add(new Statement($"{DefaultRole}{MySqlText.Quote(role)} TO {to}"));
        }

        return statements;
    }
}
