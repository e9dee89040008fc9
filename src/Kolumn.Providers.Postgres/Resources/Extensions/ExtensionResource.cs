using Kolumn.Protocol.Schema;
using static Kolumn.Sdk.Resources.Attributes;

namespace Kolumn.Providers.Postgres.Resources.Extensions;

/// <summary>What a user may write about an extension.</summary>
internal static class ExtensionResource
{
    public const string Type = "extension";

    public static ObjectType Schema { get; } = new()
    {
        Attributes = new Dictionary<string, AttributeSchema>
        {
            ["name"] = Text("The extension's name, which must be installed on the server's machine.", required: true),
            ["schema"] = Reference("Where its objects live: a name or a schema resource. Left out, it stays where it is; a new one goes where it likes to be.", ["schema"]),
            ["version"] = Text("Left out, it stays what it is; a new one gets the server's default version."),
            ["comment"] = Text("Left out, the extension's own description stays."),
        },
    };

    public static ExtensionDefinition Describe(ConfigReader reader) => new()
    {
        Name = reader.Name("name") ?? "",
        Schema = reader.Has("schema") ? reader.Schema() : null,
        Version = reader.Name("version", required: false),
        Comment = reader.Comment(),
    };
}
