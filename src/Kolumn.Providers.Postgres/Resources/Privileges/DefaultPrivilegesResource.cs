using Kolumn.Protocol;
using Kolumn.Protocol.Schema;
using Kolumn.Providers.Postgres.Resources.Roles;
using static Kolumn.Sdk.Resources.Attributes;

namespace Kolumn.Providers.Postgres.Resources.Privileges;

/// <summary>What a user may write about default privileges, and what they describe.</summary>
internal static class DefaultPrivilegesResource
{
    public const string Type = "default_privileges";

    /// <summary>Kinds by what <c>on</c> says.</summary>
    public static readonly IReadOnlyDictionary<string, PrivilegeKind> Kinds =
        PrivilegeKind.Objects.Where(kind => kind.Plural is not null).ToDictionary(kind => kind.Plural!.ToLowerInvariant());

    public static ObjectType Schema { get; } = new()
    {
        Attributes = new Dictionary<string, AttributeSchema>
        {
            ["for_role"] = Reference("Who will make it: a role or a user.", RoleResource.Types, required: true),
            ["schema"] = Reference("Only of what is made in this schema, on top of what holds everywhere.", ["schema"]),
            ["on"] = OneOf("tables (views too), sequences, functions (procedures too), types or schemas.", [.. Kinds.Keys]) with { Required = true },
            ["to"] = RightsReader.To,
            ["privileges"] = RightsReader.Privileges with { Required = true },
            ["with_grant_option"] = RightsReader.WithGrantOption,
            ["standard"] = RightsReader.Standard,
        },
    };

    public static DefaultPrivilegesDefinition Describe(ConfigReader reader)
    {
        var on = reader.Choice("on", [.. Kinds.Keys]) ?? "tables";
        var (kind, forRole, to) = (Kinds[on], reader.Named("for_role") ?? "", RightsReader.Grantee(reader));
        var schema = reader.Has("schema") ? reader.Schema() : null;
        if (schema is not null && kind == PrivilegeKind.Schema)
        {
            reader.Invalid("schema", "A schema is made in no other schema", "Leave it out.");
        }

        if (reader["privileges"] is null)
        {
            reader.Error("privileges", DiagnosticCodes.MissingAttribute, "'privileges' is missing", "Write what may be done, or [] for nothing at all.");
        }

        var privileges = RightsReader.ReadPrivileges(reader, kind);
        return new DefaultPrivilegesDefinition
        {
            ForRole = forRole,
            Schema = schema,
            On = on,
            To = to,
            Privileges = privileges,
            WithGrantOption = RightsReader.ReadGrantable(reader, kind, privileges),
            Standard = schema is null ? StandardOf(kind, forRole, to) : [],
        };
    }

    /// <summary>What holds everywhere before anybody says anything.</summary>
    public static IReadOnlyList<string> StandardOf(PrivilegeKind kind, string forRole, string to) =>
        to == AclItem.Everybody ? kind.Everybodys : to == forRole ? kind.All : [];
}
