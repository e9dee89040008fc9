using System.Text.Json;
using System.Text.Json.Nodes;
using Kolumn.Providers.Sqlite.Ddl;

namespace Kolumn.Providers.Sqlite.Resources.Tables;

/// <summary>
/// A table as the definition that is compared and recorded. What is at its default is left out, and constraints stand in an
/// order that depends on what they say alone, since SQLite gives their order no meaning.
/// </summary>
internal static class TableJson
{
    public static JsonObject ToJson(TableDefinition table)
    {
        var json = Described(table);
        if (table.Dependants is { } dependants)
        {
            json["dependants"] = dependants.Select(dependant => (JsonNode)dependant.ToJson()).ToJson();
        }

        return json;
    }

    public static TableDefinition FromJson(JsonObject json)
    {
        var key = json["primary_key"] is JsonObject primaryKey ? PrimaryKeyFrom(primaryKey) : null;
        return new TableDefinition
        {
            Name = json.Text("name")!,
            Columns = [.. json.Items("columns").OfType<JsonObject>().Select(column => ColumnFrom(column, key))],
            PrimaryKey = key,
            UniqueConstraints = [.. json.Items("unique_constraints").OfType<JsonObject>().Select(UniqueFrom)],
            Checks = [.. json.Items("checks").OfType<JsonObject>().Select(check => new CheckConstraint(check.Text("name"), check.Text("expression")!))],
            ForeignKeys = [.. json.Items("foreign_keys").OfType<JsonObject>().Select(ForeignKeyFrom)],
            WithoutRowid = json.IsSet("without_rowid"),
            Strict = json.IsSet("strict"),
            Dependants = Dependant.ListFrom(json["dependants"]),
        };
    }

    /// <summary>Equal for equal keys.</summary>
    public static string Spelling(PrimaryKey? key) => key is null ? "" : ToJson(key).ToJsonString();

    /// <summary>A plain name, or an object where there is more to say; its member is not called <c>name</c>, since the order of these counts.</summary>
    public static JsonNode ToJson(KeyColumn column) => column is { Descending: false, Collation: null }
        ? JsonValue.Create(column.Name)
        : new JsonObject { ["column"] = column.Name }.With("order", column.Descending ? "desc" : null).With("collation", column.Collation);

    public static KeyColumn KeyColumnFrom(JsonNode node) => node is JsonObject json
        ? new KeyColumn(json.Text("column")!, json.Text("order") == "desc", json.Text("collation"))
        : new KeyColumn(node.GetValue<string>());

    public static JsonNode ToJson(UniqueConstraint unique) => Named(unique.Name)
        .With("columns", unique.Columns.Select(ToJson).ToJson())
        .With("on_conflict", unique.OnConflict);

    public static JsonNode ToJson(CheckConstraint check) => Named(check.Name).With("expression", check.Expression);

    public static JsonNode ToJson(ForeignKey key) => Named(key.Name)
        .With("columns", key.Columns.ToJson())
        .With("references", key.Table)
        .With("referenced_columns", key.ReferencedColumns.ToJson())
        .With("on_delete", key.OnDelete)
        .With("on_update", key.OnUpdate)
        .With("initially_deferred", key.InitiallyDeferred);

    private static JsonObject Described(TableDefinition table) => new JsonObject { ["name"] = table.Name }
        .With("columns", table.Columns.Select(column => (JsonNode)ToJson(table, column)).ToJson())
        .With("primary_key", table.PrimaryKey is { } key ? ToJson(key) : null)
        .With("unique_constraints", Sorted(table.UniqueConstraints.Select(ToJson)))
        .With("checks", Sorted(table.Checks.Select(ToJson)))
        .With("foreign_keys", Sorted(table.ForeignKeys.Select(ToJson)))
        .With("without_rowid", table.WithoutRowid)
        .With("strict", table.Strict);

    /// <summary>A column of the primary key is NOT NULL unless said otherwise, every other column is not.</summary>
    private static JsonObject ToJson(TableDefinition table, ColumnDefinition column)
    {
        var inKey = InKey(table.PrimaryKey, column.Name);
        return new JsonObject { ["name"] = column.Name }
            .With("type", column.Type)
            .WithNullable(column.Nullable, inKey)
            .With("on_null", column.NullConflict)
            .With("default", column.Default)
            .With("collation", column.Collation)
            .With("generated", column.Generated)
            .With("stored", column.Stored);
    }

    private static JsonObject WithNullable(this JsonObject json, bool nullable, bool inKey)
    {
        if (nullable == inKey)
        {
            json["nullable"] = nullable;
        }

        return json;
    }

    private static ColumnDefinition ColumnFrom(JsonObject json, PrimaryKey? key) => new()
    {
        Name = json.Text("name")!,
        Type = json.Text("type"),
        Nullable = json.Flag("nullable") ?? !InKey(key, json.Text("name")!),
        NullConflict = json.Text("on_null"),
        Default = json.Text("default"),
        Collation = json.Text("collation"),
        Generated = json.Text("generated"),
        Stored = json.IsSet("stored"),
    };

    private static bool InKey(PrimaryKey? key, string column) => key?.Columns.Any(k => SqliteName.AreEqual(k.Name, column)) == true;

    private static JsonObject ToJson(PrimaryKey key) => Named(key.Name)
        .With("columns", key.Columns.Select(ToJson).ToJson())
        .With("autoincrement", key.Autoincrement)
        .With("on_conflict", key.OnConflict);

    private static PrimaryKey PrimaryKeyFrom(JsonObject json) => new(json.Text("name"), [.. json.Items("columns").Select(KeyColumnFrom)])
    {
        Autoincrement = json.IsSet("autoincrement"),
        OnConflict = json.Text("on_conflict"),
    };

    private static UniqueConstraint UniqueFrom(JsonObject json) =>
        new(json.Text("name"), [.. json.Items("columns").Select(KeyColumnFrom)]) { OnConflict = json.Text("on_conflict") };

    private static ForeignKey ForeignKeyFrom(JsonObject json) => new(json.Text("name"), [.. json.Texts("columns")], json.Text("references")!)
    {
        ReferencedColumns = [.. json.Texts("referenced_columns")],
        OnDelete = json.Text("on_delete"),
        OnUpdate = json.Text("on_update"),
        InitiallyDeferred = json.IsSet("initially_deferred"),
    };

    private static JsonObject Named(string? name) => new JsonObject().With("name", name);

    private static JsonArray Sorted(IEnumerable<JsonNode> constraints) => constraints
        .Select(constraint => (Text: constraint.ToJsonString(), Constraint: constraint))
        .OrderBy(c => c.Text, StringComparer.Ordinal)
        .DistinctBy(c => c.Text)
        .Select(c => c.Constraint)
        .ToJson();
}
