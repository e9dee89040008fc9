using Kolumn.Protocol.Schema;
using Kolumn.Providers.Postgres.Resources.Roles;
using static Kolumn.Sdk.Resources.Attributes;

namespace Kolumn.Providers.Postgres.Resources.Schemas;

/// <summary>What a user may write about a schema.</summary>
internal static class SchemaResource
{
    public const string Type = "schema";

    public static ObjectType Schema { get; } = new()
    {
        Attributes = new Dictionary<string, AttributeSchema>
        {
            ["name"] = Text("The schema's name; taken literally.", required: true),
            ["comment"] = Text("Description stored with the schema."),
            ["owner"] = RoleResource.Owner,
        },
    };

    public static SchemaDefinition Describe(ConfigReader reader)
    {
        var name = reader.Name("name") ?? "";
        if (name.StartsWith("pg_", StringComparison.Ordinal) || name == "information_schema")
        {
            reader.Invalid("name", $"'{name}' is a name of the system's own", "Names that start with pg_ are reserved.");
        }

        return new SchemaDefinition { Name = name, Comment = reader.Comment(), Owner = reader.Owner() };
    }
}
