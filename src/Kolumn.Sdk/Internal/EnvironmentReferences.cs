using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Kolumn.Protocol;
using Kolumn.Protocol.Schema;

namespace Kolumn.Sdk.Internal;

/// <summary>
/// Replaces <c>${NAME}</c> in the strings of a provider's configuration by the environment variable of that name
/// (specification, section 11.2). A variable that is not set is an error, never an empty string; <c>$${</c> is a literal
/// <c>${</c>. Where the schema wants a number or a boolean and the whole string is a reference, the value becomes one.
/// </summary>
internal static partial class EnvironmentReferences
{
    /// <param name="lookUp">null for a variable that is not set.</param>
    public static JsonObject Resolve(JsonObject config, ObjectType schema, Func<string, string?> lookUp, List<Diagnostic> diagnostics)
    {
        var resolved = new JsonObject();
        foreach (var (name, value) in config)
        {
            resolved[name] = Resolve(value, schema.Attributes.GetValueOrDefault(name), AttributePath.Of(name), lookUp, diagnostics);
        }

        return resolved;
    }

    private static JsonNode? Resolve(
        JsonNode? value, AttributeSchema? schema, AttributePath path, Func<string, string?> lookUp, List<Diagnostic> diagnostics)
    {
        switch (value)
        {
            case JsonObject members:
                return new JsonObject(members.Select(m => KeyValuePair.Create(
                    m.Key, Resolve(m.Value, schema?.Attributes?.GetValueOrDefault(m.Key) ?? schema?.Elem, path.Member(m.Key), lookUp, diagnostics))));
            case JsonArray elements:
                return new JsonArray([.. elements.Select((e, i) => Resolve(e, schema?.Elem, path.Element(i), lookUp, diagnostics))]);
            case JsonValue text when text.GetValueKind() == JsonValueKind.String && text.GetValue<string>().Contains("${", StringComparison.Ordinal):
                return Replace(text.GetValue<string>(), schema, path, lookUp, diagnostics);
            default:
                return value?.DeepClone();
        }
    }

    private static JsonNode? Replace(
        string text, AttributeSchema? schema, AttributePath path, Func<string, string?> lookUp, List<Diagnostic> diagnostics)
    {
        var whole = Reference().Match(text) is { Success: true, Index: 0, Length: var length } && length == text.Length;
        var replaced = Reference().Replace(text, match =>
        {
            if (match.Groups["name"] is not { Success: true, Value: var name })
            {
                return "${";
            }

            if (lookUp(name) is { } found)
            {
                return found;
            }

            diagnostics.Add(Diagnostic.Error(
                DiagnosticCodes.InvalidValue, $"the environment variable {name} is not set", "Set it where kolumn runs, or write the value itself.") with
            {
                Attribute = path,
            });
            return "";
        });
        return whole && schema is not null ? Typed(replaced, AttributeTypes.Fold(schema.Type)) : replaced;
    }

    private static JsonNode Typed(string text, string type) => type switch
    {
        AttributeTypes.Int or AttributeTypes.Number when decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) => number,
        AttributeTypes.Bool when bool.TryParse(text, out var flag) => flag,
        _ => text,
    };

    [GeneratedRegex(@"\$\$\{|\$\{(?<name>[A-Za-z_][A-Za-z0-9_]*)\}", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Reference();
}
