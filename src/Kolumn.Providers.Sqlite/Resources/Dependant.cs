using System.Text.Json.Nodes;

namespace Kolumn.Providers.Sqlite.Resources;

/// <summary>An object that SQLite drops together with the table or view it belongs to.</summary>
/// <param name="Type"><c>index</c> or <c>trigger</c>.</param>
/// <param name="Sql">The statement that SQLite stored for it.</param>
internal sealed record Dependant(string Type, string Name, string Sql)
{
    public JsonObject ToJson() => new() { ["type"] = Type, ["name"] = Name, ["sql"] = Sql };

    /// <summary>null when the definition does not know them.</summary>
    public static IReadOnlyList<Dependant>? ListFrom(JsonNode? json) =>
        json is JsonArray list ? [.. list.OfType<JsonObject>().Select(d => new Dependant(d.Text("type")!, d.Text("name")!, d.Text("sql")!))] : null;
}
