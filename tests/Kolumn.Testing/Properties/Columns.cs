using System.Text.Json.Nodes;

namespace Kolumn.Testing.Properties;

/// <summary>What generators of tables ask about the columns they have made.</summary>
public static class Columns
{
    public static IEnumerable<string> Names(JsonArray columns) => columns.Select(c => (string)c!["name"]!);

    public static JsonObject? Find(JsonArray columns, string name) => columns.OfType<JsonObject>().FirstOrDefault(c => (string)c["name"]! == name);

    public static string Type(JsonObject column) => (string)column["type"]!;

    /// <summary>The type of the column of this name.</summary>
    public static string Type(JsonArray columns, string name) => Type(Find(columns, name)!);
}
