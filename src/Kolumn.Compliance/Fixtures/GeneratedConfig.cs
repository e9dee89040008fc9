using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Kolumn.Compliance.Probing;
using Kolumn.Protocol.Schema;

namespace Kolumn.Compliance.Fixtures;

/// <summary>The smallest configuration that a schema admits: its required attributes, by type and validators. Whether it makes sense, only the provider knows.</summary>
internal static class GeneratedConfig
{
    private const int Deepest = 8;

    private static readonly string[] Texts = ["text", "1", "a", "/tmp/kolumn", "http://localhost/", "2030-01-01", "TEXT", "select 1"];

    public static JsonObject Of(TypeFacts type, string name)
    {
        var config = new JsonObject();
        foreach (var required in type.Required)
        {
            config[required] = required == "name" ? name : Value(type.Config[required], 0);
        }

        return config;
    }

    private static JsonNode? Value(JsonObject attribute, int depth)
    {
        if (attribute.At("default") is { } given)
        {
            return given.DeepClone();
        }

        if (Validator(attribute, "enum") is JsonArray { Count: > 0 } values)
        {
            return values[0]?.DeepClone();
        }

        return AttributeTypes.Fold(attribute.Text("type") ?? "") switch
        {
            AttributeTypes.Int or AttributeTypes.Number => JsonValue.Create(Validator(attribute, "range").Number("min") ?? Math.Min(1, Validator(attribute, "range").Number("max") ?? 1)),
            AttributeTypes.Bool => JsonValue.Create(false),
            AttributeTypes.List => List(attribute, depth),
            AttributeTypes.Map => new JsonObject(),
            AttributeTypes.Object => Members(attribute, depth),
            _ => JsonValue.Create(Text(attribute)),
        };
    }

    private static JsonArray List(JsonObject attribute, int depth)
    {
        var count = Math.Clamp((int)(Validator(attribute, "length").Number("min") ?? 1), 1, 10);
        return depth >= Deepest || attribute.Object("elem") is not { } element ? [] : [.. Enumerable.Range(0, count).Select(_ => Value(element, depth + 1))];
    }

    private static JsonObject Members(JsonObject attribute, int depth)
    {
        var members = new JsonObject();
        foreach (var (name, member) in attribute.Object("attributes") ?? [])
        {
            if (depth < Deepest && member is JsonObject described && described.Flag("required") == true)
            {
                members[name] = Value(described, depth + 1);
            }
        }

        return members;
    }

    private static string Text(JsonObject attribute)
    {
        var (pattern, length) = (Validator(attribute, "regex"), Validator(attribute, "length"));
        var (min, max) = ((int)Math.Min(length.Number("min") ?? 0, 1000), (int)Math.Min(length.Number("max") ?? 1000, 1000));
        return Texts.Select(t => t.PadRight(min, 'x')).FirstOrDefault(t => t.Length <= max && Matches(pattern, t)) ?? Texts[0];
    }

    private static bool Matches(JsonNode? pattern, string text)
    {
        try
        {
            return pattern is null || Regex.IsMatch(text, pattern.GetValue<string>(), RegexOptions.NonBacktracking, TimeSpan.FromSeconds(1));
        }
        catch (Exception odd) when (odd is ArgumentException or NotSupportedException or InvalidOperationException or RegexMatchTimeoutException)
        {
            return true;
        }
    }

    private static JsonNode? Validator(JsonObject attribute, string type) => attribute.List("validators").FirstOrDefault(v => v.Text("type") == type).At("value");
}
