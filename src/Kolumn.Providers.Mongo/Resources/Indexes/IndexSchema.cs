using Kolumn.Protocol.Schema;
using Kolumn.Sdk.Resources;

namespace Kolumn.Providers.Mongo.Resources.Indexes;

/// <summary>What a <c>mongo_index</c> takes: https://www.mongodb.com/docs/manual/reference/command/createIndexes/.</summary>
internal static class IndexSchema
{
    public static readonly string[] Kinds = ["asc", "desc", "text", "2dsphere", "2d", "hashed", "wildcard"];

    public static ObjectType Schema { get; } = new()
    {
        Attributes = new Dictionary<string, AttributeSchema>
        {
            ["name"] = Attributes.Text("The index's name; the resource's own name when left out."),
            ["collection"] = Attributes.Reference("The collection.", [MongoNames.Collection], required: true),
            ["keys"] = new()
            {
                Type = AttributeTypes.List,
                Required = true,
                Description = "What is indexed, in this order: fields, -field for descending order, or {field, kind}.",
                Elem = Attributes.Any($"A field's name, or {{field, kind}} with one of {string.Join(", ", Kinds)}."),
            },
            ["unique"] = Attributes.Flag("Whether each value occurs once."),
            ["sparse"] = Attributes.Flag("Leave out documents without the field."),
            ["hidden"] = Attributes.Flag("Keep it up to date without using it for queries."),
            ["expire_after_seconds"] = Attributes.Number("Delete documents this long after the date in the field."),
            ["partial_filter"] = Attributes.Any("Index only documents that match this query: an object, or a text of JSON."),
            ["collation"] = Collation.Schema,
            ["wildcard_projection"] = Attributes.Any("Of a wildcard index on everything: which fields, as an object of names and 1 or 0."),
            ["weights"] = Attributes.Any("Of a text index: how much each field counts, as an object of names and numbers; 1 when left out."),
            ["default_language"] = Attributes.Text("Of a text index; english when left out."),
            ["language_override"] = Attributes.Text("Of a text index: the field that names a document's language; language when left out."),
            ["bits"] = Attributes.Number("Of a 2d index: precision, 1 to 32; 26 when left out."),
            ["min"] = Attributes.Real("Of a 2d index: the lower bound of coordinates; -180 when left out."),
            ["max_value"] = Attributes.Real("Of a 2d index: the upper bound of coordinates; 180 when left out."),
        },
    };
}
