using System.Text.Json.Nodes;
using Kolumn.Protocol.Schema;
using Kolumn.Sdk.Resources;

namespace Kolumn.Providers.Mongo.Resources.Collections;

/// <summary>What a <c>mongo_collection</c> takes: https://www.mongodb.com/docs/manual/reference/command/create/.</summary>
internal static class CollectionSchema
{
    public static readonly string[] Levels = ["off", "moderate", "strict"];
    public static readonly string[] Actions = ["warn", "error"];
    public static readonly string[] Granularities = ["seconds", "minutes", "hours"];

    public static ObjectType Schema { get; } = new()
    {
        Attributes = new Dictionary<string, AttributeSchema>
        {
            ["name"] = Attributes.Text("The collection's name; the resource's own name when left out."),
            ["validator"] = Attributes.Any("A query that every document has to match: {\"$jsonSchema\": {…}} or operators. An object, or a text of JSON."),
            ["validation_level"] = Attributes.OneOf("Which changes are checked; strict when left out.", Levels),
            ["validation_action"] = Attributes.OneOf("What happens to a document that does not match; error when left out.", Actions),
            ["collation"] = Collation.Schema with { ForceNew = true },
            ["capped"] = Attributes.Flag("Keep the newest documents only, in the order of insertion.") with { ForceNew = true },
            ["size"] = Attributes.Number("Of a capped collection: at most so many bytes."),
            ["max"] = Attributes.Number("Of a capped collection: at most so many documents."),
            ["time_series"] = new()
            {
                Type = AttributeTypes.Object,
                Description = "Makes it a time series.",
                Attributes = new Dictionary<string, AttributeSchema>
                {
                    ["time_field"] = Attributes.Text("The field with the moment of each document.", required: true) with { ForceNew = true },
                    ["meta_field"] = Attributes.Text("The field that tells one series from another.") with { ForceNew = true },
                    ["granularity"] = Attributes.OneOf("How far apart the documents of a series are; seconds when left out.", Granularities),
                    ["bucket_max_span_seconds"] = Attributes.Number("Instead of granularity: the span of one bucket, with bucket_rounding_seconds of the same value."),
                    ["bucket_rounding_seconds"] = Attributes.Number("See bucket_max_span_seconds."),
                },
            },
            ["clustered"] = Attributes.Flag("Keep documents in the order of their _id, without an index beside them.") with { ForceNew = true },
            ["clustered_name"] = Attributes.Text("The name of the clustered index; _id_ when left out.") with { ForceNew = true },
            ["expire_after_seconds"] = Attributes.Number("Of a time series or a clustered collection: when documents are deleted."),
            ["pre_and_post_images"] = Attributes.Flag("Keep documents as they were before and after a change, for change streams."),
        },
    };
}
