using Kolumn.Protocol.Schema;
using Kolumn.Providers.Postgres.Resources.Roles;
using Kolumn.Sdk.Sql;
using static Kolumn.Sdk.Resources.Attributes;

namespace Kolumn.Providers.Postgres.Resources.Views;

/// <summary>What a user may write about a view, and what it describes.</summary>
internal static class ViewResource
{
    public const string Type = "view";

    public static ObjectType Schema { get; } = new()
    {
        Attributes = new Dictionary<string, AttributeSchema>
        {
            ["name"] = Text("The view's name; taken literally.", required: true),
            ["schema"] = Reference("Name of the schema, or a schema resource. Default: public.", ["schema"]),
            ["query"] = Text("A SELECT, VALUES or WITH query.", required: true),
            ["comment"] = Text("Description stored with the view."),
            ["owner"] = RoleResource.Owner,
            ["columns"] = Computed(AttributeTypes.List, "Names and types of what the query yields."),
        },
    };

    public static ViewDefinition Describe(ConfigReader reader) => new()
    {
        Schema = reader.Schema(),
        Name = reader.Name("name") ?? "",
        Query = reader.Sql("query", SqlFragmentKind.Query) ?? "",
        Comment = reader.Comment(),
        Owner = reader.Owner(),
    };
}
