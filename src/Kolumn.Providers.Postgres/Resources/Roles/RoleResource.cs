using System.Globalization;
using System.Text.Json.Nodes;
using Kolumn.Protocol;
using Kolumn.Protocol.Schema;
using Kolumn.Providers.Postgres.Resources.Routines;
using Kolumn.Sdk.Sql;
using static Kolumn.Sdk.Resources.Attributes;

namespace Kolumn.Providers.Postgres.Resources.Roles;

/// <summary>What a user may write about a role or a user, and what it describes.</summary>
internal static class RoleResource
{
    public const string Role = "role";
    public const string User = "user";

    /// <summary>What a reference to a role may point to.</summary>
    public static readonly string[] Types = [Role, User];

    /// <summary>The attribute of whatever a role owns.</summary>
    public static AttributeSchema Owner { get; } = Reference("The role that owns it. Left out, whoever owns it keeps it; something new belongs to the provider's role.", Types);

    private static readonly string[] MembershipAttributes = ["role", "admin", "inherit", "set"];

    /// <summary>Names that SQL takes for something else.</summary>
    private static readonly string[] Reserved = ["public", "none", "current_user", "current_role", "session_user"];

    private static readonly Dictionary<string, AttributeSchema> Shared = new()
    {
        ["name"] = Text("The role's name, unique among the roles and users of the server; taken literally.", required: true),
        ["superuser"] = Flag("No permission is asked for."),
        ["createdb"] = Flag("May create databases."),
        ["createrole"] = Flag("May create roles."),
        ["inherit"] = Flag("Has the privileges of the roles that it is a member of.", standard: true),
        ["replication"] = Flag("May start replication."),
        ["bypass_rls"] = Flag("No policy of row-level security is heeded."),
        ["connection_limit"] = Number("At most so many sessions at a time. Left out, there is no limit."),
        ["valid_until"] = Text("When its password ends: 2030-01-31, 2030-01-31T12:00:00Z. Left out, it does not."),
        ["member_of"] = Reference("Roles that it belongs to: names, resources, or objects with role, admin and, from PostgreSQL 16, inherit and set.", Types),
        ["set"] = new AttributeSchema { Type = AttributeTypes.Map, Description = "Settings of its sessions, such as search_path." },
        ["set_in_database"] = new AttributeSchema { Type = AttributeTypes.Map, Description = "Settings of its sessions in one database: a map of settings by the database's name." },
        ["comment"] = Text("Description stored with the role."),
        ["login"] = new AttributeSchema { Type = AttributeTypes.Bool, Description = "A user may log in and a role may not: the type says it." },
    };

    public static ObjectType RoleSchema { get; } = new() { Attributes = Shared };

    public static ObjectType UserSchema { get; } = new()
    {
        Attributes = new Dictionary<string, AttributeSchema>(Shared)
        {
            ["password"] = Text("Of printable ASCII, or a SCRAM-SHA-256 verifier. Left out, it stays what it is. Never shown or kept: the server gets a verifier.") with { Sensitive = true },
        },
    };

    /// <param name="login">What the type says.</param>
    public static RoleDefinition Describe(ConfigReader reader, bool login)
    {
        if (reader.Flag("login") is { } asked && asked != login)
        {
            reader.Invalid("login", $"A {(login ? User : Role)} {(login ? "may" : "may not")} log in", $"Write postgres_{(login ? Role : User)} instead.");
        }

        var inherit = reader.Flag("inherit") ?? true;
        return new RoleDefinition
        {
            Name = Name(reader),
            Login = login,
            Superuser = reader.Flag("superuser") ?? false,
            Createdb = reader.Flag("createdb") ?? false,
            Createrole = reader.Flag("createrole") ?? false,
            Inherit = inherit ? null : false,
            Replication = reader.Flag("replication") ?? false,
            BypassRls = reader.Flag("bypass_rls") ?? false,
            ConnectionLimit = ConnectionLimit(reader),
            ValidUntil = ValidUntil(reader),
            MemberOf = Memberships(reader, inherit),
            Set = RoutineSettings.Describe(reader, "set"),
            SetInDatabase = SetInDatabase(reader),
            Password = login ? Password(reader) : null,
            Comment = reader.Comment(),
        };
    }

    public static JsonObject ToConfig(JsonObject config)
    {
        config.Remove("login");
        if (config["member_of"] is JsonArray memberships)
        {
            config["member_of"] = new JsonArray([.. memberships.Select(ToConfig)]);
        }

        return config;
    }

    /// <summary>A moment as definitions spell it.</summary>
    /// <param name="moment">In UTC.</param>
    public static string Spell(DateTime moment) => moment.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFF'Z'", CultureInfo.InvariantCulture);

