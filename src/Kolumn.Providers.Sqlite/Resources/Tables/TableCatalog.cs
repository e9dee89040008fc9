using Kolumn.Providers.Sqlite.Database;
using Kolumn.Providers.Sqlite.Ddl;
using Microsoft.Data.Sqlite;

namespace Kolumn.Providers.Sqlite.Resources.Tables;

/// <summary>Which tables exist. What only the stored text knows is read from it, and checked against what SQLite made of that text.</summary>
internal static class TableCatalog
{
    /// <param name="names">null for all.</param>
    /// <exception cref="Kolumn.Sdk.ProviderException">A table's text is not understood.</exception>
    public static IReadOnlyList<TableDefinition> Read(SqliteConnection connection, IReadOnlyCollection<string>? names)
    {
        var entries = SchemaCatalog.Entries(connection);
        var columns = SchemaCatalog.Columns(connection);
        var dependants = entries
            .Where(entry => entry.Type is "index" or "trigger")
            .ToLookup(entry => entry.Table, entry => new Dependant(entry.Type, entry.Name, entry.Sql), SqliteName.Comparer);
        return
        [
            .. SchemaCatalog.Read(entries, "table", names, entry => Read(entry, [.. columns[entry.Name]]) with { Dependants = [.. dependants[entry.Name]] }),
        ];
    }

    private static TableDefinition Read(SchemaEntry entry, IReadOnlyList<ColumnFacts> columns)
    {
        var table = TableDdl.Read(entry.Sql) with { Name = entry.Name };
        return Agrees(table, columns) ? table : throw new DdlException("SQLite sees other columns in it");
    }

    private static bool Agrees(TableDefinition table, IReadOnlyList<ColumnFacts> facts) =>
        table.Columns.Select(column => (column.Name, IsGenerated: column.Generated is not null)).SequenceEqual(facts.Select(fact => (fact.Name, fact.IsGenerated)))
        && (table.PrimaryKey?.Columns.Select(key => SqliteName.Fold(key.Name)) ?? [])
            .SequenceEqual(facts.Where(fact => fact.KeyPosition > 0).OrderBy(fact => fact.KeyPosition).Select(fact => SqliteName.Fold(fact.Name)));
}
