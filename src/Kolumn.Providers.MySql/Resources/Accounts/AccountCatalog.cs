using System.Globalization;
using System.Text.Json.Nodes;
using Kolumn.Providers.MySql.Database;
using Kolumn.Providers.MySql.Sql;
using Kolumn.Sdk;

namespace Kolumn.Providers.MySql.Resources.Accounts;

/// <summary>Reads users and roles from the server's own tables, which the two servers keep in different ways: two queries, however many there are.</summary>
internal static class AccountCatalog
{
    /// <summary>How MariaDB numbers what connections need: https://mariadb.com/kb/en/mysqlglobal_priv-table/.</summary>
    private static readonly string?[] Requirements = [null, "ssl", "x509", "specified"];

    /// <summary>Of the two servers, one form: a JSON document for each account, as MariaDB keeps it.</summary>
    private const string MariaDb = "SELECT User, Host, Priv FROM mysql.global_priv WHERE ";

    private const string MySql = """
        SELECT u.User, u.Host, JSON_OBJECT(
            'plugin', u.plugin, 'authentication_string', CONVERT(u.authentication_string USING utf8mb4), 'account_locked', IF(u.account_locked = 'Y', TRUE, FALSE),
            'ssl_type', FIELD(u.ssl_type, 'ANY', 'X509', 'SPECIFIED'), 'ssl_cipher', CONVERT(u.ssl_cipher USING utf8mb4), 'x509_issuer', CONVERT(u.x509_issuer USING utf8mb4), 'x509_subject', CONVERT(u.x509_subject USING utf8mb4),
            'max_questions', u.max_questions, 'max_updates', u.max_updates, 'max_connections', u.max_connections, 'max_user_connections', u.max_user_connections,
            'default_role', (SELECT MIN(d.DEFAULT_ROLE_USER) FROM mysql.default_roles d WHERE d.USER = u.User AND d.HOST = u.Host),
            'is_role', IF(u.account_locked = 'Y' AND u.password_expired = 'Y' AND u.authentication_string = '', TRUE, FALSE))
        FROM mysql.user u WHERE
        """;

    /// <param name="lookups">null for all.</param>
    public static async Task<IReadOnlyList<AccountDefinition>> ReadAsync(MySqlSession session, IReadOnlyCollection<MySqlAccount>? lookups, bool isRole, CancellationToken cancellationToken)
    {
        var found = new Dictionary<(string Name, string Host), (AccountDefinition Account, List<Membership> Roles)>();
        var memberships = session.Server.IsMariaDb
            ? "SELECT User, Host, Role, Admin_option FROM mysql.roles_mapping WHERE " + Names("User", lookups)
            : "SELECT TO_USER, TO_HOST, FROM_USER, WITH_ADMIN_OPTION FROM mysql.role_edges WHERE " + Names("TO_USER", lookups);
        await session.ReadAsync(
            [
                new CatalogQuery(
                    new Statement(session.Server.IsMariaDb ? MariaDb + Names("User", lookups) : $"{MySql} {Names("u.User", lookups)}"),
                    row =>
                    {
                        var (name, host, document) = (row.GetString(0), row.GetString(1), JsonNode.Parse(row.GetString(2))!.AsObject());
                        if (name.Length > 0 && (Text(document, "is_role") is "true" or "1") == isRole && !AccountResource.IsSystem(name, isRole))
                        {
                            found[(name, host)] = (Account(name, host, document, isRole), []);
                        }
                    }),
                new CatalogQuery(
                    new Statement(memberships),
                    row =>
                    {
                        if (found.TryGetValue((row.GetString(0), row.GetString(1)), out var account))
                        {
                            account.Roles.Add(new Membership { Name = row.GetString(2), Admin = row.GetString(3) == "Y" });
                        }
                    }),
            ],
            cancellationToken);
        return [.. found.Values.Select(rows => rows.Account with { MemberOf = [.. rows.Roles.OrderBy(role => role.Name, StringComparer.Ordinal)] })];
    }

    /// <summary>What is kept of passwords.</summary>
    public static async Task<IReadOnlyDictionary<MySqlAccount, (string Plugin, string Hash)>> ReadHashesAsync(MySqlSession session, IReadOnlyCollection<MySqlAccount> asked, CancellationToken cancellationToken)
    {
        var found = new Dictionary<MySqlAccount, (string, string)>();
        await session.ReadAsync(
            [
                new CatalogQuery(
                    new Statement(session.Server.IsMariaDb ? MariaDb + Names("User", asked) : $"{MySql} {Names("u.User", asked)}"),
                    row =>
                    {
                        var document = JsonNode.Parse(row.GetString(2))!.AsObject();
                        found[new MySqlAccount(row.GetString(0), row.GetString(1))] = (Text(document, "plugin") ?? NativePassword.Plugin, Text(document, "authentication_string") ?? "");
                    }),
            ],
            cancellationToken);
        return found;
    }

    private static string Names(string column, IReadOnlyCollection<MySqlAccount>? lookups) =>
        lookups is null ? "TRUE" : lookups.Count == 0 ? "FALSE" : $"{column} IN ({string.Join(", ", lookups.Select(account => MySqlText.Quote(account.Name)).Distinct(StringComparer.Ordinal))})";

    private static AccountDefinition Account(string name, string host, JsonObject document, bool isRole) => isRole ? new AccountDefinition { Name = name } : new AccountDefinition
    {
        Name = name,
        Host = host == MySqlAccount.AnyHost ? null : host,
        Plugin = Text(document, "plugin") is { Length: > 0 } plugin ? plugin : NativePassword.Plugin,
        Locked = Text(document, "account_locked") is "true" or "1",
        Require = Requirements[Limit(document, "ssl_type") ?? 0],
        RequireSubject = Text(document, "x509_subject") is { Length: > 0 } subject ? subject : null,
        RequireIssuer = Text(document, "x509_issuer") is { Length: > 0 } issuer ? issuer : null,
        RequireCipher = Text(document, "ssl_cipher") is { Length: > 0 } cipher ? cipher : null,
        MaxQueriesPerHour = Limit(document, "max_questions"),
        MaxUpdatesPerHour = Limit(document, "max_updates"),
        MaxConnectionsPerHour = Limit(document, "max_connections"),
        MaxUserConnections = Limit(document, "max_user_connections"),
        DefaultRole = Text(document, "default_role") is { Length: > 0 } role ? role : null,
    };

    private static string? Text(JsonObject document, string member) => document[member]?.ToString();

    private static long? Limit(JsonObject document, string member) => long.TryParse(Text(document, member), CultureInfo.InvariantCulture, out var limit) && limit != 0 ? limit : null;
}
