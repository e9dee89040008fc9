using System.Text.Json.Nodes;

namespace Kolumn.Sdk.Engine;

/// <summary>A definition after a renaming, as it reads where nothing but the name follows.</summary>
internal static class RenamedDefinition
{
    public static JsonObject Of(JsonObject definition, Renaming renaming, StringComparer comparer) => renaming.Part is null
        ? WithName(definition, renaming.To)
        : WithPartName(definition, renaming.Part, renaming.From, renaming.To, comparer);

    public static JsonObject WithName(JsonObject definition, string name)
    {
        var named = (JsonObject)definition.DeepClone();
        named["name"] = name;
        return named;
    }

    public static JsonObject WithPartName(JsonObject definition, string part, string from, string to, StringComparer comparer)
    {
        var renamed = (JsonObject)definition.DeepClone();
        if ((renamed[part] as JsonArray ?? []).OfType<JsonObject>().FirstOrDefault(e => comparer.Equals((string?)e["name"], from)) is { } element)
        {
            element["name"] = to;
        }

        return renamed;
    }
}
