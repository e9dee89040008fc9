using System.Text.Json.Nodes;
using Kolumn.Providers.Mongo.Database;

namespace Kolumn.Providers.Mongo.Migrations;

/// <summary>Renames a field, beside which there must be none of the new name.</summary>
internal sealed record RenameField(FieldPath Field, string NewName) : FieldOperation(Field)
{
    private FieldPath New { get; } = Field.Beside(NewName);

    public override JsonObject Filter => new() { [Field.Text] = new JsonObject { ["$exists"] = true } };

    public override JsonObject Applies => Field.IsThere();

    public override JsonObject IsRefused => New.IsThere();

    public override string Advice => $"They have {New} already, which the rename would replace. Drop one of the two fields there first.";

    public override JsonObject Look => new() { ["old"] = Field.TypeOf(), ["new"] = New.TypeOf() };

    public override JsonObject Shown => new() { ["q"] = Filter, ["u"] = Rename(Field, New), ["multi"] = true };

    public override JsonObject ShownUndoing => new() { ["q"] = new JsonObject { [New.Text] = new JsonObject { ["$exists"] = true } }, ["u"] = Rename(New, Field), ["multi"] = true };

    public override string Describe(string collection) => $"rename {Field} of {collection} to {New}";

    public override IEnumerable<JsonObject> Change(IReadOnlyList<JsonObject> documents) => [Many(documents, "_id", Conditions(there: Field, missing: New), Rename(Field, New))];

    public override IEnumerable<JsonObject> Undo(IReadOnlyList<JsonObject> kept, bool force) =>
        [Many(kept, "key", force ? new JsonObject { [New.Text] = new JsonObject { ["$exists"] = true } } : Conditions(there: New, missing: Field), Rename(New, Field))];

    /// <summary>The value may have changed since: it is renamed as it is.</summary>
    public override FieldState StateOf(JsonObject kept, JsonObject now) => (now.Text("old"), now.Text("new")) switch
    {
        ("missing", not "missing") => FieldState.AsLeft,
        (not "missing", "missing") => FieldState.AsBefore,
        _ => FieldState.Changed,
    };

    private static JsonObject Conditions(FieldPath there, FieldPath missing) => new() { [there.Text] = new JsonObject { ["$exists"] = true }, [missing.Text] = Is(null) };

    private static JsonObject Rename(FieldPath from, FieldPath to) => new() { ["$rename"] = new JsonObject { [from.Text] = to.Text } };
}
