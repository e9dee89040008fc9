using Kolumn.Protocol.Schema;
using Kolumn.Sdk.Sql;
using static Kolumn.Sdk.Resources.Attributes;

namespace Kolumn.Providers.MySql.Resources.Views;

/// <summary>What a user may write about a view, and what it describes.</summary>
internal static class ViewResource
{
    public const string Type = "view";

    public static ObjectType Schema { get; } = new()
    {
        Attributes = new Dictionary<string, AttributeSchema>
        {
            ["name"] = Text("The view's name; taken literally.", required: true),
            ["schema"] = Reference("Name of the database, or a schema resource. Default: the one that the provider block names.", ["schema"]),
            ["query"] = Text("A SELECT query.", required: true),
            ["security"] = OneOf("Whose rights count when it is read: definer (default) or invoker.", "definer", "invoker"),
            ["check_option"] = OneOf("What is written through it must be seen through it: cascaded or local; none by default.", "none", "cascaded", "local"),
            ["algorithm"] = OneOf("undefined (default) leaves it to the server.", "undefined", "merge", "temptable"),
        },
    };

    public static ViewDefinition Describe(ConfigReader reader) => new()
    {
        Schema = reader.Schema(),
        Name = reader.Name("name") ?? "",
        Query = reader.Sql("query", SqlFragmentKind.Query) ?? "",
        Security = reader.Choice("security", "definer", "invoker") is "invoker" ? "invoker" : null,
        CheckOption = reader.Choice("check_option", "none", "cascaded", "local") is { } option and not "none" ? option : null,
        Algorithm = reader.Choice("algorithm", "undefined", "merge", "temptable") is { } algorithm and not "undefined" ? algorithm : null,
    };
}
