using System.Text.Json.Nodes;
using Kolumn.Protocol.Schema;
using Kolumn.Providers.Mongo.Database;
using Kolumn.Sdk.Resources;

namespace Kolumn.Providers.Mongo.Resources;

/// <summary>
/// How texts compare: https://www.mongodb.com/docs/manual/reference/collation/. The server reports every member, a configuration names few: what has
/// its default is left out here, and so is the version, which nobody chooses.
/// </summary>
internal static class Collation
{
    private static readonly (string Name, string Attribute, string Default)[] Members =
    [
        ("strength", "strength", "3"),
        ("caseLevel", "case_level", "false"),
        ("caseFirst", "case_first", "\"off\""),
        ("numericOrdering", "numeric_ordering", "false"),
        ("alternate", "alternate", "\"non-ignorable\""),
        ("maxVariable", "max_variable", "\"punct\""),
        ("normalization", "normalization", "false"),
        ("backwards", "backwards", "false"),
    ];

    public static AttributeSchema Schema { get; } = new()
    {
        Type = AttributeTypes.Object,
        Description = "How texts compare; binary when left out.",
        Attributes = new Dictionary<string, AttributeSchema>
        {
            ["locale"] = Attributes.Text("An ICU locale, such as en or de; simple compares bytes.", required: true),
            ["strength"] = Attributes.Number("1 (letters alone) to 5; 3 when left out."),
            ["case_level"] = Attributes.Flag("Compare case at strength 1 and 2 too."),
            ["case_first"] = Attributes.OneOf("Which case comes first; off when left out.", "upper", "lower", "off"),
            ["numeric_ordering"] = Attributes.Flag("Compare digits as numbers."),
            ["alternate"] = Attributes.OneOf("Whether spaces and punctuation count; non-ignorable when left out.", "non-ignorable", "shifted"),
            ["max_variable"] = Attributes.OneOf("What alternate = shifted leaves out; punct when left out.", "punct", "space"),
            ["normalization"] = Attributes.Flag("Normalise texts before they are compared."),
            ["backwards"] = Attributes.Flag("Compare accents from the back, as French in Canada does."),
        },
    };

    /// <summary>The definition's form of a configuration; null where there is none.</summary>
    public static JsonObject? Describe(ConfigReader reader) => reader.Member("collation") is { } collation
        ? Canonical(collation.Text("locale"), attribute => collation[Members.First(m => m.Name == attribute).Attribute], m => m.Attribute)
        : null;

    /// <summary>The definition's form of what the server reports.</summary>
    public static JsonObject? Read(JsonNode? reported) => reported is JsonObject collation ? Canonical(collation.Text("locale"), name => collation[name], m => m.Attribute) : null;

    /// <summary>As a command takes it.</summary>
    public static JsonObject? ToCommand(JsonNode? definition) =>
        definition is JsonObject collation ? Canonical(collation.Text("locale"), name => collation[Members.First(m => m.Name == name).Attribute], m => m.Name) : null;

    private static JsonObject? Canonical(string? locale, Func<string, JsonNode?> member, Func<(string Name, string Attribute, string Default), string> spelling)
    {
        if (locale is null or "simple")
        {
            return null;
        }

        var canonical = new JsonObject { ["locale"] = locale };
        foreach (var entry in Members)
        {
            if (member(entry.Name) is { } value && value.ToJsonString() != entry.Default)
            {
                canonical[spelling(entry)] = value.DeepClone();
            }
        }

        return canonical;
    }
}
