using System.Text.Json.Nodes;
using Kolumn.Providers.Mongo.Database;

namespace Kolumn.Providers.Mongo.Resources.Collections;

/// <summary>An entry of listCollections as a definition: https://www.mongodb.com/docs/manual/reference/command/listCollections/.</summary>
internal static class CollectionCatalog
{
    /// <summary>Seconds, by granularity: what the server reports when nobody has named the span of a bucket.</summary>
    private static readonly Dictionary<string, string> DefaultSpans = new(StringComparer.Ordinal) { ["seconds"] = "3600", ["minutes"] = "86400", ["hours"] = "2592000" };

    public static JsonObject Read(JsonObject entry)
    {
        var options = entry["options"] as JsonObject ?? [];
        var definition = new JsonObject { ["name"] = entry.Text("name") }
            .With("validator", options["validator"])
            .With("validation_level", options.Text("validationLevel") is { } level and not "strict" ? level : null)
            .With("validation_action", options.Text("validationAction") is { } action and not "error" ? action : null)
            .With("collation", Collation.Read(options["collation"]))
            .With("capped", options["capped"])
            .With("size", options["size"])
            .With("max", options["max"] is { } max && max.ToJsonString() != "0" ? max : null)
            .With("time_series", options["timeseries"] is JsonObject series ? WithoutDefaults(TimeSeries(series)) : null)
            .With("expire_after_seconds", options["expireAfterSeconds"])
            .With("pre_and_post_images", (options["changeStreamPreAndPostImages"] as JsonObject)?["enabled"]);
        if (options["clusteredIndex"] is { } clustered && !options.ContainsKey("timeseries") && clustered is not JsonValue)
        {
            definition["clustered"] = true;
            definition.With("clustered_name", clustered is JsonObject index && index.Text("name") is { } name and not "_id_" ? name : null);
        }

        return definition;
    }

    /// <summary>Without what the server adds by itself.</summary>
    public static JsonObject WithoutDefaults(JsonObject series)
    {
        var granularity = series.Text("granularity");
        if (!series.ContainsKey("bucket_rounding_seconds") && series["bucket_max_span_seconds"]?.ToJsonString() == DefaultSpans[granularity ?? "seconds"])
        {
            series.Remove("bucket_max_span_seconds");
        }

        if (granularity == "seconds")
        {
            series.Remove("granularity");
        }

        return series;
    }

    private static JsonObject TimeSeries(JsonObject series) => new JsonObject()
        .With("time_field", series["timeField"])
        .With("meta_field", series["metaField"])
        .With("granularity", series["granularity"])
        .With("bucket_max_span_seconds", series["bucketMaxSpanSeconds"])
        .With("bucket_rounding_seconds", series["bucketRoundingSeconds"]);
}
