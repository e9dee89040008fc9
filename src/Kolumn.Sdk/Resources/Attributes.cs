using System.Text.Json.Nodes;
using Kolumn.Protocol.Schema;

namespace Kolumn.Sdk.Resources;

/// <summary>Short spellings for the attributes of a schema.</summary>
public static class Attributes
{
    public static AttributeSchema Text(string description, bool required = false) => new() { Type = AttributeTypes.String, Description = description, Required = required };

    public static AttributeSchema Flag(string description, bool standard = false) => new() { Type = AttributeTypes.Bool, Description = description, Default = standard };

    public static AttributeSchema Number(string description) => new() { Type = AttributeTypes.Int, Description = description };

    public static AttributeSchema Real(string description) => new() { Type = AttributeTypes.Number, Description = description };

    /// <summary>Something with more than one shape, which the description names.</summary>
    public static AttributeSchema Any(string description, bool required = false) => new() { Type = AttributeTypes.Any, Description = description, Required = required };

    /// <summary>Another object: its name, or a resource of one of these types.</summary>
    public static AttributeSchema Reference(string description, string[] types, bool required = false) => Any(description, required) with { References = types };

    public static AttributeSchema Names(string description, bool required = false) => new()
    {
        Type = AttributeTypes.List,
        Elem = new AttributeSchema { Type = AttributeTypes.String },
        Description = description,
        Required = required,
    };

    public static AttributeSchema Objects(string description, IReadOnlyDictionary<string, AttributeSchema> members, bool required = false) => new()
    {
        Type = AttributeTypes.List,
        Elem = new AttributeSchema { Type = AttributeTypes.Object, Attributes = members },
        Description = description,
        Required = required,
    };

    public static AttributeSchema OneOf(string description, params string[] values) => new()
    {
        Type = AttributeTypes.String,
        Description = description,
        Validators = [new ValidatorSpec { Type = "enum", Value = new JsonArray([.. values.Select(value => (JsonNode?)value)]), Message = $"must be one of {string.Join(", ", values)}" }],
    };

    public static AttributeSchema Computed(string type, string description) => new() { Type = type, Description = description, Computed = true };
}
