using System.Globalization;
using Kolumn.Providers.Postgres.Resources.Routines;
using Kolumn.Sdk;
using Kolumn.Sdk.Sql;

namespace Kolumn.Providers.Postgres.Resources.Roles;

/// <summary>Roles as SQL: PostgreSQL manual, CREATE ROLE, ALTER ROLE, GRANT and REVOKE.</summary>
internal static class RoleSql
{
    /// <summary>What CREATE ROLE makes of nothing but a name.</summary>
    private static RoleDefinition Plain(string name) => new() { Name = name };

    public static IEnumerable<Statement> Create(RoleDefinition role) =>
    [
        new Statement(string.Join(' ', Options(Plain(role.Name), role).Prepend($"CREATE ROLE {role.Sql.Name}"))),
        .. Details(Plain(role.Name), role),
    ];

    public static IEnumerable<Statement> Changes(RoleDefinition actual, RoleDefinition desired) =>
    [
        .. Options(actual, desired) is { Count: > 0 } options ? [new Statement($"ALTER ROLE {desired.Sql.Name} {string.Join(' ', options)}")] : Array.Empty<Statement>(),
        .. Details(actual, desired),
    ];

    private static List<string> Options(RoleDefinition actual, RoleDefinition desired)
    {
        var options = new List<string>();
        Flag("LOGIN", actual.Login, desired.Login);
        Flag("SUPERUSER", actual.Superuser, desired.Superuser);
        Flag("CREATEDB", actual.Createdb, desired.Createdb);
        Flag("CREATEROLE", actual.Createrole, desired.Createrole);
        Flag("INHERIT", actual.Inherit ?? true, desired.Inherit ?? true);
        Flag("REPLICATION", actual.Replication, desired.Replication);
        Flag("BYPASSRLS", actual.BypassRls, desired.BypassRls);
        if (actual.ConnectionLimit != desired.ConnectionLimit)
        {
            options.Add(string.Create(CultureInfo.InvariantCulture, $"CONNECTION LIMIT {desired.ConnectionLimit ?? -1}"));
        }

        if (actual.ValidUntil != desired.ValidUntil)
        {
            options.Add($"VALID UNTIL {SqlLiteral.Quote(desired.ValidUntil ?? "infinity")}");
        }

        return options;

        void Flag(string word, bool old, bool now)
        {
            if (old != now)
            {
                options.Add(now ? word : "NO" + word);
            }
        }
    }

    private static IEnumerable<Statement> Details(RoleDefinition actual, RoleDefinition desired) =>
    [
        .. desired.Password is { } password && password != actual.Password ? [Password(desired, password)] : Array.Empty<Statement>(),
        .. RoutineSettings.Changes($"ALTER ROLE {desired.Sql.Name}", actual.Set, desired.Set),
        .. Databases(actual).Union(Databases(desired), StringComparer.Ordinal).SelectMany(database => RoutineSettings.Changes(
            $"ALTER ROLE {desired.Sql.Name} IN DATABASE {SqlIdentifier.Quote(database)}",
            actual.SetInDatabase?.GetValueOrDefault(database),
            desired.SetInDatabase?.GetValueOrDefault(database))),
        .. Memberships(actual, desired),
    ];

    private static Statement Password(RoleDefinition role, string password)
    {
        string Text(string value) => $"ALTER ROLE {role.Sql.Name} PASSWORD {SqlLiteral.Quote(value)}";
        return new Statement(Text(Secret.Redacted)) { WithSecret = () => Text(ScramVerifier.Of(password)) };
    }

    private static IEnumerable<string> Databases(RoleDefinition role) => role.SetInDatabase?.Keys ?? [];

    /// <summary>
    /// From version 16 a membership keeps whether it inherits, as the role did when it was given: one that says nothing about it is
    /// given again when the role changes its mind.
    /// </summary>
    private static IEnumerable<Statement> Memberships(RoleDefinition actual, RoleDefinition desired)
    {
        var (old, now) = (actual.MemberOf.ToDictionary(one => one.Name), desired.MemberOf.ToDictionary(one => one.Name));
        var (renewed, statements) = (actual.Inherit != desired.Inherit, new List<Statement>());
        foreach (var gone in actual.MemberOf.Where(one => !now.ContainsKey(one.Name)))
        {
            statements.Add(Revoke(gone));
        }

        foreach (var membership in desired.MemberOf)
        {
            var existing = old.GetValueOrDefault(membership.Name);
            if (existing is not null && (renewed || existing with { Admin = membership.Admin } != membership))
            {
                statements.Add(Revoke(existing));
                existing = null;
            }

            if (existing is { Admin: true } && !membership.Admin)
            {
                statements.Add(new Statement($"REVOKE ADMIN OPTION FOR {SqlIdentifier.Quote(membership.Name)} FROM {desired.Sql.Name}"));
            }
            else if (existing != membership)
            {
                statements.Add(Grant(membership));
            }
        }

        return statements;

        Statement Revoke(Membership membership) => new($"REVOKE {SqlIdentifier.Quote(membership.Name)} FROM {desired.Sql.Name}");

        Statement Grant(Membership membership)
        {
            // The words of version 16 only where they are needed.
            string[] options = membership is { Inherit: null, Set: null }
                ? membership.Admin ? ["ADMIN OPTION"] : []
                :
                [
                    .. membership.Admin ? ["ADMIN TRUE"] : Array.Empty<string>(),
                    .. membership.Inherit is { } inherit ? [$"INHERIT {(inherit ? "TRUE" : "FALSE")}"] : Array.Empty<string>(),
                    .. membership.Set is { } set ? [$"SET {(set ? "TRUE" : "FALSE")}"] : Array.Empty<string>(),
                ];
            return new Statement($"GRANT {SqlIdentifier.Quote(membership.Name)} TO {desired.Sql.Name}{(options.Length > 0 ? $" WITH {string.Join(", ", options)}" : "")}");
        }
    }
}