    private static JsonNode? ToConfig(JsonNode? membership)
    {
        var config = membership!.DeepClone().AsObject();
        config.Remove("name", out var role);
        if (config.Count == 0)
        {
            return role;
        }

        config.Insert(0, "role", role);
        return config;
    }

    private static string Name(ConfigReader reader)
    {
        var name = reader.Name("name") ?? "";
        if (name.StartsWith("pg_", StringComparison.Ordinal) || Reserved.Contains(name))
        {
            reader.Invalid("name", $"'{name}' is a name of the system's own", "Names that start with pg_, and public, none and the like, are reserved.");
        }

        return name;
    }

    /// <summary>null for any number.</summary>
    public static int? ConnectionLimit(ConfigReader reader)
    {
        var limit = reader.Number("connection_limit");
        if (limit is < -1 or > int.MaxValue)
        {
            reader.Invalid("connection_limit", "This is no number of connections", "Leave it out for no limit.");
        }

        return limit is null or -1 ? null : (int)Math.Clamp(limit.Value, 0, int.MaxValue);
    }

    private static string? ValidUntil(ConfigReader reader)
    {
        if (reader.Text("valid_until") is not { } text || text == "infinity")
        {
            return null;
        }

        if (DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var moment))
        {
            return Spell(moment.UtcDateTime);
        }

        reader.Invalid("valid_until", $"'{ConfigReader.Shown(text)}' is no moment", "Write 2030-01-31 or 2030-01-31T12:00:00Z, or leave it out for no end.");
        return null;
    }

    private static List<Membership> Memberships(ConfigReader reader, bool inherits)
    {
        JsonNode?[] elements = reader["member_of"] switch { null => [], JsonArray list => [.. list], var one => [one] };
        var memberships = new SortedDictionary<string, Membership>(StringComparer.Ordinal);
        for (var at = 0; at < elements.Length; at++)
        {
            // An object is a membership with more to say about it, or a resource.
            var members = elements[at] is JsonObject written && written["role"] is not null ? written.DeepClone().AsObject() : new JsonObject { ["role"] = elements[at]?.DeepClone() };
            var element = reader.Of(members, reader.Path.Member("member_of").Element(at));
            foreach (var unknown in element.Attributes.Where(name => !MembershipAttributes.Contains(name)))
            {
                element.Error(unknown, DiagnosticCodes.UnknownAttribute, $"A membership has no attribute '{unknown}'", $"It has {string.Join(", ", MembershipAttributes)}.");
            }

            var membership = new Membership
            {
                Name = element.Named("role") ?? "",
                Admin = element.Flag("admin") ?? false,
                Inherit = element.Flag("inherit") is { } inherit && inherit != inherits ? inherit : null,
                Set = element.Flag("set") == false ? false : null,
            };
            if (!memberships.TryAdd(membership.Name, membership))
            {
                element.Invalid("role", $"The role {membership.Name} stands here twice");
            }
        }

        return [.. memberships.Values];
    }

    private static SortedDictionary<string, IReadOnlyDictionary<string, string>>? SetInDatabase(ConfigReader reader)
    {
        var databases = new SortedDictionary<string, IReadOnlyDictionary<string, string>>(StringComparer.Ordinal);
        if (reader.Member("set_in_database") is not { } members)
        {
            return null;
        }

        foreach (var database in members.Attributes)
        {
            if (PostgresConfig.NameFault(database) is { } fault)
            {
                members.Invalid(database, $"'{ConfigReader.Shown(database)}' cannot be a database: {fault}");
            }
            else if (members.Member(database) is null)
            {
                members.Error(database, DiagnosticCodes.WrongType, "Settings by name are expected here");
            }
            else if (RoutineSettings.Describe(members, database) is { } settings)
            {
                databases.Add(database, settings);
            }
        }

        return databases.Count == 0 ? null : databases;
    }

    /// <summary>What the server would do to other letters before it hashes them (RFC 4013) needs tables that are not there.</summary>
    private static string? Password(ConfigReader reader)
    {
        var password = reader.Text("password");
        if (password is { Length: 0 })
        {
            reader.Invalid("password", "PostgreSQL takes no empty password", "Leave it out for a user that logs in by other means.");
        }
        else if (password is not null && password.AsSpan().ContainsAnyExceptInRange(' ', '~'))
        {
            reader.Invalid("password", "A password is of printable ASCII characters", "For another one, write the verifier that PostgreSQL makes of it (SCRAM-SHA-256$…).");
        }

        return password;
    }
}
