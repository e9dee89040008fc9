using System.Text.Json.Nodes;

namespace Kolumn.Providers.Mongo.Migrations;

/// <summary>
/// Converts the values of a field, as <c>$convert</c> of the server does: https://www.mongodb.com/docs/manual/reference/operator/aggregation/convert/. Values that are null or
/// missing stay so.
/// </summary>
/// <param name="From">null: every other type.</param>
internal sealed record ConvertType(FieldPath Field, string? From, string To) : FieldOperation(Field)
{
    /// <summary>What values can be converted to.</summary>
    public static readonly string[] Targets = ["double", "string", "objectId", "bool", "date", "int", "long", "decimal"];

    public override JsonObject Filter => new() { ["$expr"] = Applies };

    public override JsonObject Applies => From is not null
        ? new JsonObject { ["$eq"] = new JsonArray(Field.TypeOf(), From) }
        : new JsonObject { ["$not"] = new JsonArray(new JsonObject { ["$in"] = new JsonArray(Field.TypeOf(), new JsonArray(To, "missing", "null", "undefined")) }) };

    /// <summary>No value converts to a document, so that one can say that a value does not convert.</summary>
    public override JsonObject IsRefused => new() { ["$eq"] = new JsonArray(new JsonObject { ["$type"] = Converted }, "object") };

    public override string Advice => $"Their values cannot become {To}. Correct them first, or name from_type to leave other types alone.";

    public override JsonObject Loses => new() { ["$ne"] = new JsonArray(Convert(Converted, Field.TypeOf()), Field.Reference) };

    public override bool KeepsValues => true;

    public override JsonObject Projection => new() { [Before] = Field.Reference, [After] = Converted };

    public override JsonObject Shown => new()
    {
        ["q"] = Filter, ["u"] = new JsonArray(new JsonObject { ["$set"] = new JsonObject { [Field.Text] = new JsonObject { ["$convert"] = new JsonObject { ["input"] = Field.Reference, ["to"] = To } } } }), ["multi"] = true,
    };

    public override JsonObject ShownUndoing => new() { ["q"] = new JsonObject { [Field.Text] = "<the value that it became>" }, ["u"] = new JsonObject { ["$set"] = new JsonObject { [Field.Text] = "<the value that is kept>" } } };

    private JsonObject Converted => Convert(Field.Reference, To);

    public override string Describe(string collection) => $"convert {Field} of {collection} {(From is null ? "" : $"from {From} ")}to {To}";

    public override IEnumerable<JsonObject> Change(IReadOnlyList<JsonObject> documents) =>
        documents.Select(d => One(d, "_id", Field, Is(d[Before]), Set(Field, d[After])));

    public override IEnumerable<JsonObject> Undo(IReadOnlyList<JsonObject> kept, bool force) =>
        kept.Select(k => One(k, "key", Field, force ? null : Is(k[After]), Set(Field, k[Before])));

    public override FieldState StateOf(JsonObject kept, JsonObject now) =>
        Same(kept, Before, now, "now") ? FieldState.AsBefore : Same(kept, After, now, "now") ? FieldState.AsLeft : FieldState.Changed;

    private static JsonObject Convert(JsonNode input, JsonNode to) =>
        new() { ["$convert"] = new JsonObject { ["input"] = input, ["to"] = to, ["onError"] = new JsonObject { ["$literal"] = new JsonObject() } } };
}
