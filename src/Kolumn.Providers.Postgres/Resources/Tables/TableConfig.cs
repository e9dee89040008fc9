using System.Text.Json.Nodes;
using Kolumn.Providers.Postgres.Sql;

namespace Kolumn.Providers.Postgres.Resources.Tables;

/// <summary>The shortest configuration that describes a table.</summary>
internal static class TableConfig
{
    public static JsonObject Of(TableDefinition table)
    {
        // 1. What equals its default is left out of the definition already; what follows from something else is left out here.
        var config = DefinitionJson.Write(table);
        RemoveIf(config, "schema", table.Schema == QualifiedName.DefaultSchema);
        var key = table.PrimaryKey;
        var plainKey = key is { Include: [], Deferrable: false } && key.Name == ObjectNames.PrimaryKey(table.Name);

        // 2. A key of one column is a word at the column; a longer one a list.
        if (plainKey)
        {
            config.Remove("primary_key");
            if (key!.Columns.Count > 1)
            {
                config["primary_key"] = new JsonArray([.. key.Columns.Select(column => (JsonNode?)column)]);
            }
        }

        foreach (var (column, node) in table.Columns.Zip(config["columns"]?.AsArray() ?? []))
        {
            Shorten(node!.AsObject(), column, key?.Columns.Contains(column.Name) == true);
            if (plainKey && key!.Columns is [var only] && only == column.Name)
            {
                node["primary_key"] = true;
            }
        }

        foreach (var exclusion in config["exclusions"]?.AsArray() ?? [])
        {
            TableExclusions.ToConfig(exclusion!.AsObject());
        }

        // 3. What only the catalog can say.
        config.Remove("leftovers");
        foreach (var check in config["checks"]?.AsArray() ?? [])
        {
            check!.AsObject().Remove("not_valid");
        }

        foreach (var foreignKey in config["foreign_keys"]?.AsArray() ?? [])
        {
            foreignKey!.AsObject().Remove("not_valid");
        }

        return config;
    }

    private static void Shorten(JsonObject config, ColumnDefinition column, bool isKey)
    {
        // A definition's expression comes from the catalog: in parentheses nobody takes it for a text.
        if (column.Default is { } expression)
        {
            config["default"] = DefaultText.Of(expression);
        }

        RemoveIf(config, "nullable", isKey || column.Serial || column.Identity is not null);
        if (column.Serial)
        {
            config.Remove("serial");
            config["type"] = PostgresType.SerialOf(column.Type);
        }

        if (column.Identity is { } identity && identity == new IdentityDefinition { Generation = identity.Generation })
        {
            config["identity"] = identity.Generation;
        }
    }

    private static void RemoveIf(JsonObject config, string member, bool redundant)
    {
        if (redundant)
        {
            config.Remove(member);
        }
    }
}
