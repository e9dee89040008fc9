using Kolumn.Protocol;
using Kolumn.Providers.Sqlite.Ddl;
using Kolumn.Sdk;
using Microsoft.Data.Sqlite;

namespace Kolumn.Providers.Sqlite.Database;

/// <summary>One row of sqlite_master.</summary>
/// <param name="Type"><c>table</c>, <c>index</c>, <c>view</c> or <c>trigger</c>.</param>
/// <param name="Table">The table or view it belongs to; its own name for a table or view.</param>
/// <param name="Sql">The statement that made it, as SQLite stored it.</param>
internal sealed record SchemaEntry(string Type, string Name, string Table, string Sql);

/// <summary>What pragma_table_xinfo says of a column.</summary>
/// <param name="KeyPosition">1-based place in the primary key; 0 outside of it.</param>
internal sealed record ColumnFacts(string Table, string Name, int KeyPosition, bool IsGenerated);

/// <summary>
/// Reads the schema in a number of queries that does not depend on its size: https://www.sqlite.org/schematab.html. SQLite's
/// own tables and indexes, virtual tables and the tables behind them are left out.
/// </summary>
internal static class SchemaCatalog
{
    private const string Ordinary = """
        sql IS NOT NULL AND name NOT LIKE 'sqlite\_%' ESCAPE '\'
        AND tbl_name NOT IN (SELECT name FROM pragma_table_list WHERE schema = 'main' AND type IN ('virtual', 'shadow'))
        """;

    public static IReadOnlyList<SchemaEntry> Entries(SqliteConnection connection) => connection.Query(
        $"SELECT type, name, tbl_name, sql FROM sqlite_master WHERE {Ordinary} ORDER BY rowid",
        row => new SchemaEntry(row.GetString(0), row.GetString(1), row.GetString(2), row.GetString(3)));

    /// <summary>The objects of one type, each read from its text.</summary>
    /// <param name="names">null for all.</param>
    /// <exception cref="ProviderException">A text is not understood, which must not be mistaken for a difference.</exception>
    public static IEnumerable<T> Read<T>(IReadOnlyList<SchemaEntry> entries, string type, IReadOnlyCollection<string>? names, Func<SchemaEntry, T> read)
    {
        var wanted = names?.ToHashSet(SqliteName.Comparer);
        foreach (var entry in entries.Where(entry => entry.Type == type && wanted?.Contains(entry.Name) != false))
        {
            T value;
            try
            {
                value = read(entry);
            }
            catch (DdlException unreadable)
            {
                throw new ProviderException(Diagnostic.Error(
                    DiagnosticCodes.Operation,
                    $"the definition of {type} {entry.Name} is not understood: {unreadable.Message}",
                    "Please report it with the statement that created it."));
            }

            yield return value;
        }
    }

    /// <summary>The columns of every table, in their order.</summary>
    public static ILookup<string, ColumnFacts> Columns(SqliteConnection connection) => connection.Query(
        $"SELECT m.name, x.name, x.pk, x.hidden FROM (SELECT name FROM sqlite_master WHERE type = 'table' AND {Ordinary}) AS m, pragma_table_xinfo(m.name) AS x ORDER BY m.name, x.cid",
        row => new ColumnFacts(row.GetString(0), row.GetString(1), row.GetInt32(2), row.GetInt32(3) is 2 or 3)).ToLookup(column => column.Table, StringComparer.Ordinal);
}
