using System.Text.Json.Nodes;
using Kolumn.Protocol;
using Kolumn.Protocol.Schema;
using Kolumn.Providers.MySql.Sql;
using static Kolumn.Sdk.Resources.Attributes;

namespace Kolumn.Providers.MySql.Resources.Accounts;

/// <summary>What may be written about a user or a role, and what it describes.</summary>
internal static class AccountResource
{
    public const string User = "user";
    public const string Role = "role";

    /// <summary>The server's own.</summary>
    private static readonly string[] Systems = ["mariadb.sys", "mysql.sys", "mysql.session", "mysql.infoschema"];

    private static readonly string[] SystemRoles = ["PUBLIC", "NONE"];

    public static ObjectType RoleSchema { get; } = new()
    {
        Attributes = new Dictionary<string, AttributeSchema>
        {
            ["name"] = Text("The role's name; taken literally.", required: true),
            ["member_of"] = Reference("Roles that it has: names, resources, or objects with role and admin.", [Role]),
        },
    };

    public static ObjectType UserSchema { get; } = new()
    {
        Attributes = new Dictionary<string, AttributeSchema>(RoleSchema.Attributes)
        {
            ["name"] = Text("The user's name; taken literally.", required: true),
            ["host"] = Text("From where it may log in: a name, an address, a pattern such as 10.0.%. Default: %, from anywhere."),
            ["password"] = Text("A password, or the hash that mysql_native_password makes of one. Left out, it stays what it is. Never shown or kept.") with { Sensitive = true },
            ["plugin"] = Text("How it proves who it is: mysql_native_password, ed25519, unix_socket, caching_sha2_password. Left out, it stays what it is; something new gets the server's."),
            ["locked"] = Flag("It may not log in."),
            ["require"] = OneOf("What its connections need: none (default), ssl, x509, or specified by the three that follow.", "none", "ssl", "x509", "specified"),
            ["require_subject"] = Text("The subject of its certificate."),
            ["require_issuer"] = Text("The issuer of its certificate."),
            ["require_cipher"] = Text("The cipher of its connections."),
            ["max_queries_per_hour"] = Number("Left out, there is no limit."),
            ["max_updates_per_hour"] = Number("Left out, there is no limit."),
            ["max_connections_per_hour"] = Number("Left out, there is no limit."),
            ["max_user_connections"] = Number("At most so many at a time. Left out, there is no limit of its own."),
            ["default_role"] = Reference("The role that is on when it logs in; one of member_of.", [Role]),
        },
    };

    public static bool IsSystem(string name, bool isRole) => (isRole ? SystemRoles : Systems).Contains(name, StringComparer.OrdinalIgnoreCase);

    public static AccountDefinition Describe(ConfigReader reader, bool isRole)
    {
        var name = reader.Text("name") ?? "";
        var host = reader.Text("host") is { } written && written != MySqlAccount.AnyHost ? written : null;
        if (MySqlConfig.AccountFault(new MySqlAccount(name, isRole ? null : host ?? MySqlAccount.AnyHost)) is { } fault)
        {
            reader.Invalid("name", $"'{ConfigReader.Shown(name)}' cannot be a {(isRole ? Role : User)}: {fault}");
        }
        else if (IsSystem(name, isRole))
        {
            reader.Invalid("name", $"'{name}' is the server's own");
        }

        var memberships = Memberships(reader);
        if (isRole)
        {
            return new AccountDefinition { Name = name, MemberOf = memberships };
        }

        var (subject, issuer, cipher) = (Line(reader, "require_subject"), Line(reader, "require_issuer"), Line(reader, "require_cipher"));
        var specified = subject is not null || issuer is not null || cipher is not null;
        var require = reader.Choice("require", "none", "ssl", "x509", "specified");
        if (specified != (require == "specified") && (require is not null || !specified))
        {
            reader.Invalid("require", "specified goes together with require_subject, require_issuer or require_cipher");
        }

        var defaultRole = reader["default_role"] is { } node ? reader.Account("default_role", node) : null;
        if (defaultRole is not null && memberships.TrueForAll(one => one.Name != defaultRole))
        {
            reader.Invalid("default_role", $"The user does not have the role {defaultRole}", "Write it in member_of too.");
        }

        return new AccountDefinition
        {
            Name = name,
            Host = host,
            Password = Password(reader),
            Plugin = reader.Word("plugin")?.ToLowerInvariant(),
            Locked = reader.Flag("locked") ?? false,
            Require = specified ? "specified" : require is "ssl" or "x509" ? require : null,
            RequireSubject = subject,
            RequireIssuer = issuer,
            RequireCipher = cipher,
            MaxQueriesPerHour = Limit(reader, "max_queries_per_hour"),
            MaxUpdatesPerHour = Limit(reader, "max_updates_per_hour"),
            MaxConnectionsPerHour = Limit(reader, "max_connections_per_hour"),
            MaxUserConnections = Limit(reader, "max_user_connections"),
            DefaultRole = defaultRole,
            MemberOf = memberships,
        };
    }

    public static JsonObject ToConfig(JsonObject config)
    {
        if (config["member_of"] is JsonArray memberships)
        {
            config["member_of"] = new JsonArray([.. memberships.Select(one => one!["admin"] is null ? one["name"]!.DeepClone() : new JsonObject { ["role"] = one["name"]!.DeepClone(), ["admin"] = true })]);
        }

        return config;
    }

    private static List<Membership> Memberships(ConfigReader reader)
    {
        JsonNode?[] elements = reader["member_of"] switch { null => [], JsonArray list => [.. list], var one => [one] };
        var memberships = new SortedDictionary<string, Membership>(StringComparer.Ordinal);
        foreach (var (at, element) in elements.Index())
        {
            // An object is a membership with more to say about it, or a resource.
            var members = element is JsonObject written && written["role"] is not null ? written.DeepClone().AsObject() : new JsonObject { ["role"] = element?.DeepClone() };
            var one = reader.Of(members, reader.Path.Member("member_of").Element(at));
            foreach (var unknown in one.Attributes.Where(name => name is not ("role" or "admin")))
            {
                one.Error(unknown, DiagnosticCodes.UnknownAttribute, $"A membership has no attribute '{unknown}'", "It has role and admin.");
            }

            var role = one["role"] is { } node ? one.Account("role", node) ?? "" : "";
            if (!memberships.TryAdd(role, new Membership { Name = role, Admin = one.Flag("admin") ?? false }))
            {
                one.Invalid("role", $"The role {role} stands here twice");
            }
        }

        return [.. memberships.Values];
    }

    private static string? Password(ConfigReader reader)
    {
        var password = reader.Text("password");
        if (password is { Length: 0 })
        {
            reader.Invalid("password", "An empty password lets everybody in", "Leave it out for a user that logs in by other means, and name the plugin.");
        }
        else if (password?.Contains('\0', StringComparison.Ordinal) == true)
        {
            reader.Invalid("password", "A password cannot hold the NUL character");
        }

        return password;
    }

    private static string? Line(ConfigReader reader, string attribute) => reader.Text(attribute) is not { Length: > 0 } text ? null
        : text.Any(char.IsControl) ? reader.Refuse(attribute, "This cannot hold control characters") : text;

    private static long? Limit(ConfigReader reader, string attribute)
    {
        var limit = reader.Number(attribute);
        if (limit is < 0 or > int.MaxValue)
        {
            reader.Invalid(attribute, "A limit is a whole number from 0 on", "Leave it out for no limit.");
        }

        return limit is 0 ? null : limit;
    }
}
