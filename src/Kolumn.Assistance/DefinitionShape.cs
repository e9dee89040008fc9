using System.Text.Json;
using System.Text.Json.Nodes;
using Kolumn.Protocol;
using Kolumn.Protocol.Json;
using Kolumn.Protocol.Schema;
using Kolumn.Sdk;

namespace Kolumn.Assistance;

/// <summary>What an attribute schema alone says about configs and definitions.</summary>
internal static class DefinitionShape
{
    private static readonly IReadOnlyDictionary<string, AttributeSchema> None = new Dictionary<string, AttributeSchema>();

    /// <summary>
    /// Every attribute of both schemas of a type; those of the state alone are computed. Where a name of another resource is taken the
    /// resource itself may stand; where the type cannot be updated every attribute makes it anew.
    /// </summary>
    public static ObjectType SchemaOf(ResourceTypeDefinition type)
    {
        var attributes = new Dictionary<string, AttributeSchema>(StringComparer.Ordinal);
        var canUpdate = AssistanceNeed.CanUpdate(type);
        foreach (var (name, schema) in type.ConfigSchema.Attributes.Where(a => !a.Value.Computed))
        {
            attributes[name] = Widened(schema) with { ForceNew = schema.ForceNew || !canUpdate };
        }

        attributes.TryAdd("name", new AttributeSchema { Type = AttributeTypes.String, Description = "Its name; that of the resource when left out." });
        foreach (var (name, schema) in type.StateSchema.Attributes.Concat(type.ConfigSchema.Attributes))
        {
            attributes.TryAdd(name, Widened(schema) with { Computed = true, Required = false, Default = null });
        }

        return new ObjectType { Attributes = attributes };
    }

    /// <summary>The config with defaults filled in and other resources given by their names.</summary>
    public static JsonObject Describe(JsonObject config, ObjectType schema, DescribeContext context)
    {
        return Members(config, schema.Attributes, AttributePath.Root);

        JsonObject Members(JsonObject members, IReadOnlyDictionary<string, AttributeSchema> attributes, AttributePath path)
        {
            var described = new JsonObject();
            foreach (var (name, value) in members.Where(m => m.Value is not null))
            {
                described[name] = Value(value!, attributes.GetValueOrDefault(name), path.Member(name));
            }

            foreach (var (name, attribute) in attributes.Where(a => a.Value is { Default: not null, Computed: false } && described[a.Key] is null))
            {
                described[name] = attribute.Default!.DeepClone();
            }

            return described;
        }

        JsonNode Value(JsonNode value, AttributeSchema? attribute, AttributePath path) => (value, attribute) switch
        {
            (_, { References: not null }) => Named(value, path),
            (JsonObject members, { Attributes: { } attributes }) => Members(members, attributes, path),
            (JsonArray elements, { Elem: { } elem }) => new JsonArray([.. elements.Select((e, i) => e is null ? null : Value(e, elem, path.Element(i)))]),
            (JsonObject members, { Elem: { } elem }) => new JsonObject(members.Select(m => KeyValuePair.Create(m.Key, m.Value is null ? null : (JsonNode?)Value(m.Value, elem, path.Member(m.Key))))),
            _ => value.DeepClone(),
        };

        JsonNode Named(JsonNode value, AttributePath path)
        {
            var name = value is JsonObject resource ? resource["name"] : value;
            if (name is not JsonValue || name.GetValueKind() != JsonValueKind.String)
            {
                context.Error(DiagnosticCodes.WrongType, path, "a name or another resource is expected", $"This is {value.ToJsonString()}.");
                return value.DeepClone();
            }

            var text = name.GetValue<string>();
            return value is not JsonObject && context.ConfigOf(text) is { } other
                ? other["name"]?.DeepClone() ?? text[(text.IndexOf('.', StringComparison.Ordinal) + 1)..]
                : text;
        }
    }

    /// <summary>What a provider reports, without what its schema does not speak of and what is null.</summary>
    public static JsonObject Known(JsonObject reported, ObjectType schema) => Known(reported, schema.Attributes);

    /// <summary>What a user could write of a definition.</summary>
    /// <param name="withDefaults">Whether what equals its default stays.</param>
    public static JsonObject ToConfig(JsonObject definition, ObjectType schema, bool withDefaults) => Written(definition, schema.Attributes, withDefaults);

    /// <summary>The objects that a definition names, by the types that its schema says.</summary>
    public static IEnumerable<ObjectReference> ReferencesIn(JsonObject definition, ObjectType schema) =>
        schema.Attributes.SelectMany(a => ReferencesIn(definition[a.Key], a.Value));

    private static IEnumerable<ObjectReference> ReferencesIn(JsonNode? value, AttributeSchema schema) => (value, schema) switch
    {
        (JsonValue text, { References: { } types }) when text.GetValueKind() == JsonValueKind.String => types.Select(t => new ObjectReference(t, text.GetValue<string>())),
        (JsonObject members, { Attributes: { } attributes }) => attributes.SelectMany(a => ReferencesIn(members[a.Key], a.Value)),
        (JsonArray elements, { Elem: { } elem }) => elements.SelectMany(e => ReferencesIn(e, elem)),
        (JsonObject members, { Elem: { } elem }) => members.SelectMany(m => ReferencesIn(m.Value, elem)),
        _ => [],
    };

    private static JsonObject Known(JsonObject members, IReadOnlyDictionary<string, AttributeSchema> attributes) =>
        new(members.Where(m => m.Value is not null && attributes.ContainsKey(m.Key)).Select(m => KeyValuePair.Create(m.Key, (JsonNode?)KnownValue(m.Value!, attributes[m.Key]))));

    private static JsonNode KnownValue(JsonNode value, AttributeSchema schema) => (value, schema) switch
    {
        (JsonObject members, { Attributes: { } attributes }) => Known(members, attributes),
        (JsonArray elements, { Elem: { } elem }) => new JsonArray([.. elements.Select(e => e is null ? null : KnownValue(e, elem))]),
        _ => value.DeepClone(),
    };

    private static JsonObject Written(JsonObject members, IReadOnlyDictionary<string, AttributeSchema> attributes, bool withDefaults)
    {
        var written = new JsonObject();
        foreach (var (name, value) in members)
        {
            if (value is not null && attributes.GetValueOrDefault(name) is { Computed: false } schema
                && (withDefaults || schema.Default is null || !CanonicalJson.AreEqual(value, schema.Default)))
            {
                written[name] = WrittenValue(value, schema, withDefaults);
            }
        }

        return written;
    }

    private static JsonNode WrittenValue(JsonNode value, AttributeSchema schema, bool withDefaults) => (value, schema) switch
    {
        (JsonObject members, { Attributes: { } attributes }) => Written(members, attributes, withDefaults),
        (JsonArray elements, { Elem: { } elem }) => new JsonArray([.. elements.Select(e => e is null ? null : WrittenValue(e, elem, withDefaults))]),
        _ => value.DeepClone(),
    };

    private static AttributeSchema Widened(AttributeSchema schema) => schema with
    {
        Type = schema.References is null ? schema.Type : AttributeTypes.Any,
        Elem = schema.Elem is null ? null : Widened(schema.Elem),
        Attributes = (schema.Attributes ?? None).Count == 0 ? schema.Attributes : schema.Attributes!.ToDictionary(a => a.Key, a => Widened(a.Value)),
    };
}
