using System.Text.Json.Nodes;
using Kolumn.Language;
using Kolumn.Protocol;
using Kolumn.Protocol.Schema;
using ObjectType = Kolumn.Protocol.Schema.ObjectType;

namespace Kolumn.Core.Configuration;

/// <summary>
/// A configuration as JSON: resources reduced to their four names, attributes that are null left out, sets as lists. Written
/// once as it is for the provider and once with marks in place of what is sensitive for everything that is kept.
/// </summary>
internal sealed class WireConfig
{
    private readonly List<AttributePath> _unknown = [];
    private readonly List<AttributePath> _sensitive = [];
    private readonly List<string> _secrets = [];

    private WireConfig()
    {
    }

    public JsonObject Json { get; private set; } = [];

    /// <summary>What is known only after apply: the resource cannot be planned before.</summary>
    public IReadOnlyList<AttributePath> Unknown => _unknown;

    /// <summary>Where sensitive values stand.</summary>
    public IReadOnlyList<AttributePath> Sensitive => _sensitive;

    /// <summary>The sensitive texts themselves, to be kept out of everything that is shown.</summary>
    public IReadOnlyList<string> Secrets => _secrets;

    /// <summary>The sensitive values as they stand in <see cref="Json"/>.</summary>
    public IReadOnlyList<JsonNode?> SensitiveValues() => [.. _sensitive.Select(At)];

    public static WireConfig Write(Value config, ObjectType schema)
    {
        var wire = new WireConfig();
        wire.Json = wire.WriteObject(config, schema.Attributes, AttributePath.Root, false);
        return wire;
    }

    private JsonNode? At(AttributePath path)
    {
        JsonNode? node = Json;
        foreach (var step in path.Steps)
        {
            node = (node, step) switch
            {
                (JsonObject members, string name) => members[name],
                (JsonArray elements, int index) when index < elements.Count => elements[index],
                _ => null,
            };
        }

        return node;
    }

    private JsonNode? Write(Value value, AttributeSchema? schema, AttributePath path, bool isSensitive)
    {
        if (!isSensitive && (value.IsSensitive || schema is { Sensitive: true }))
        {
            isSensitive = true;
            _sensitive.Add(path);
        }

        switch (value.Kind)
        {
            case ValueKind.Unknown:
                _unknown.Add(path);
                return null;
            case ValueKind.List or ValueKind.Set:
                var elements = new JsonArray();
                for (var i = 0; i < value.Elements.Length; i++)
                {
                    elements.Add(Write(value.Elements[i], schema?.Elem, path.Element(i), isSensitive));
                }

                return elements;
            case ValueKind.Object:
                var shown = ResourceValue.Is(value) ? ResourceValue.Thin(value) : value;
                return WriteObject(shown, schema?.Attributes, path, isSensitive, schema?.Elem);
            case ValueKind.String when isSensitive:
                _secrets.Add(value.AsString());
                return ValueJson.ToJson(value);
            default:
                return ValueJson.ToJson(value);
        }
    }

    private JsonObject WriteObject(
        Value value, IReadOnlyDictionary<string, AttributeSchema>? attributes, AttributePath path, bool isSensitive, AttributeSchema? elem = null)
    {
        var members = new JsonObject();
        foreach (var (name, member) in value.Members)
        {
            var schema = attributes?.GetValueOrDefault(name) ?? elem;
            if (!(member.IsNull && attributes is not null))
            {
                members[name] = Write(member, schema, path.Member(name), isSensitive);
            }
        }

        return members;
    }
}
