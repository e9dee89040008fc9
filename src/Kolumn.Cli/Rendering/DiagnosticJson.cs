using System.Text.Json.Nodes;
using Kolumn.Protocol;

namespace Kolumn.Cli.Rendering;

/// <summary>A diagnostic for programs; docs/cli.md documents the members.</summary>
internal static class DiagnosticJson
{
    public static JsonNode Of(Diagnostic diagnostic)
    {
        var json = new JsonObject
        {
            ["severity"] = diagnostic.Severity switch { Severity.Error => "error", Severity.Warning => "warning", _ => "info" },
            ["code"] = diagnostic.Code,
            ["summary"] = diagnostic.Summary,
        };
        AddIfPresent("detail", diagnostic.Detail);
        AddIfPresent("address", diagnostic.Address);
        AddIfPresent("attribute", diagnostic.Attribute?.ToString());
        AddIfPresent("engine_code", diagnostic.EngineCode);
        if (diagnostic.Retryable)
        {
            json["retryable"] = true;
        }

        if (diagnostic.Place is { } place)
        {
            json["place"] = new JsonObject
            {
                ["file"] = place.File,
                ["line"] = place.Line,
                ["column"] = place.Column,
                ["length"] = place.Length,
                ["text"] = place.LineText,
            };
        }

        return json;

        void AddIfPresent(string name, string? value)
        {
            if (value is not null)
            {
                json[name] = value;
            }
        }
    }
}
