using System.Text.Json.Nodes;
using Kolumn.Protocol.Schema;
using Kolumn.Providers.Postgres.Resources.Roles;
using Kolumn.Providers.Postgres.Sql;
using static Kolumn.Sdk.Resources.Attributes;

namespace Kolumn.Providers.Postgres.Resources.Policies;

/// <summary>What a user may write about a policy, and what it describes.</summary>
internal static class PolicyResource
{
    public const string Type = "policy";

    private const string Everybody = "public";
    private static readonly string[] Commands = ["all", "select", "insert", "update", "delete"];

    public static ObjectType Schema { get; } = new()
    {
        Attributes = new Dictionary<string, AttributeSchema>
        {
            ["name"] = Text("The policy's name, unique within its table.", required: true),
            ["schema"] = Reference("Where to look for an unqualified table. Default: public.", ["schema"]),
            ["table"] = Reference("The table: its name, schema.name, or a table resource.", ["table", "partition"], required: true),
            ["command"] = OneOf("What it is about: all (default), select, insert, update or delete.", Commands),
            ["restrictive"] = Flag("Takes rows away from what other policies give, instead of giving more."),
            ["roles"] = new AttributeSchema { Type = AttributeTypes.List, Elem = Reference("A role's name or resource.", RoleResource.Types), Description = "Whom it is about. Default: public, everybody." },
            ["using"] = Text("Which existing rows are seen."),
            ["check"] = Text("Which rows may be written. Default: those that are seen."),
            ["comment"] = Text("Description stored with the policy."),
        },
    };

    public static PolicyDefinition Describe(ConfigReader reader)
    {
        var table = reader.Table("table", reader.Schema()) ?? new QualifiedName(QualifiedName.DefaultSchema, "");
        var command = reader.Choice("command", Commands);
        if (command == "insert" && reader.Has("using"))
        {
            reader.Invalid("using", "A policy for insert has no using: there is no row to be seen", "Write check.");
        }

        if (command is "select" or "delete" && reader.Has("check"))
        {
            reader.Invalid("check", $"A policy for {command} has no check: nothing is written", "Write using.");
        }

        return new PolicyDefinition
        {
            Schema = table.Schema,
            Name = reader.Name("name") ?? "",
            Table = table.ToString(),
            Command = command == "all" ? null : command,
            Restrictive = reader.Flag("restrictive") ?? false,
            Roles = Roles(reader),
            Using = reader.Sql("using"),
            Check = reader.Sql("check"),
            Comment = reader.Comment(),
        };
    }

    public static JsonObject ToConfig(JsonObject config)
    {
        config.Remove("schema");
        return config;
    }

    // One that is for everybody is for everybody, whoever else is named.
    private static List<string> Roles(ConfigReader reader)
    {
        var roles = reader.NamedList("roles").Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToList();
        return roles.Contains(Everybody) ? [] : roles;
    }
}
