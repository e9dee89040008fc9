using Kolumn.Protocol.Schema;
using static Kolumn.Sdk.Resources.Attributes;

namespace Kolumn.Providers.MySql.Resources.Schemas;

/// <summary>What a user may write about a database.</summary>
internal static class SchemaResource
{
    public const string Type = "schema";

    private static readonly string[] Systems = ["mysql", "information_schema", "performance_schema", "sys"];

    public static ObjectType Schema { get; } = new()
    {
        Attributes = new Dictionary<string, AttributeSchema>
        {
            ["name"] = Text("The database's name; taken literally.", required: true),
            ["charset"] = Text("Character set of tables that name none. Left out, it stays what it is; something new gets the server's."),
            ["collation"] = Text("Collation of tables that name none. Left out, it stays what it is."),
            ["comment"] = Text("Description stored with the database (MariaDB)."),
        },
    };

    public static SchemaDefinition Describe(ConfigReader reader)
    {
        var name = reader.Name("name") ?? "";
        if (Systems.Contains(name, StringComparer.OrdinalIgnoreCase))
        {
            reader.Invalid("name", $"'{name}' is the server's own database");
        }

        var (charset, collation) = Collations.Describe(reader);
        return new SchemaDefinition { Name = name, Collation = collation, Charset = charset, Comment = reader.Comment() };
    }
}
