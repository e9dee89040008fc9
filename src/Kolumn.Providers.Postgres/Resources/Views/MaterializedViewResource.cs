using System.Text.Json.Nodes;
using Kolumn.Protocol.Schema;
using Kolumn.Providers.Postgres.Resources.Roles;
using Kolumn.Sdk.Sql;
using static Kolumn.Sdk.Resources.Attributes;

namespace Kolumn.Providers.Postgres.Resources.Views;

/// <summary>What a user may write about a materialised view, and what it describes.</summary>
internal static class MaterializedViewResource
{
    public const string Type = "materialized_view";

    public static ObjectType Schema { get; } = new()
    {
        Attributes = new Dictionary<string, AttributeSchema>
        {
            ["name"] = Text("The materialised view's name; taken literally.", required: true),
            ["schema"] = Reference("Name of the schema, or a schema resource. Default: public.", ["schema"]),
            ["query"] = Text("A SELECT, VALUES or WITH query.", required: true),
            ["with_data"] = Flag("Whether the query is run when the view is made. Filling it again is the business of REFRESH.", standard: true),
            ["comment"] = Text("Description stored with the materialised view."),
            ["owner"] = RoleResource.Owner,
            ["without_data"] = Computed(AttributeTypes.Bool, "Nothing has filled it yet."),
            ["columns"] = Computed(AttributeTypes.List, "Names and types of what the query yields."),
        },
    };

    public static MaterializedViewDefinition Describe(ConfigReader reader) => new()
    {
        Schema = reader.Schema(),
        Name = reader.Name("name") ?? "",
        Query = reader.Sql("query", SqlFragmentKind.Query) ?? "",
        WithoutData = reader.Flag("with_data") == false,
        Comment = reader.Comment(),
        Owner = reader.Owner(),
    };

    public static JsonObject ToConfig(MaterializedViewDefinition view, JsonObject config)
    {
        config.Remove("without_data");
        if (view.WithoutData)
        {
            config["with_data"] = false;
        }

        return config;
    }
}
