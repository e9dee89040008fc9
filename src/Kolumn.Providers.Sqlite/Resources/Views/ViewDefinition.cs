using System.Text.Json.Nodes;
using Kolumn.Providers.Sqlite.Ddl;

namespace Kolumn.Providers.Sqlite.Resources.Views;

/// <summary>A view as SQLite keeps it.</summary>
internal sealed record ViewDefinition
{
    public required string Name { get; init; }

    /// <summary>Names of its own for the columns; empty to take the query's.</summary>
    public IReadOnlyList<string> Columns { get; init; } = [];

    /// <summary>Canonical, without a semicolon.</summary>
    public required string Query { get; init; }

    /// <summary>INSTEAD OF triggers, which go with it when it is dropped; null when they are not known.</summary>
    public IReadOnlyList<Dependant>? Dependants { get; init; }

    public static ViewDefinition FromJson(JsonObject json) => new()
    {
        Name = json.Text("name")!,
        Columns = [.. json.Texts("columns")],
        Query = json.Text("query")!,
        Dependants = Dependant.ListFrom(json["dependants"]),
    };

    public JsonObject ToJson()
    {
        var json = new JsonObject { ["name"] = Name }.With("columns", Columns.ToJson()).With("query", Query);
        if (Dependants is { } dependants)
        {
            json["dependants"] = dependants.Select(dependant => (JsonNode)dependant.ToJson()).ToJson();
        }

        return json;
    }

    /// <summary>Equal for views that mean the same.</summary>
    public string Meaning => $"{SqliteName.Fold(Name)}({Columns.ToJson().ToJsonString()}) {CanonicalSql.Fold(Query)}";
}
