using System.Text.Json.Nodes;
using Kolumn.Protocol;
using Kolumn.Providers.Mongo.Database;
using Kolumn.Sdk;
using Kolumn.Sdk.Resources;

namespace Kolumn.Providers.Mongo.Resources.Indexes;

/// <summary>What a configuration asks for, as a definition.</summary>
internal static class IndexConfig
{
    private static readonly string[] OfText = ["weights", "default_language", "language_override"];
    private static readonly string[] OfPlane = ["bits", "min", "max_value"];

    public static JsonObject Describe(JsonObject config, DescribeContext context)
    {
        var reader = MongoConfig.Reader(config, context);
        var keys = Keys(reader);
        var definition = new JsonObject
        {
            ["name"] = Name(reader),
            ["collection"] = MongoNames.CollectionOf(reader, "collection"),
            ["keys"] = new JsonArray([.. InOrder(keys).Select(key => (JsonNode)new JsonObject { ["field"] = key.Field, ["kind"] = key.Kind })]),
        }
            .With("unique", reader.Flag("unique"))
            .With("sparse", reader.Flag("sparse"))
            .With("hidden", reader.Flag("hidden"))
            .With("expire_after_seconds", reader.Number("expire_after_seconds"))
            .With("partial_filter", Document(reader, "partial_filter"))
            .With("wildcard_projection", IndexDefinition.Projection(Document(reader, "wildcard_projection")))
            .With("weights", IndexDefinition.Weights(Document(reader, "weights")))
            .With("default_language", reader.Text("default_language") is { } language and not "english" ? language : null)
            .With("language_override", reader.Text("language_override") is { } field and not "language" ? field : null)
            .With("bits", reader.Number("bits") is { } bits and not 26 ? bits : null)
            .With("min", reader.Real("min") is { } min and not -180 ? min : null)
            .With("max_value", reader.Real("max_value") is { } max and not 180 ? max : null)
            .With("collation", Collation.Describe(reader));
        Check(reader, keys);
        return definition;
    }

    /// <summary>The fields of a text index stand together, sorted by name: so the server reports them, and their order means nothing.</summary>
    private static IEnumerable<(string Field, string Kind)> InOrder(List<(string Field, string Kind)> keys)
    {
        var first = keys.FindIndex(key => key.Kind == "text");
        return first < 0 ? keys :
        [
            .. keys.Take(first),
            .. keys.Where(key => key.Kind == "text").OrderBy(key => key.Field, StringComparer.Ordinal),
            .. keys.Skip(first).Where(key => key.Kind != "text"),
        ];
    }

    private static List<(string Field, string Kind)> Keys(ConfigReader reader)
    {
        var keys = new List<(string Field, string Kind)>();
        var path = reader.Path.Member("keys");
        foreach (var (index, element) in (reader["keys"] as JsonArray ?? []).Index())
        {
            var key = Key(element);
            var fault = key.Field.Length == 0 ? "a field is expected here"
                : !IndexSchema.Kinds.Contains(key.Kind) ? $"'{ConfigReader.Shown(key.Kind)}' is no kind of index: write one of {string.Join(", ", IndexSchema.Kinds)}"
                : key.Field.Contains('\0', StringComparison.Ordinal) ? "a field's name cannot hold NUL"
                : key.Field.Split('.').Any(part => part.Length == 0 || (part.StartsWith('$') && !(part == "$**" && key.Kind is "wildcard" or "text"))) ? $"'{ConfigReader.Shown(key.Field)}' is no path of fields"
                : keys.Exists(other => other.Field == key.Field) ? $"'{ConfigReader.Shown(key.Field)}' stands here twice"
                : null;
            if (fault is not null)
            {
                reader.Context.Error(DiagnosticCodes.InvalidValue, path.Element(index), fault);
            }

            keys.Add(key);
        }

        if (keys.Count == 0)
        {
            reader.Invalid("keys", "an index needs a field");
        }

        return keys;
    }

    private static (string Field, string Kind) Key(JsonNode? element)
    {
        var (field, kind) = element switch
        {
            JsonValue value when value.TryGetValue<string>(out var text) => text.StartsWith('-') ? (text[1..], "desc") : (text, null),
            JsonObject written => (written.Text("field") ?? "", written.Text("kind")),
            _ => ("", null),
        };
        return (field, kind ?? (field.EndsWith("$**", StringComparison.Ordinal) ? "wildcard" : "asc"));
    }

    private static void Check(ConfigReader reader, List<(string Field, string Kind)> keys)
    {
        Belongs(OfText, "text");
        Belongs(OfPlane, "2d");
        Belongs(["wildcard_projection"], "wildcard");
        if (reader.Flag("sparse") == true && reader.Has("partial_filter"))
        {
            reader.Invalid("sparse", "an index is either sparse or has a partial_filter", "partial_filter = { field = { \"$exists\" = true } } says the same as sparse.");
        }

        if (keys is [{ Field: "_id" }])
        {
            reader.Invalid("keys", "the index on _id is there in every collection", "Remove this one.");
        }

        void Belongs(string[] attributes, string kind)
        {
            foreach (var attribute in attributes.Where(reader.Has).Where(_ => !keys.Exists(key => key.Kind == kind)))
            {
                reader.Invalid(attribute, $"{attribute} belongs to an index of the kind {kind}");
            }
        }
    }

    private static string Name(ConfigReader reader)
    {
        var name = reader.Text("name") ?? "";
        var fault = name.Length == 0 ? "a name cannot be empty"
            : name is "*" or IndexDefinition.IdName ? "the server uses it itself"
            : name.Contains('\0', StringComparison.Ordinal) ? "it cannot hold NUL"
            : null;
        if (fault is not null)
        {
            reader.Invalid("name", $"'{ConfigReader.Shown(name)}' cannot be an index's name: {fault}");
        }

        return name;
    }

    private static JsonObject? Document(ConfigReader reader, string attribute)
    {
        var document = MongoNames.Document(reader, attribute);
        if (document is not (null or JsonObject))
        {
            reader.Invalid(attribute, "a document is expected here", "Write an object, or a text of JSON.");
        }

        return document as JsonObject;
    }
}
