using System.Text.Json.Nodes;
using Kolumn.Protocol.Schema;

namespace Kolumn.Sdk.Streaming;

/// <summary>Short spellings for the attributes of stream types.</summary>
internal static class StreamAttributes
{
    public static AttributeSchema Text(string description, bool required = false) => new() { Type = AttributeTypes.String, Description = description, Required = required };

    public static AttributeSchema Flag(string description) => new() { Type = AttributeTypes.Bool, Description = description };

    public static AttributeSchema Number(string description, int min, int max) => new()
    {
        Type = AttributeTypes.Int,
        Description = description,
        Validators = [new ValidatorSpec { Type = "range", Value = new JsonObject { ["min"] = min, ["max"] = max }, Message = $"must be from {min} to {max}" }],
    };

    public static AttributeSchema Texts(string description, bool required = false) => new()
    {
        Type = AttributeTypes.List,
        Elem = new AttributeSchema { Type = AttributeTypes.String },
        Description = description,
        Required = required,
    };

    public static AttributeSchema OneOf(string description, IReadOnlyList<string> values, bool required = false) => new()
    {
        Type = AttributeTypes.String,
        Description = description,
        Required = required,
        Validators = [new ValidatorSpec { Type = "enum", Value = new JsonArray([.. values.Select(v => (JsonNode?)v)]), Message = $"must be one of {string.Join(", ", values)}" }],
    };

    public static AttributeSchema Object(string description, Dictionary<string, AttributeSchema> members) =>
        new() { Type = AttributeTypes.Object, Description = description, Attributes = members };

    public static AttributeSchema Reference(string description, string type) =>
        new() { Type = AttributeTypes.Any, Description = description, Required = true, References = [type] };
}
