using System.Text.Json.Nodes;
using Kolumn.Language;
using Kolumn.Protocol.Runtime;
using Kolumn.Protocol.Schema;

namespace Kolumn.Core.Configuration;

/// <summary>
/// What a reference to a resource gives: an object of <c>id</c> (its address), <c>type</c>, <c>name</c> (in the database),
/// <c>full_name</c>, its configuration, and what the last apply recorded beyond that. What only the provider fills in and
/// nobody has recorded yet is unknown.
/// </summary>
internal static class ResourceValue
{
    /// <summary>Resources within resources within resources: deeper ones are given by their four names only.</summary>
    private const int MaxDepth = 64;

    private static readonly string[] Names = ["id", "type", "name", "full_name"];

    /// <summary>The four names alone: all that a resource may know of itself, and what goes over the wire for another one.</summary>
    public static Value OfNames(ResourceBlock block, Value? name, Value? schema)
    {
        var shown = name is null or { IsNull: true } ? Value.Of(block.Name) : name;
        return Value.Object(("id", Value.Of(block.Address)), ("type", Value.Of(block.Type)), ("name", shown), ("full_name", FullName(shown, schema)));
    }

    public static Value Of(ResourceBlock block, ResourceKind kind, Value config, JsonObject? recorded)
    {
        config.TryGetMember("name", out var name);
        config.TryGetMember("schema", out var schema);
        var members = new List<KeyValuePair<string, Value>>(OfNames(block, name, schema).Members);
        foreach (var (attribute, value) in config.Members)
        {
            if (!Names.Contains(attribute))
            {
                members.Add(new(attribute, value.Depth > MaxDepth ? Thin(value) : value));
            }
        }

        var given = members.Select(m => m.Key).ToHashSet(StringComparer.Ordinal);
        foreach (var (attribute, schemaOf) in kind.StateSchema.Attributes.Concat(kind.ConfigSchema.Attributes))
        {
            if (given.Add(attribute))
            {
                members.Add(new(attribute, Unwritten(attribute, schemaOf, recorded)));
            }
        }

        return Value.Object(members);
    }

    /// <summary>Whether an object is such a value, wherever it has been passed.</summary>
    public static bool Is(Value value) =>
        value.Kind == ValueKind.Object
        && value.TryGetMember("id", out var id) && id.Kind == ValueKind.String
        && value.TryGetMember("type", out var type) && type.Kind == ValueKind.String
        && value.TryGetMember("full_name", out _) && value.TryGetMember("name", out _)
        && id.AsString().Length > type.AsString().Length
        && id.AsString()[type.AsString().Length] == '.'
        && id.AsString().StartsWith(type.AsString(), StringComparison.Ordinal);

    /// <summary>The value with every resource in it, and itself if it is one, reduced to its four names.</summary>
    public static Value Thin(Value value)
    {
        if (Is(value))
        {
            return Value.Object(value.Members.Where(m => Names.Contains(m.Key))).WithSensitive(value.IsSensitive);
        }

        return value.Kind switch
        {
            ValueKind.List => Value.List(value.Elements.Select(Thin)).WithSensitive(value.IsSensitive),
            ValueKind.Set => Value.Set(value.Elements.Select(Thin)).WithSensitive(value.IsSensitive),
            ValueKind.Object => Value.Object(value.Members.Select(m => new KeyValuePair<string, Value>(m.Key, Thin(m.Value)))).WithSensitive(value.IsSensitive),
            _ => value,
        };
    }

    private static Value Unwritten(string attribute, AttributeSchema schema, JsonObject? recorded)
    {
        if (schema.Sensitive)
        {
            return Value.Unknown.WithSensitive(true);
        }

        if (recorded is not null && recorded.TryGetPropertyValue(attribute, out var value))
        {
            return ValueJson.FromJson(value);
        }

        return schema.Computed ? Value.Unknown : ValueJson.FromJson(schema.Default);
    }

    private static Value FullName(Value name, Value? schema)
    {
        if (schema is not null && Is(schema))
        {
            schema.TryGetMember("name", out schema);
        }

        return (schema, name) switch
        {
            (null or { IsNull: true }, _) => name,
            ({ Kind: ValueKind.String }, { Kind: ValueKind.String }) => Value.Of($"{schema.AsString()}.{name.AsString()}"),
            _ => Value.Unknown,
        };
    }
}
