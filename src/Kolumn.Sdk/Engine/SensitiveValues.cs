using System.Text.Json;
using System.Text.Json.Nodes;
using Kolumn.Protocol;
using Kolumn.Protocol.Json;
using Kolumn.Protocol.Schema;

namespace Kolumn.Sdk.Engine;

/// <summary>Keeps the values of sensitive attributes out of plans and states.</summary>
internal static class SensitiveValues
{
    /// <summary>What stands where a sensitive value is.</summary>
    public const string Placeholder = "(sensitive)";

    /// <summary>A copy in which every sensitive value reads <see cref="Placeholder"/>.</summary>
    public static JsonNode? Redact(JsonNode? value, AttributeSchema? schema) =>
        Copy(value, schema, static () => Placeholder);

    /// <summary>A copy without sensitive members: what a state records.</summary>
    public static JsonObject Without(JsonObject value, IReadOnlyDictionary<string, AttributeSchema> attributes) =>
        (JsonObject)Members(value, attributes, static () => null);

    public static bool Holds(IReadOnlyDictionary<string, AttributeSchema>? attributes) =>
        attributes?.Values.Any(a => a.Sensitive || Holds(a.Attributes) || (a.Elem is { } e && (e.Sensitive || Holds(e.Attributes)))) ?? false;

    /// <summary>Whether the value at a path, or one around it, is sensitive.</summary>
    public static bool IsSensitive(AttributePath path, ObjectType schema)
    {
        AttributeSchema? at = null;
        foreach (var step in path.Steps)
        {
            var members = at is null ? schema.Attributes : at.Attributes;
            at = step is string name && members?.GetValueOrDefault(name) is { } member ? member : at?.Elem;
            if (at is null or { Sensitive: true })
            {
                break;
            }
        }

        return at is { Sensitive: true };
    }

    /// <summary>Every text and number that a sensitive attribute holds.</summary>
    public static IEnumerable<string> TextsIn(JsonObject value, IReadOnlyDictionary<string, AttributeSchema> attributes) =>
        value.SelectMany(m => attributes.TryGetValue(m.Key, out var schema) ? TextsIn(m.Value, schema) : []);

    private static IEnumerable<string> TextsIn(JsonNode? value, AttributeSchema schema) => (value, schema) switch
    {
        (_, { Sensitive: true }) => AllTextsIn(value),
        (JsonArray elements, { Elem: { } element }) => elements.SelectMany(e => TextsIn(e, element)),
        (JsonObject members, { Attributes: { } attributes }) => TextsIn(members, attributes),
        (JsonObject members, { Elem: { } element }) => members.SelectMany(m => TextsIn(m.Value, element)),
        _ => [],
    };

    private static IEnumerable<string> AllTextsIn(JsonNode? value) => value switch
    {
        JsonObject members => members.SelectMany(m => AllTextsIn(m.Value)),
        JsonArray elements => elements.SelectMany(AllTextsIn),
        JsonValue text when text.GetValueKind() == JsonValueKind.String => text.GetValue<string>() is { Length: > 0 } found ? [found] : [],
        JsonValue number when number.GetValueKind() == JsonValueKind.Number => [number.ToJsonString()],
        _ => [],
    };

    /// <summary>A copy of a recorded definition with the sensitive values that the description it came from holds.</summary>
    public static JsonObject Restore(JsonObject recorded, JsonObject described, IReadOnlyDictionary<string, AttributeSchema> attributes)
    {
        var whole = (JsonObject)recorded.DeepClone();
        foreach (var (name, schema) in attributes)
        {
            if (schema.Sensitive && described[name] is { } secret)
            {
                whole[name] = secret.DeepClone();
            }
            else if (schema.Attributes is { } members && whole[name] is JsonObject inner && described[name] is JsonObject source)
            {
                whole[name] = Restore(inner, source, members);
            }
            else if (schema.Elem?.Attributes is { } elements && whole[name] is JsonArray list && described[name] is JsonArray sources)
            {
                whole[name] = new JsonArray([.. list.Select((e, i) => RestoreElement(e, i, sources, elements))]);
            }
        }

        return whole;
    }

    // Elements are the same by name where they have one, by place where they do not.
    private static JsonNode? RestoreElement(JsonNode? element, int index, JsonArray sources, IReadOnlyDictionary<string, AttributeSchema> attributes)
    {
        var source = element?["name"] is { } name
            ? sources.FirstOrDefault(s => s is JsonObject && CanonicalJson.AreEqual(s["name"], name))
            : sources.ElementAtOrDefault(index);
        return element is JsonObject members && source is JsonObject described ? Restore(members, described, attributes) : element?.DeepClone();
    }

    private static JsonNode? Copy(JsonNode? value, AttributeSchema? schema, Func<JsonNode?> replacement) => (value, schema) switch
    {
        (null, _) => null,
        (_, { Sensitive: true }) => replacement(),
        (JsonObject members, { Attributes: { } attributes }) => Members(members, attributes, replacement),
        (JsonArray elements, { Elem: { } element }) => new JsonArray([.. elements.Select(e => Copy(e, element, replacement))]),
        (JsonObject members, { Elem: { } element }) => new JsonObject(members.Select(m => KeyValuePair.Create(m.Key, Copy(m.Value, element, replacement)))),
        _ => value.DeepClone(),
    };

    private static JsonNode Members(JsonObject members, IReadOnlyDictionary<string, AttributeSchema> attributes, Func<JsonNode?> replacement)
    {
        var copy = new JsonObject();
        foreach (var (name, member) in members)
        {
            var schema = attributes.GetValueOrDefault(name);
            var kept = Copy(member, schema, replacement);
            if (kept is not null || schema is not { Sensitive: true })
            {
                copy[name] = kept;
            }
        }

        return copy;
    }
}
