using System.Text.Json.Nodes;
using Kolumn.Protocol;
using Kolumn.Sdk.Sql;

namespace Kolumn.Sdk.Resources;

/// <summary>
/// What users write where another object is meant: a plain name, a qualified one, a resource's address
/// (<c>postgres_table.users</c>), or the resource itself as an object with <c>type</c>, <c>name</c> and <c>schema</c>.
/// </summary>
/// <param name="prefix">Of the provider's types: <c>postgres_</c>.</param>
/// <param name="defaultSchema">Where objects live that do not say it.</param>
public sealed class ReferenceReading(string prefix, string defaultSchema)
{
    /// <summary>Something in a schema; null when nothing can be meant.</summary>
    /// <param name="near">Where a plain name is looked for.</param>
    public (string Schema, string Name)? Object(JsonNode reference, string near, DescribeContext context)
    {
        switch (reference)
        {
            case JsonObject resource:
                // A resource that goes over the wire has its four names only; its schema stands in its own config.
                return TextOf(resource, "id") is { } id && ResourceOf(id, context) is ({ } described, var named)
                    ? FromConfig(described, named, defaultSchema, context)
                    : FromConfig(resource, null, near, context);
            case JsonValue value when value.TryGetValue<string>(out var text):
                if (ResourceOf(text, context) is var (config, label))
                {
                    return config is null ? (near, label) : FromConfig(config, label, defaultSchema, context);
                }

                return DottedName.Split(text) switch
                {
                    [var name] => (near, name),
                    [var schema, var name] => (schema, name),
                    _ => null,
                };
            default:
                return null;
        }
    }

    /// <summary>
    /// A column of a table: <c>postgres_table.users.id</c>, <c>users.id</c>, <c>public.users.id</c>. A whole table stands
    /// for its primary key; then the column is null.
    /// </summary>
    public ((string Schema, string Name) Table, string? Column)? ObjectOrColumn(JsonNode reference, string near, DescribeContext context)
    {
        if (reference is not JsonValue value || !value.TryGetValue<string>(out var text))
        {
            return Object(reference, near, context) is { } whole ? (whole, null) : null;
        }

        var lastDot = text.LastIndexOf('.');
        if (lastDot > 0 && text.IndexOf('.', StringComparison.Ordinal) < lastDot && ResourceOf(text[..lastDot], context) is var (config, label)
            && context.ConfigOf(text) is null)
        {
            var table = config is null ? (near, label) : FromConfig(config, label, defaultSchema, context);
            return table is { } known ? (known, text[(lastDot + 1)..]) : null;
        }

        if (ResourceOf(text, context) is not null)
        {
            return Object(reference, near, context) is { } known ? (known, null) : null;
        }

        return DottedName.Split(text) switch
        {
            [var table] => ((near, table), null),
            [var table, var column] => ((near, table), column),
            [var schema, var table, var column] => ((schema, table), column),
            _ => null,
        };
    }

    /// <summary>Something that lives in no schema: a schema, a role.</summary>
    public string? Name(JsonNode reference, DescribeContext context)
    {
        switch (reference)
        {
            case JsonObject resource:
                return TextOf(resource, "name");
            case JsonValue value when value.TryGetValue<string>(out var text):
                return ResourceOf(text, context) is var (config, label) ? (config is null ? null : TextOf(config, "name")) ?? label : text;
            default:
                return null;
        }
    }

    /// <summary>What lives in a schema and is named by its resource's address; null when the text is no address.</summary>
    public (string Schema, string Name)? Resource(string text, DescribeContext context) => ResourceOf(text, context) is var (config, label)
        ? config is null ? (defaultSchema, label) : FromConfig(config, label, defaultSchema, context)
        : null;

    /// <summary>
    /// What an address points to; null when the text is none. The config is missing when the resource is not part of the same
    /// plan; then its label is the best guess at its name.
    /// </summary>
    private (JsonObject? Config, string Label)? ResourceOf(string text, DescribeContext context)
    {
        if (!ResourceAddress.TryParse(text, out var address))
        {
            return null;
        }

        var config = context.ConfigOf(text);
        return config is not null || address.Type.StartsWith(prefix, StringComparison.Ordinal) ? (config, address.Name) : null;
    }

    private (string Schema, string Name)? FromConfig(JsonObject config, string? label, string near, DescribeContext context)
    {
        var name = TextOf(config, "name") ?? label;
        var schema = config["schema"] is { } node ? Name(node, context) : near;
        return name is null || schema is null ? null : (schema, name);
    }

    private static string? TextOf(JsonObject config, string attribute) =>
        config[attribute] is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;
}
