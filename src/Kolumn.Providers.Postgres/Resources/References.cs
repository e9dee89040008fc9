using System.Text.Json.Nodes;
using Kolumn.Protocol;
using Kolumn.Providers.Postgres.Sql;
using Kolumn.Sdk;

namespace Kolumn.Providers.Postgres.Resources;

/// <summary>
/// What users write where another object is meant: a plain name, a qualified one, a resource's address
/// (<c>postgres_table.users</c>), or the resource itself as an object with <c>type</c>, <c>name</c> and <c>schema</c>.
/// </summary>
internal static class References
{
    private const string Prefix = "postgres_";

    public static QualifiedName? Table(JsonNode reference, string defaultSchema, DescribeContext context)
    {
        switch (reference)
        {
            case JsonObject resource:
                // A resource that goes over the wire has its four names only; its schema stands in its own config.
                return TextOf(resource, "id") is { } id && ResourceOf(id, context) is ({ } described, var named)
                    ? FromConfig(described, named, QualifiedName.DefaultSchema, context)
                    : FromConfig(resource, null, defaultSchema, context);
            case JsonValue value when value.TryGetValue<string>(out var text):
                if (ResourceOf(text, context) is var (config, label))
                {
                    return config is null ? new QualifiedName(defaultSchema, label) : FromConfig(config, label, QualifiedName.DefaultSchema, context);
                }

                return QualifiedName.Parse(text, defaultSchema);
            default:
                return null;
        }
    }

    /// <summary>
    /// A column of another table: <c>postgres_table.users.id</c>, <c>users.id</c>, <c>public.users.id</c>. A whole table stands
    /// for its primary key; then the column is null.
    /// </summary>
    public static (QualifiedName Table, string? Column)? TableOrColumn(JsonNode reference, string defaultSchema, DescribeContext context)
    {
        if (reference is not JsonValue value || !value.TryGetValue<string>(out var text))
        {
            return Table(reference, defaultSchema, context) is { } whole ? (whole, null) : null;
        }

        var lastDot = text.LastIndexOf('.');
        if (lastDot > 0 && text.IndexOf('.', StringComparison.Ordinal) < lastDot && ResourceOf(text[..lastDot], context) is var (config, label)
            && context.ConfigOf(text) is null)
        {
            var table = config is null ? new QualifiedName(defaultSchema, label) : FromConfig(config, label, QualifiedName.DefaultSchema, context);
            return table is { } known ? (known, text[(lastDot + 1)..]) : null;
        }

        if (ResourceOf(text, context) is not null)
        {
            return Table(reference, defaultSchema, context) is { } known ? (known, null) : null;
        }

        return QualifiedName.SplitParts(text) switch
        {
            [var table] => (new QualifiedName(defaultSchema, table), null),
            [var table, var column] => (new QualifiedName(defaultSchema, table), column),
            [var schema, var table, var column] => (new QualifiedName(schema, table), column),
            _ => null,
        };
    }

    /// <summary>Something that lives in no schema: a schema, a role.</summary>
    public static string? Name(JsonNode reference, DescribeContext context)
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
    public static QualifiedName? Resource(string text, DescribeContext context) => ResourceOf(text, context) is var (config, label)
        ? config is null ? new QualifiedName(QualifiedName.DefaultSchema, label) : FromConfig(config, label, QualifiedName.DefaultSchema, context)
        : null;

    /// <summary>
    /// What an address points to; null when the text is none. The config is missing when the resource is not part of the same
    /// plan; then its label is the best guess at its name.
    /// </summary>
    private static (JsonObject? Config, string Label)? ResourceOf(string text, DescribeContext context)
    {
        if (!ResourceAddress.TryParse(text, out var address))
        {
            return null;
        }

        var config = context.ConfigOf(text);
        return config is not null || address.Type.StartsWith(Prefix, StringComparison.Ordinal) ? (config, address.Name) : null;
    }

    private static QualifiedName? FromConfig(JsonObject config, string? label, string defaultSchema, DescribeContext context)
    {
        var name = TextOf(config, "name") ?? label;
        var schema = config["schema"] is { } node ? Name(node, context) : defaultSchema;
        return name is null || schema is null ? null : new QualifiedName(schema, name);
    }

    private static string? TextOf(JsonObject config, string attribute) =>
        config[attribute] is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;
}
