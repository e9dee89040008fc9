using System.Text.Json.Nodes;
using Kolumn.Providers.Sqlite.Ddl;

namespace Kolumn.Providers.Sqlite.Resources.Triggers;

/// <summary>A trigger as SQLite keeps it. All of SQLite's triggers run for each row.</summary>
internal sealed record TriggerDefinition
{
    public required string Name { get; init; }

    /// <summary>The table, or for INSTEAD OF the view.</summary>
    public required string Table { get; init; }

    /// <summary><c>before</c>, <c>after</c> or <c>instead_of</c>.</summary>
    public required string Timing { get; init; }

    /// <summary><c>insert</c>, <c>update</c> or <c>delete</c>.</summary>
    public required string Event { get; init; }

    /// <summary>Of an update: the columns that matter; empty for all.</summary>
    public IReadOnlyList<string> Columns { get; init; } = [];

    public string? When { get; init; }

    /// <summary>Canonical statements, divided by semicolons, without one at the end.</summary>
    public required string Body { get; init; }

    public static TriggerDefinition FromJson(JsonObject json) => new()
    {
        Name = json.Text("name")!,
        Table = json.Text("table")!,
        Timing = json.Text("timing")!,
        Event = json.Text("event")!,
        Columns = [.. json.Texts("columns")],
        When = json.Text("when"),
        Body = json.Text("body")!,
    };

    public JsonObject ToJson() => new JsonObject { ["name"] = Name, ["table"] = Table, ["timing"] = Timing, ["event"] = Event }
        .With("columns", Columns.ToJson())
        .With("when", When)
        .With("body", Body);

    /// <summary>Equal for triggers that mean the same.</summary>
    public string Meaning => CanonicalSql.Fold(TriggerDdl.Create(this));
}
