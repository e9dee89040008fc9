using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Kolumn.Protocol.Json;

namespace Kolumn.Compliance.Probing;

/// <summary>JSON that anybody may have written: what is not of the expected kind is as good as absent.</summary>
internal static class Json
{
    /// <summary>So much of a call is kept as evidence.</summary>
    private const int ExcerptLength = 600;

    private static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, MaxDepth = 256 };

    public static JsonNode? At(this JsonNode? node, string name) =>
        node is JsonObject members && members.TryGetPropertyValue(name, out var value) ? value : null;

    public static string? Text(this JsonNode? node, string name) =>
        node.At(name) is JsonValue value && value.GetValueKind() == JsonValueKind.String ? value.GetValue<string>() : null;

    public static bool? Flag(this JsonNode? node, string name) => node.At(name)?.GetValueKind() switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => null,
    };

    public static decimal? Number(this JsonNode? node, string name) =>
        node.At(name) is JsonValue value && value.GetValueKind() == JsonValueKind.Number && decimal.TryParse(value.ToJsonString(), System.Globalization.NumberStyles.Float, System.Globalization.CultureInfo.InvariantCulture, out var number)
            ? number
            : null;

    public static JsonObject? Object(this JsonNode? node, string name) => node.At(name) as JsonObject;

    /// <summary>Empty for null, as Go writes an empty list.</summary>
    public static IReadOnlyList<JsonNode?> List(this JsonNode? node, string name) => node.At(name) is JsonArray elements ? [.. elements] : [];

    public static IEnumerable<string> Texts(this JsonNode? node, string name) =>
        node.List(name).OfType<JsonValue>().Where(v => v.GetValueKind() == JsonValueKind.String).Select(v => v.GetValue<string>());

    public static JsonArray ArrayOf(IEnumerable<string> texts) => [.. texts.Select(t => (JsonNode)JsonValue.Create(t))];

    /// <summary>Null for what is no JSON.</summary>
    public static JsonNode? Parse(string text)
    {
        try
        {
            return JsonNode.Parse(text);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    public static string Write(this JsonNode? node) => node?.ToJsonString(Plain) ?? "null";

    /// <summary>Null and absent are the same, and so are 1500 and 1500.0.</summary>
    public static bool Same(JsonNode? left, JsonNode? right) => CanonicalJson.AreEqual(WithoutNulls(left), WithoutNulls(right));

    /// <summary>Every text in it, at any depth.</summary>
    public static IEnumerable<string> AllTexts(JsonNode? node) => node switch
    {
        JsonObject members => members.SelectMany(m => AllTexts(m.Value)),
        JsonArray elements => elements.SelectMany(AllTexts),
        JsonValue value when value.GetValueKind() == JsonValueKind.String => [value.GetValue<string>()],
        _ => [],
    };

    /// <summary>A copy in which every text has been replaced.</summary>
    public static JsonNode? MapTexts(JsonNode? node, Func<string, string> replace) => node switch
    {
        JsonObject members => new JsonObject(members.Select(m => KeyValuePair.Create(m.Key, MapTexts(m.Value, replace)))),
        JsonArray elements => new JsonArray([.. elements.Select(e => MapTexts(e, replace))]),
        JsonValue value when value.GetValueKind() == JsonValueKind.String => JsonValue.Create(replace(value.GetValue<string>())),
        _ => node?.DeepClone(),
    };

    /// <summary>Short enough for a report.</summary>
    public static string Excerpt(string text) =>
        text.Length <= ExcerptLength ? text : $"{text[..ExcerptLength]}… ({Encoding.UTF8.GetByteCount(text)} bytes)";

    private static JsonNode? WithoutNulls(JsonNode? node) => node switch
    {
        JsonObject members => new JsonObject(members.Where(m => m.Value is not null).Select(m => KeyValuePair.Create(m.Key, WithoutNulls(m.Value)))),
        JsonArray elements => new JsonArray([.. elements.Select(WithoutNulls)]),
        _ => node?.DeepClone(),
    };
}
