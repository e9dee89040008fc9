using System.Text.Json.Nodes;

namespace Kolumn.Providers.Sqlite.Resources.Indexes;

/// <summary>An index as the definition that is compared and recorded.</summary>
internal static class IndexJson
{
    public static JsonObject ToJson(IndexDefinition index) => new JsonObject { ["name"] = index.Name, ["table"] = index.Table }
        .With("columns", index.Columns.Select(ToJson).ToJson())
        .With("unique", index.Unique)
        .With("where", index.Where);

    public static IndexDefinition FromJson(JsonObject json) => new()
    {
        Name = json.Text("name")!,
        Table = json.Text("table")!,
        Columns = [.. json.Items("columns").Select(ColumnFrom)],
        Unique = json.IsSet("unique"),
        Where = json.Text("where"),
    };

    /// <summary>A plain name, or an object where there is more to say; its member is not called <c>name</c>, since the order of these counts.</summary>
    private static JsonNode ToJson(IndexColumn column) => column is { Column: { } name, Collation: null, Descending: false }
        ? JsonValue.Create(name)
        : new JsonObject()
            .With("column", column.Column)
            .With("expression", column.Expression)
            .With("collation", column.Collation)
            .With("order", column.Descending ? "desc" : null);

    private static IndexColumn ColumnFrom(JsonNode node) => node is JsonObject json
        ? new IndexColumn
        {
            Column = json.Text("column"),
            Expression = json.Text("expression"),
            Collation = json.Text("collation"),
            Descending = json.Text("order") == "desc",
        }
        : new IndexColumn { Column = node.GetValue<string>() };
}
