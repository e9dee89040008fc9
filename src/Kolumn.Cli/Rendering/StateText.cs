using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Kolumn.Core;
using Kolumn.Protocol.Payloads;

namespace Kolumn.Cli.Rendering;

/// <summary>Recorded resources, for people and for programs.</summary>
internal static class StateText
{
    public static string Render(ResourceInstance resource, Palette palette)
    {
        var text = new StringBuilder();
        text.Append(palette.Faint(string.Create(CultureInfo.InvariantCulture, $"# {resource.Address}, by {resource.Provider}, {resource.UpdatedAt:yyyy-MM-dd HH:mm:ss} UTC"))).Append('\n');
        text.Append("create ").Append(palette.Strong($"\"{Printable.Line(resource.Type)}\" \"{Printable.Line(resource.Name)}\"")).Append(" {\n");
        var members = resource.State.Where(m => !m.Key.StartsWith('_')).ToList();
        var width = members.Count == 0 ? 0 : members.Max(m => m.Key.Length);
        foreach (var (name, value) in members)
        {
            text.Append("  ").Append(name.PadRight(width)).Append(" = ").Append(Value(value, width)).Append('\n');
        }

        return text.Append("}\n").ToString();
    }

    /// <summary>What the state says of itself.</summary>
    public static void AddHead(JsonObject document, StateResult state)
    {
        document["lineage"] = state.Lineage;
        document["serial"] = state.Serial;
        document["updated_at"] = state.UpdatedAt?.ToString("O", CultureInfo.InvariantCulture);
    }

    /// <summary>A resource without its attributes.</summary>
    public static JsonObject Head(ResourceInstance resource) => new()
    {
        ["address"] = resource.Address,
        ["type"] = resource.Type,
        ["name"] = resource.Name,
        ["provider"] = resource.Provider,
        ["status"] = resource.Status,
        ["outcome_unknown"] = StateResult.IsOutcomeUnknown(resource),
        ["updated_at"] = resource.UpdatedAt.ToString("O", CultureInfo.InvariantCulture),
    };

    public static JsonObject Json(ResourceInstance resource)
    {
        var json = Head(resource);
        json["depends_on"] = new JsonArray([.. (resource.DependsOn ?? []).Select(d => (JsonNode?)d)]);
        json["attributes"] = new JsonObject(resource.State.Where(m => !m.Key.StartsWith('_')).Select(m => KeyValuePair.Create(m.Key, m.Value?.DeepClone())));
        return json;
    }

    private static string Value(JsonNode? value, int indent) => ValueText.Inline(value) is { } line && line.Length <= 90 - indent ? line : ValueText.Block(value, 2);
}
