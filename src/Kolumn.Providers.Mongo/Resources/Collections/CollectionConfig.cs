using System.Text.Json.Nodes;
using Kolumn.Protocol;
using Kolumn.Providers.Mongo.Database;
using Kolumn.Sdk;
using Kolumn.Sdk.Resources;

namespace Kolumn.Providers.Mongo.Resources.Collections;

/// <summary>What a configuration asks for, as a definition: whatever has the server's default is left out.</summary>
internal static class CollectionConfig
{
    private static readonly string[] OfCapped = ["size", "max"];

    public static JsonObject Describe(JsonObject config, DescribeContext context)
    {
        var reader = MongoConfig.Reader(config, context);
        var definition = new JsonObject { ["name"] = MongoNames.CollectionName(reader) };
        DescribeValidation(reader, definition);
        definition
            .With("collation", Collation.Describe(reader))
            .With("capped", reader.Flag("capped"))
            .With("size", reader.Number("size"))
            .With("max", reader.Number("max"))
            .With("time_series", TimeSeries(reader))
            .With("clustered", reader.Flag("clustered"))
            .With("clustered_name", Unless(reader.Text("clustered_name"), "_id_"))
            .With("expire_after_seconds", reader.Number("expire_after_seconds"))
            .With("pre_and_post_images", reader.Flag("pre_and_post_images"));
        Check(reader, definition);
        return definition;
    }

    /// <summary>Adds the members that tell what documents have to be like.</summary>
    public static void DescribeValidation(ConfigReader reader, JsonObject definition)
    {
        var validator = MongoNames.Document(reader, "validator");
        if (validator is not (null or JsonObject))
        {
            reader.Invalid("validator", "a validator is a document", "Write an object, {\"$jsonSchema\" = { … }}, or a text of JSON.");
        }

        definition
            .With("validator", validator as JsonObject)
            .With("validation_level", Unless(reader.Choice("validation_level", CollectionSchema.Levels), "strict"))
            .With("validation_action", Unless(reader.Choice("validation_action", CollectionSchema.Actions), "error"));
    }

    private static void Check(ConfigReader reader, JsonObject definition)
    {
        if (definition.IsSet("capped"))
        {
            if (!definition.ContainsKey("size"))
            {
                reader.Error("size", DiagnosticCodes.MissingAttribute, "a capped collection needs a size", "size = 1048576 keeps one mebibyte.");
            }

            if (definition.ContainsKey("time_series") || definition.IsSet("clustered"))
            {
                reader.Invalid("capped", "a capped collection is neither a time series nor clustered");
            }
        }
        else
        {
            foreach (var attribute in OfCapped.Where(definition.ContainsKey))
            {
                reader.Invalid(attribute, $"{attribute} belongs to a capped collection", "Write capped = true beside it.");
            }
        }

        if (definition.ContainsKey("expire_after_seconds") && !definition.ContainsKey("time_series") && !definition.IsSet("clustered"))
        {
            reader.Invalid(
                "expire_after_seconds", "only time series and clustered collections delete by age themselves", "For others, write a mongo_index with expire_after_seconds on a field with a date.");
        }

        if (definition.ContainsKey("time_series") && definition.ContainsKey("validator"))
        {
            reader.Invalid("validator", "a time series has no validator");
        }
    }

    private static JsonObject? TimeSeries(ConfigReader reader) => reader.Member("time_series") is { } series
        ? CollectionCatalog.WithoutDefaults(new JsonObject()
            .With("time_field", series.Text("time_field"))
            .With("meta_field", series.Text("meta_field"))
            .With("granularity", series.Choice("granularity", CollectionSchema.Granularities))
            .With("bucket_max_span_seconds", series.Number("bucket_max_span_seconds"))
            .With("bucket_rounding_seconds", series.Number("bucket_rounding_seconds")))
        : null;

    private static string? Unless(string? value, string standard) => value == standard ? null : value;
}
