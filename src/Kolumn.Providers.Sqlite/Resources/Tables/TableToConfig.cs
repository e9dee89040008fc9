using System.Text.Json.Nodes;
using Kolumn.Providers.Sqlite.Ddl;
using Kolumn.Sdk.Sql;

namespace Kolumn.Providers.Sqlite.Resources.Tables;

/// <summary>The shortest config that asks for a table: what one column can say for itself is said there.</summary>
internal static class TableToConfig
{
    public static JsonObject Write(TableDefinition table)
    {
        var json = TableJson.ToJson(table with { Dependants = null });
        var columns = json.Items("columns").OfType<JsonObject>().ToList();
        foreach (var column in columns.Where(column => column.Text("default") is not null))
        {
            column["default"] = Default(column.Text("default")!);
        }

        foreach (var foreignKey in json.Items("foreign_keys").OfType<JsonObject>())
        {
            foreignKey["references"] = JsonMembers.ToReference(foreignKey.Text("references")!);
        }

        JsonObject ColumnNamed(string name) => columns.Find(column => SqliteName.AreEqual(column.Text("name"), name))!;

        if (table.PrimaryKey is { Name: null, OnConflict: null, Columns: [{ Descending: false, Collation: null } key] } primaryKey)
        {
            ColumnNamed(key.Name).With("primary_key", true).With("autoincrement", primaryKey.Autoincrement);
            json.Remove("primary_key");
        }
        else if (table.PrimaryKey is { Name: null, OnConflict: null, Autoincrement: false })
        {
            json["primary_key"] = json["primary_key"]!["columns"]!.DeepClone();
        }

        foreach (var unique in table.UniqueConstraints)
        {
            if (unique is { Name: null, OnConflict: null, Columns: [{ Descending: false, Collation: null } only] })
            {
                ColumnNamed(only.Name)["unique"] = true;
            }
        }

        var others = json.Items("unique_constraints").OfType<JsonObject>()
            .Where(unique => unique["name"] is not null || unique["on_conflict"] is not null || unique["columns"] is not JsonArray { Count: 1 } list || list[0] is JsonObject)
            .Select(unique => unique.DeepClone())
            .ToJson();
        json.Remove("unique_constraints");
        return json.With("unique_constraints", others);
    }

    /// <summary>The expression as it stands where it would be understood so, else in parentheses.</summary>
    private static string Default(string expression) =>
        SqlDefault.ToSql(JsonValue.Create(expression), SqlDialect.Sqlite) == expression ? expression : $"({expression})";
}
