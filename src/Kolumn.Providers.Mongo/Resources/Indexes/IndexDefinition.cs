using System.Text.Json;
using System.Text.Json.Nodes;
using Kolumn.Providers.Mongo.Database;

namespace Kolumn.Providers.Mongo.Resources.Indexes;

/// <summary>Indexes as the server writes them and as definitions, both ways. What has its default is left out.</summary>
internal static class IndexDefinition
{
    private const string EveryField = "$**";

    /// <summary>The index that every collection has and nobody makes.</summary>
    public const string IdName = "_id_";

    private static readonly (string Name, string Attribute, string? Default)[] Options =
    [
        ("unique", "unique", "false"),
        ("sparse", "sparse", "false"),
        ("hidden", "hidden", "false"),
        ("expireAfterSeconds", "expire_after_seconds", null),
        ("partialFilterExpression", "partial_filter", null),
        ("wildcardProjection", "wildcard_projection", null),
        ("default_language", "default_language", "\"english\""),
        ("language_override", "language_override", "\"language\""),
        ("bits", "bits", "26"),
        ("min", "min", "-180"),
        ("max", "max_value", "180"),
    ];

    public static string IdentityOf(string collection, string name) => $"{collection}.${name}";

    /// <summary>A collection's name holds no dollar.</summary>
    public static string CollectionOf(string identity) => identity.IndexOf(".$", StringComparison.Ordinal) is >= 0 and var end ? identity[..end] : identity;

    /// <summary>An entry of listIndexes: https://www.mongodb.com/docs/manual/reference/command/listIndexes/.</summary>
    public static JsonObject Read(string collection, JsonObject entry)
    {
        var weights = entry["weights"] as JsonObject;
        var definition = new JsonObject { ["name"] = entry.Text("name"), ["collection"] = collection, ["keys"] = Keys(entry["key"] as JsonObject ?? [], weights) };
        foreach (var (name, attribute, standard) in Options)
        {
            if (entry[name] is { } value && Plain(value) is var text && text != standard)
            {
                definition.With(attribute, JsonNode.Parse(text));
            }
        }

        return definition
            .With("wildcard_projection", Projection(entry["wildcardProjection"] as JsonObject))
            .With("collation", Collation.Read(entry["collation"]))
            .With("weights", Weights(weights));
    }

    /// <summary>As createIndexes takes it.</summary>
    public static JsonObject ToCommand(JsonObject definition)
    {
        var keys = new JsonObject();
        foreach (var key in (definition["keys"] as JsonArray ?? []).OfType<JsonObject>())
        {
            keys[key.Text("field")!] = key.Text("kind") switch
            {
                "asc" or "wildcard" => 1,
                "desc" => -1,
                var kind => kind,
            };
        }

        var index = new JsonObject { ["key"] = keys, ["name"] = definition.Text("name") };
        foreach (var (name, attribute, _) in Options)
        {
            index.With(name, definition[attribute]);
        }

        return index.With("collation", Collation.ToCommand(definition["collation"])).With("weights", definition["weights"]);
    }

    /// <summary>Fields of weight 1 are those that nobody gave a weight.</summary>
    public static JsonObject? Weights(JsonObject? weights)
    {
        var named = new JsonObject();
        foreach (var (field, weight) in weights ?? [])
        {
            if (weight is not null && Plain(weight) is var text && text != "1")
            {
                named[field] = JsonNode.Parse(text);
            }
        }

        return named.Count == 0 ? null : named;
    }

    /// <summary>The server writes true and false, and says that _id is left out, which it is unless somebody asks for it.</summary>
    public static JsonObject? Projection(JsonObject? projection)
    {
        var canonical = new JsonObject();
        foreach (var (field, value) in projection ?? [])
        {
            var included = value is not null && (value.GetValueKind() == JsonValueKind.True || (value.GetValueKind() == JsonValueKind.Number && Plain(value) != "0"));
            if (included || field != "_id")
            {
                canonical[field] = value is JsonObject nested ? Projection(nested) : included;
            }
        }

        return canonical.Count == 0 ? null : canonical;
    }

    /// <summary>The server keeps the fields of a text index among the weights, by name, and puts two of its own where they stood.</summary>
    private static JsonArray Keys(JsonObject key, JsonObject? weights)
    {
        var keys = new JsonArray();
        foreach (var (field, kind) in key)
        {
            switch (field)
            {
                case "_fts":
                    foreach (var (text, _) in weights ?? [])
                    {
                        keys.Add((JsonNode)new JsonObject { ["field"] = text, ["kind"] = "text" });
                    }

                    break;
                case "_ftsx":
                    break;
                default:
                    keys.Add((JsonNode)new JsonObject { ["field"] = field, ["kind"] = KindOf(field, kind) });
                    break;
            }
        }

        return keys;
    }

    private static string KindOf(string field, JsonNode? kind) =>
        kind?.GetValueKind() == JsonValueKind.String ? kind.GetValue<string>()
        : field == EveryField || field.EndsWith("." + EveryField, StringComparison.Ordinal) ? "wildcard"
        : kind?.ToJsonString().StartsWith('-') == true ? "desc" : "asc";

    /// <summary>1.0 and 1 are the same number; which of them the server reports depends on who made the index.</summary>
    private static string Plain(JsonNode value)
    {
        var text = value.ToJsonString();
        return value.GetValueKind() == JsonValueKind.Number && text.EndsWith(".0", StringComparison.Ordinal) ? text[..^2] : text;
    }
}
