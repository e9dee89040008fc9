using System.Text.Json.Nodes;
using Kolumn.Protocol.Json;
using Kolumn.Protocol.Payloads;
using Kolumn.Providers.Mongo.Database;
using Kolumn.Sdk;

namespace Kolumn.Providers.Mongo.Resources.Collections;

/// <summary>Definitions as create and collMod: https://www.mongodb.com/docs/manual/reference/command/collMod/.</summary>
internal static class CollectionCommands
{
    private static readonly string[] OnlyWhenMade = ["collation", "capped", "clustered", "clustered_name"];
    private static readonly string[] SeriesOnlyWhenMade = ["time_field", "meta_field"];
    private static readonly string[] Granularities = ["seconds", "minutes", "hours"];

    public static JsonObject Create(JsonObject definition)
    {
        var command = new JsonObject { ["create"] = definition.Text("name") }
            .With("capped", definition["capped"])
            .With("size", definition["size"])
            .With("max", definition["max"])
            .With("timeseries", definition["time_series"] is JsonObject series ? Series(series) : null)
            .With("clusteredIndex", definition.IsSet("clustered")
                ? new JsonObject { ["key"] = new JsonObject { ["_id"] = 1 }, ["unique"] = true }.With("name", definition["clustered_name"])
                : null)
            .With("expireAfterSeconds", definition["expire_after_seconds"])
            .With("collation", Collation.ToCommand(definition["collation"]))
            .With("validator", definition["validator"])
            .With("validationLevel", definition["validation_level"])
            .With("validationAction", definition["validation_action"]);
        return definition.IsSet("pre_and_post_images") ? command.With("changeStreamPreAndPostImages", Enabled(true)) : command;
    }

    /// <summary>null when only a new collection can be so.</summary>
    public static IReadOnlyList<Statement>? Change(JsonObject actual, JsonObject desired)
    {
        if (OnlyWhenMade.Any(member => Differs(actual, desired, member)) || !TryChangeSeries(actual, desired, out var series))
        {
            return null;
        }

        var command = new JsonObject { ["collMod"] = desired.Text("name") };
        if (Differs(actual, desired, "validator"))
        {
            command["validator"] = desired["validator"]?.DeepClone() ?? new JsonObject();
        }

        if (Differs(actual, desired, "validation_level"))
        {
            command["validationLevel"] = desired.Text("validation_level") ?? "strict";
        }

        if (Differs(actual, desired, "validation_action"))
        {
            command["validationAction"] = desired.Text("validation_action") ?? "error";
        }

        if (Differs(actual, desired, "size"))
        {
            command["cappedSize"] = desired["size"]!.DeepClone();
        }

        if (Differs(actual, desired, "max"))
        {
            command["cappedMax"] = desired["max"]?.DeepClone() ?? 0;
        }

        if (Differs(actual, desired, "expire_after_seconds"))
        {
            command["expireAfterSeconds"] = desired["expire_after_seconds"]?.DeepClone() ?? "off";
        }

        if (Differs(actual, desired, "pre_and_post_images"))
        {
            command["changeStreamPreAndPostImages"] = Enabled(desired.IsSet("pre_and_post_images"));
        }

        command.With("timeseries", series);
        return command.Count == 1 ? [] : [MongoCommand.Statement(command) with { Hazards = Hazards(actual, desired) }];
    }

    /// <summary>Documents that are there are not looked at: whoever changes one that does not pass is refused.</summary>
    private static IReadOnlyList<Hazard> Hazards(JsonObject actual, JsonObject desired)
    {
        var hazards = new List<Hazard>();
        if (desired.ContainsKey("validator") && desired.Text("validation_action") is null && desired.Text("validation_level") != "off"
            && (Differs(actual, desired, "validator") || Differs(actual, desired, "validation_action") || Differs(actual, desired, "validation_level")))
        {
            hazards.Add(new Hazard(
                "stricter_validation",
                $"Writes to {desired.Text("name")} that do not pass the new validator will be refused, of documents that are there too; validation_action = \"warn\" only logs them."));
        }

        if (Shrinks(actual, desired, "size") || Shrinks(actual, desired, "max"))
        {
            hazards.Add(new Hazard(HazardNames.DataLoss, $"The oldest documents of {desired.Text("name")} that do not fit any more are deleted."));
        }

        return hazards;
    }

    private static bool Shrinks(JsonObject actual, JsonObject desired, string member) =>
        desired[member] is { } now && Differs(actual, desired, member) && (actual[member] is not { } before || Number(now) < Number(before));

    private static long Number(JsonNode node) => long.Parse(node.ToJsonString(), System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>A granularity grows and never shrinks; fields stay.</summary>
    private static bool TryChangeSeries(JsonObject actual, JsonObject desired, out JsonObject? change)
    {
        change = null;
        if (!Differs(actual, desired, "time_series"))
        {
            return true;
        }

        if (actual["time_series"] is not JsonObject before || desired["time_series"] is not JsonObject after || SeriesOnlyWhenMade.Any(member => Differs(before, after, member)))
        {
            return false;
        }

        var (old, now) = (before.Text("granularity") ?? "seconds", after.Text("granularity") ?? "seconds");
        if (Array.IndexOf(Granularities, now) < Array.IndexOf(Granularities, old))
        {
            return false;
        }

        change = after.ContainsKey("bucket_max_span_seconds") ? Series(after) : new JsonObject { ["granularity"] = now };
        change.Remove("timeField");
        change.Remove("metaField");
        return true;
    }

    private static JsonObject Series(JsonObject series) => new JsonObject()
        .With("timeField", series["time_field"])
        .With("metaField", series["meta_field"])
        .With("granularity", series["granularity"])
        .With("bucketMaxSpanSeconds", series["bucket_max_span_seconds"])
        .With("bucketRoundingSeconds", series["bucket_rounding_seconds"]);

    private static JsonObject Enabled(bool enabled) => new() { ["enabled"] = enabled };

    private static bool Differs(JsonObject actual, JsonObject desired, string member) => !CanonicalJson.AreEqual(actual[member], desired[member]);
}
