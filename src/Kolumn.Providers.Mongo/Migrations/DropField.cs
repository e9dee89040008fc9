using System.Text.Json.Nodes;

namespace Kolumn.Providers.Mongo.Migrations;

/// <summary>Takes a field away.</summary>
/// <param name="KeepsThem">Whether the values are kept for a rollback.</param>
internal sealed record DropField(FieldPath Field, bool KeepsThem) : FieldOperation(Field)
{
    public override JsonObject Filter => new() { [Field.Text] = new JsonObject { ["$exists"] = true } };

    public override JsonObject Applies => Field.IsThere();

    public override JsonObject Loses => Field.IsThere();

    public override bool KeepsValues => KeepsThem;

    public override JsonObject Projection => KeepsThem ? new JsonObject { [Before] = Field.Reference } : [];

    public override JsonObject Shown => new() { ["q"] = Filter, ["u"] = Unset(Field), ["multi"] = true };

    public override JsonObject ShownUndoing => new() { ["q"] = new JsonObject { [Field.Text] = Is(null) }, ["u"] = new JsonObject { ["$set"] = new JsonObject { [Field.Text] = "<the value that is kept>" } } };

    public override string Describe(string collection) => $"drop {Field} of {collection}";

    public override IEnumerable<JsonObject> Change(IReadOnlyList<JsonObject> documents) => KeepsThem
        ? documents.Select(d => One(d, "_id", Field, new JsonObject { ["$eq"] = d[Before]?.DeepClone() }, Unset(Field)))
        : [Many(documents, "_id", Filter, Unset(Field))];

    public override IEnumerable<JsonObject> Undo(IReadOnlyList<JsonObject> kept, bool force) =>
        kept.Select(k => One(k, "key", Field, force ? null : Is(null), Set(Field, k[Before])));

    public override FieldState StateOf(JsonObject kept, JsonObject now) =>
        !now.ContainsKey("now") ? FieldState.AsLeft : Same(kept, Before, now, "now") ? FieldState.AsBefore : FieldState.Changed;
}
