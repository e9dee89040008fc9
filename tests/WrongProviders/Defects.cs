using System.Text.Json.Nodes;

namespace Kolumn.WrongProviders;

/// <summary>Every defect by name.</summary>
internal static class Defects
{
    private static readonly Defect[] All =
    [
        new("unknown-function-succeeds") { Function = (function, _, next, _) => function == "Frobnicate" ? Task.FromResult("""{"success":true}""") : next() },
        new("schema-changes") { Schema = (schema, asked) => asked > 1 ? With(schema, "description", $"asked {asked} times") : schema },
        new("close-fails-twice") { Close = times => times == 2 ? new() { Error = "already closed", Code = "STATE_ERROR" } : null },
    ];

    public static Defect Find(string name) => All.Single(d => d.Name == name);

    private static JsonObject With(JsonObject value, string name, JsonNode? member)
    {
        value[name] = member;
        return value;
    }
}
