using Kolumn.Protocol;
using Kolumn.Providers.Sqlite.Ddl;
using Kolumn.Sdk;
using Microsoft.Data.Sqlite;

namespace Kolumn.Providers.Sqlite.Database;

/// <summary>
/// Refuses a commit after which references point nowhere, or views and triggers would fail that worked before. What was broken
/// already is not held against the change. Costs a scan of the tables around a dropped or rebuilt one, and nothing otherwise.
/// </summary>
internal sealed class CommitGuard(SqliteConnection connection, bool foreignKeys)
{
    private const long Unfitting = long.MaxValue;

    private readonly Dictionary<string, long> _violationsBefore = new(SqliteName.Comparer);
    private IReadOnlyDictionary<string, string>? _brokenBefore;

    /// <summary>Remembers how things stand before the statements run.</summary>
    public void Before(IReadOnlyList<Statement> statements)
    {
        var tables = new Lazy<HashSet<string>>(ReadTables);
        var children = new Lazy<ILookup<string, string>>(ReadChildren);
        foreach (var tokens in statements.Select(statement => Tokenizer.TryScan(statement.Text) ?? []))
        {
            switch (tokens)
            {
                case [{ Text: "DROP" }, { Text: "TABLE" }, var table, ..]:
                    WatchAround(table.Name);
                    break;
                case [{ Text: "ALTER" }, { Text: "TABLE" }, var table, { Text: "RENAME" }, { Text: "TO" }, var to] when to.Name.StartsWith(SqliteQuarantineStore.Table, StringComparison.Ordinal):
                    WatchAround(table.Name);
                    break;
                case [{ Text: "CREATE" }, { Text: "TABLE" }, var table, ..]:
                    // Nothing references it from inside yet, but what it references may have no key.
                    Watch(table.Name, tables.Value);
                    continue;
                case [{ Text: "CREATE" }, { Text: "INDEX" or "UNIQUE" }, ..] or [{ Text: "INSERT" }, ..]:
                    continue;
            }

            _brokenBefore ??= WorkingParts.Broken(connection);
        }

        void WatchAround(string table)
        {
            Watch(table, tables.Value);
            foreach (var child in children.Value[table])
            {
                Watch(child, tables.Value);
            }
        }
    }

    /// <summary>
    /// What SQLite means by "SQL logic error" at a DROP COLUMN: it cannot do that while a view or trigger anywhere is broken.
    /// null for every other failure.
    /// </summary>
    public Diagnostic? ExplainLogicError(SqliteException failure) =>
        SqliteFailure.Message(failure) != "SQL logic error" || _brokenBefore is not { Count: > 0 } broken ? null : Diagnostic.Error(
            DiagnosticCodes.Operation,
            $"SQLite drops no column while {broken.First().Key} does not work: {broken.First().Value}",
            "Correct or drop it first, then apply again. Nothing was changed.") with
        {
            EngineCode = "SQLITE_ERROR",
        };

    /// <summary>Why the commit must not happen; null when it may.</summary>
    public Diagnostic? FaultBeforeCommit()
    {
        var existing = ReadTables();
        foreach (var (table, before) in _violationsBefore)
        {
            if (existing.Contains(table) && ReferenceFault(table, before) is { } fault)
            {
                return fault;
            }
        }

        if (_brokenBefore is null)
        {
            return null;
        }

        var broken = WorkingParts.Broken(connection).FirstOrDefault(part => !_brokenBefore.ContainsKey(part.Key));
        return broken.Key is null ? null : Diagnostic.Error(
            DiagnosticCodes.Operation,
            $"{broken.Key} would not work any more: {broken.Value}",
            "Change or remove it in the same plan. Nothing was changed.");
    }

    private void Watch(string table, HashSet<string> existing)
    {
        if (!foreignKeys || _violationsBefore.ContainsKey(table))
        {
            return;
        }

        var (violations, mismatch) = existing.Contains(table) ? Violations(table) : ([], null);
        _violationsBefore[table] = mismatch is null ? violations.Sum(v => v.Rows) : Unfitting;
    }

    private Diagnostic? ReferenceFault(string table, long before)
    {
        var (violations, mismatch) = Violations(table);
        if (mismatch is not null)
        {
            return before == Unfitting ? null : Diagnostic.Error(
                DiagnosticCodes.Operation,
                $"a foreign key of table {table} does not fit: {mismatch}",
                "It must reference a primary key, or columns with a unique constraint or a unique index. Nothing was changed.");
        }

        return violations.Sum(v => v.Rows) <= before ? null : Diagnostic.Error(
            DiagnosticCodes.Operation,
            string.Join("; ", violations.Select(v => $"{v.Rows} {(v.Rows == 1 ? "row" : "rows")} of table {table} reference rows of {v.Parent} that do not exist")),
            "Correct or delete those rows first, then apply again. Nothing was changed.") with
        {
            EngineCode = "SQLITE_CONSTRAINT",
        };
    }

    private (IReadOnlyList<(string Parent, long Rows)> Violations, string? Mismatch) Violations(string table)
    {
        try
        {
            return (connection.Query(
                "SELECT parent, count(*) FROM pragma_foreign_key_check($1) GROUP BY parent ORDER BY parent", row => (row.GetString(0), row.GetInt64(1)), table), null);
        }
        catch (SqliteException mismatch)
        {
            return ([], SqliteFailure.Message(mismatch));
        }
    }

    private HashSet<string> ReadTables() =>
        connection.Query("SELECT name FROM sqlite_master WHERE type = 'table'", row => row.GetString(0)).ToHashSet(SqliteName.Comparer);

    /// <summary>The tables whose foreign keys point to a table, by that table.</summary>
    private ILookup<string, string> ReadChildren() => connection.Query(
        "SELECT DISTINCT k.\"table\", m.name FROM sqlite_master AS m, pragma_foreign_key_list(m.name) AS k WHERE m.type = 'table'",
        row => (Parent: row.GetString(0), Child: row.GetString(1))).ToLookup(key => key.Parent, key => key.Child, SqliteName.Comparer);
}
