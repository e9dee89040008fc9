using System.Text.Json.Nodes;
using Kolumn.Providers.Mongo.Database;

namespace Kolumn.Providers.Mongo.Migrations;

/// <summary>Sets a field where it is missing. One within another document is set where that document is: none is made.</summary>
internal sealed record Backfill(FieldPath Field, JsonNode? Value) : FieldOperation(Field)
{
    public override JsonObject Filter => Field.Parent is { } parent
        ? new JsonObject { [Field.Text] = Is(null), ["$expr"] = new JsonObject { ["$eq"] = new JsonArray(parent.TypeOf(), "object") } }
        : new JsonObject { [Field.Text] = Is(null) };

    public override JsonObject Applies => Field.Parent is { } parent ? And(Field.IsMissing(), new JsonObject { ["$eq"] = new JsonArray(parent.TypeOf(), "object") }) : Field.IsMissing();

    public override JsonObject Shown => new() { ["q"] = Filter, ["u"] = Set(Field, Value), ["multi"] = true };

    public override JsonObject ShownUndoing => new() { ["q"] = new JsonObject { [Field.Text] = Equals(Value) }, ["u"] = Unset(Field), ["multi"] = true };

    /// <summary>The server compares: it knows what has become of a number that was written without its type.</summary>
    public override JsonObject Look => new()
    {
        ["missing"] = Field.IsMissing(), ["same"] = new JsonObject { ["$eq"] = new JsonArray(Field.Reference, new JsonObject { ["$literal"] = Value?.DeepClone() }) },
    };

    public override string Describe(string collection) => $"set {Field} of {collection} where it is missing";

    public override IEnumerable<JsonObject> Change(IReadOnlyList<JsonObject> documents) =>
        [Many(documents, "_id", new JsonObject { [Field.Text] = Is(null) }, Set(Field, Value))];

    public override IEnumerable<JsonObject> Undo(IReadOnlyList<JsonObject> kept, bool force) =>
        [Many(kept, "key", force ? [] : new JsonObject { [Field.Text] = Equals(Value) }, Unset(Field))];

    public override FieldState StateOf(JsonObject kept, JsonObject now) =>
        now.IsSet("missing") ? FieldState.AsBefore : now.IsSet("same") ? FieldState.AsLeft : FieldState.Changed;

    private static JsonObject Equals(JsonNode? value) => new() { ["$eq"] = value?.DeepClone() };
}
