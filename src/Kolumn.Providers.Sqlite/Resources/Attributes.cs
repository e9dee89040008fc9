using System.Text.Json.Nodes;
using Kolumn.Protocol.Schema;

namespace Kolumn.Providers.Sqlite.Resources;

/// <summary>Short forms for the attribute schemas of this provider.</summary>
internal static class Attributes
{
    public static AttributeSchema Text(string description, bool required = false) =>
        new() { Type = AttributeTypes.String, Description = description, Required = required };

    public static AttributeSchema Flag(string description) => new() { Type = AttributeTypes.Bool, Description = description };

    public static AttributeSchema Any(string description, bool required = false) =>
        new() { Type = AttributeTypes.Any, Description = description, Required = required };

    public static AttributeSchema ListOf(AttributeSchema element, string description, bool required = false) =>
        new() { Type = AttributeTypes.List, Elem = element, Description = description, Required = required };

    public static AttributeSchema Object(string description, Dictionary<string, AttributeSchema> members) =>
        new() { Type = AttributeTypes.Object, Description = description, Attributes = members };

    /// <summary>The physical name; the engine fills in the resource's label where a user leaves it out.</summary>
    public static AttributeSchema Name(string what) => Text($"The {what}'s name in the database; the resource's own name when left out.");

    /// <summary>Read from the catalog, never written and never compared: what a rebuild has to put back.</summary>
    public static AttributeSchema Dependants(string description) => ListOf(
        Object("One of them.", new() { ["type"] = Text("index or trigger."), ["name"] = Text("Its name."), ["sql"] = Text("Its statement.") }), description) with
    {
        Computed = true,
    };

    public static AttributeSchema OneOf(string description, params ReadOnlySpan<string> values) => new()
    {
        Type = AttributeTypes.String,
        Description = $"{description}: {string.Join(", ", values.ToArray())}.",
    };
}
