using System.Text.Json.Nodes;
using Kolumn.Core.Applying;

namespace Kolumn.Cli.Rendering;

/// <summary>Outputs for programs: name → <c>{ value, sensitive, description? }</c>. The value of a sensitive one is null: nobody stores it.</summary>
internal static class OutputJson
{
    public static JsonObject Of(IReadOnlyList<OutputValue> outputs) => new(outputs.Select(o => KeyValuePair.Create(o.Name, (JsonNode?)Of(o))));

    private static JsonObject Of(OutputValue output)
    {
        var json = new JsonObject { ["value"] = output.IsSensitive ? null : output.Value?.DeepClone(), ["sensitive"] = output.IsSensitive };
        if (output.Description is { } description)
        {
            json["description"] = description;
        }

        return json;
    }
}
