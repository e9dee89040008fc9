using System.Text.Json.Nodes;
using Kolumn.Providers.MySql.Sql;
using Kolumn.Sdk.Sql;

namespace Kolumn.Providers.MySql.Resources.Tables;

/// <summary>The shortest configuration that describes a table.</summary>
internal static class TableConfig
{
    public static JsonObject Of(TableDefinition table)
    {
        // 1. What equals its default is left out of the definition already; a collation says its character set.
        var config = DefinitionJson.Format.Write(table);
        if (table.Collation is not null)
        {
            config.Remove("charset");
        }

        if (table.Engine == "innodb")
        {
            config.Remove("engine");
        }

        // 2. A key of one column is a word at the column; a longer one a list.
        var key = table.PrimaryKey is { Lengths: null } plain ? plain.Columns : [];
        if (key.Count > 0)
        {
            config.Remove("primary_key");
        }

        if (key.Count > 1)
        {
            config["primary_key"] = new JsonArray([.. key.Select(column => (JsonNode?)column)]);
        }

        foreach (var (column, node) in table.Columns.Zip(config["columns"]?.AsArray() ?? []))
        {
            Shorten(node!.AsObject(), column, isKey: table.PrimaryKey?.Columns.Contains(column.Name) == true);
            if (key is [var only] && only == column.Name)
            {
                node["primary_key"] = true;
            }
        }

        // 3. What only the catalog can say.
        foreach (var foreignKey in config["foreign_keys"]?.AsArray() ?? [])
        {
            foreignKey!.AsObject().Remove("index");
        }

        return config;
    }

    private static void Shorten(JsonObject config, ColumnDefinition column, bool isKey)
    {
        // A definition's expression comes from the catalog: in parentheses nobody takes it for a text.
        if (column.Default is { } expression)
        {
            config["default"] = SqlDefault.ToSql(expression, SqlDialect.MySql) == expression ? expression : DefaultValue.IsPlain(expression) ? expression : $"({expression})";
        }

        if (isKey || column.AutoIncrement)
        {
            config.Remove("nullable");
        }
    }
}
