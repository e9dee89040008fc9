using System.Text.Json;
using System.Text.Json.Nodes;

namespace Kolumn.Providers.Sqlite.Resources;

/// <summary>Members of configs and definitions; what is absent and what is null are the same. The engine has checked the types.</summary>
internal static class JsonMembers
{
    public static string? Text(this JsonObject json, string name) =>
        json[name] is JsonValue value && value.GetValueKind() == JsonValueKind.String ? value.GetValue<string>() : null;

    public static bool? Flag(this JsonObject json, string name) =>
        json[name] is JsonValue value && value.GetValueKind() is JsonValueKind.True or JsonValueKind.False ? json[name]!.GetValue<bool>() : null;

    public static bool IsSet(this JsonObject json, string name) => json.Flag(name) == true;

    public static IEnumerable<JsonNode> Items(this JsonObject json, string name) => (json[name] as JsonArray ?? []).OfType<JsonNode>();

    public static IEnumerable<string> Texts(this JsonObject json, string name) =>
        json.Items(name).OfType<JsonValue>().Where(value => value.GetValueKind() == JsonValueKind.String).Select(value => value.GetValue<string>());

    /// <summary>Adds the member unless it says nothing: null, false or an empty list.</summary>
    public static JsonObject With(this JsonObject json, string name, JsonNode? value)
    {
        if (value is not (null or JsonArray { Count: 0 }) && value.GetValueKind() != JsonValueKind.False)
        {
            json[name] = value;
        }

        return json;
    }

    /// <summary>A table's name as a config can hold it: in a plain text, a dot would divide table and column.</summary>
    public static JsonNode ToReference(string table) =>
        table.Contains('.', StringComparison.Ordinal) ? new JsonObject { ["name"] = table } : JsonValue.Create(table);

    public static JsonArray ToJson(this IEnumerable<string> texts) => new([.. texts.Select(text => (JsonNode)JsonValue.Create(text))]);

    public static JsonArray ToJson(this IEnumerable<JsonNode> nodes) => new([.. nodes]);
}
