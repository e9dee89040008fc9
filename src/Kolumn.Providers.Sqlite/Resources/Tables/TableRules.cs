using System.Text.Json.Nodes;
using Kolumn.Protocol;
using Kolumn.Providers.Sqlite.Ddl;

namespace Kolumn.Providers.Sqlite.Resources.Tables;

/// <summary>What SQLite demands of a table as a whole, said before SQLite says it, with the place in the config.</summary>
internal static class TableRules
{
    private static readonly string[] StrictTypes = ["INT", "INTEGER", "REAL", "TEXT", "BLOB", "ANY"];

    /// <summary>A column of the key is NOT NULL unless the user insists; SQLite itself would let most of them be NULL.</summary>
    public static bool IsNullable(TableDefinition table, ColumnDefinition column, JsonObject config)
    {
        var inKey = table.PrimaryKey?.Columns.Any(key => SqliteName.AreEqual(key.Name, column.Name)) == true;
        var written = config.Flag("nullable") ?? !config.Flag("not_null");
        return written ?? !inKey;
    }

    public static void Check(TableDefinition table, IReadOnlyList<JsonObject> configs, ConfigReading reading)
    {
        if (table.PrimaryKey is { Autoincrement: true } key && (table.RowidAlias is null || key.Columns.Count != 1))
        {
            reading.Error(AttributePath.Of("columns"), "AUTOINCREMENT works on a single INTEGER primary key only", "Give the column the type INTEGER and make it the only column of the primary key of a table with rowid.");
        }

        if (table.WithoutRowid && table.PrimaryKey is null)
        {
            reading.Error(AttributePath.Of("without_rowid"), "a table WITHOUT ROWID needs a primary key", null);
        }

        for (var index = 0; index < configs.Count; index++)
        {
            var (config, column, path) = (configs[index], table.Columns[index], AttributePath.Of("columns").Element(index));
            if (config.Flag("nullable") is { } nullable && config.Flag("not_null") is { } notNull && nullable == notNull)
            {
                reading.Error(path.Member("not_null"), "nullable and not_null contradict each other", "Write one of them.");
            }

            if (table.KeyIsNeverNull && IsNullable(table, column, config) && table.PrimaryKey?.Columns.Any(k => SqliteName.AreEqual(k.Name, column.Name)) == true)
            {
                reading.Error(path.Member("nullable"), $"column \"{column.Name}\" can never be NULL in this key", "Leave nullable out.");
            }

            if (table.Strict && (column.Type is null || !StrictTypes.Contains(column.Type)))
            {
                reading.Error(path.Member("type"), $"a STRICT table has no type \"{column.Type}\"", $"It knows {string.Join(", ", StrictTypes)}.");
            }
        }

        if (table.Columns.Count > 0 && table.Columns.All(column => column.Generated is not null))
        {
            reading.Error(AttributePath.Of("columns"), "at least one column must not be generated", null);
        }
    }
}
