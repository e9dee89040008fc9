using System.Data.Common;
using System.Globalization;
using Kolumn.Protocol;
using Kolumn.Providers.Postgres.Database;
using Kolumn.Providers.Postgres.Resources.Routines;
using Kolumn.Providers.Postgres.Sql;
using Kolumn.Sdk;

namespace Kolumn.Providers.Postgres.Resources.Roles;

/// <summary>Reads roles with their memberships and settings in one round trip.</summary>
internal static class RoleCatalog
{
    /// <summary>The first version whose memberships have options beside ADMIN.</summary>
    private const int WithOptions = 16;

    private const string MayReadPasswords = "SELECT pg_catalog.has_column_privilege('pg_catalog.pg_authid', 'rolpassword', 'SELECT')";
    private const string Passwords = "SELECT a.rolname::text, a.rolpassword FROM pg_catalog.pg_authid a WHERE a.rolname = ANY ($1::text[]) AND a.rolpassword IS NOT NULL";

    /// <param name="lookups">Null for all with this <paramref name="login"/>; what is asked for by name is told whether it may log in or not.</param>
    public static async Task<IReadOnlyList<RoleDefinition>> ReadAsync(
        PostgresSession session, IReadOnlyCollection<QualifiedName>? lookups, bool login, CancellationToken cancellationToken)
    {
        var found = new OrderedDictionary<string, Found>(StringComparer.Ordinal);
        await session.ReadAsync(
            [
                CatalogQuery.Of(CatalogSql.Roles, lookups, row => found.Add(row.GetString(0), new Found(Role(row), [], [])), login),
                CatalogQuery.Of(
                    session.ServerVersion >= WithOptions ? CatalogSql.Memberships : CatalogSql.MembershipsBefore16,
                    lookups,
                    row => found.GetValueOrDefault(row.GetString(0))?.Memberships.Add(Membership(row))),
                CatalogQuery.Of(CatalogSql.RoleSettings, lookups, row => found.GetValueOrDefault(row.GetString(0))?.Settings.Add((row.Text(1), row.List<string>(2)))),
            ],
            cancellationToken);
        return [.. found.Values.Select(Complete)];
    }

    /// <summary>What the server keeps of the passwords of these users, by name; null where this connection may not look.</summary>
    public static async Task<IReadOnlyDictionary<string, string>?> ReadPasswordsAsync(PostgresSession session, IEnumerable<string> users, CancellationToken cancellationToken)
    {
        var allowed = false;
        await session.ReadAsync([new CatalogQuery(new Statement(MayReadPasswords), row => allowed = row.GetBoolean(0))], cancellationToken);
        if (!allowed)
        {
            return null;
        }

        var found = new Dictionary<string, string>(StringComparer.Ordinal);
        await session.ReadAsync(
            [new CatalogQuery(new Statement(Passwords) { Parameters = [users.ToArray()] }, row => found.Add(row.GetString(0), row.GetString(1)))],
            cancellationToken);
        return found;
    }

    /// <summary>Users whose passwords no configuration can be told.</summary>
    public static async Task<IReadOnlyList<Diagnostic>> FindPasswordsAsync(PostgresSession session, CancellationToken cancellationToken)
    {
        var users = (await ReadAsync(session, null, login: true, cancellationToken)).Select(user => user.Name).ToList();
        var known = users.Count == 0 ? null : await ReadPasswordsAsync(session, users, cancellationToken);
        return UnsupportedObjects.Name(
            [.. users.Where(user => known?.ContainsKey(user) ?? true).Select(user => ("a password", user))],
            "Users keep the passwords that they have. To make them on another server, give each one: password = var.…");
    }

    private static RoleDefinition Role(DbDataReader row) => new()
    {
        Name = row.GetString(0),
        Login = row.GetBoolean(1),
        Superuser = row.GetBoolean(2),
        Createdb = row.GetBoolean(3),
        Createrole = row.GetBoolean(4),
        Inherit = row.GetBoolean(5) ? null : false,
        Replication = row.GetBoolean(6),
        BypassRls = row.GetBoolean(7),
        ConnectionLimit = row.GetInt32(8) is var limit and >= 0 ? limit : null,
        ValidUntil = row.Text(9) is { } moment
            ? RoleResource.Spell(DateTime.Parse(moment, CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal | DateTimeStyles.AssumeUniversal))
            : null,
        Comment = row.Text(10),
    };

    private static Membership Membership(DbDataReader row) => new()
    {
        Name = row.GetString(1),
        Admin = row.GetBoolean(2),
        Inherit = row.IsDBNull(3) ? null : row.GetBoolean(3),
        Set = row.GetBoolean(4) ? null : false,
    };

    private static RoleDefinition Complete(Found found)
    {
        var databases = new SortedDictionary<string, IReadOnlyDictionary<string, string>>(StringComparer.Ordinal);
        foreach (var (database, settings) in found.Settings)
        {
            if (database is not null && RoutineSettings.Read(settings) is { } some)
            {
                databases.Add(database, some);
            }
        }

        return found.Role with
        {
            MemberOf = [.. found.Memberships.OrderBy(one => one.Name, StringComparer.Ordinal)],
            Set = RoutineSettings.Read(found.Settings.Where(one => one.Database is null).SelectMany(one => one.Settings)),
            SetInDatabase = databases.Count == 0 ? null : databases,
        };
    }

    /// <param name="Settings">Those without a database hold in all of them.</param>
    private sealed record Found(RoleDefinition Role, List<Membership> Memberships, List<(string? Database, string[] Settings)> Settings);
}
