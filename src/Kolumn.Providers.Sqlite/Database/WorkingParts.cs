using Kolumn.Sdk.Sql;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Kolumn.Providers.Sqlite.Database;

/// <summary>
/// Finds views and triggers that would fail when used. SQLite stores them without looking at what they name and notices at
/// their first use; compiling a statement that uses them, without running it, tells the same.
/// </summary>
internal static class WorkingParts
{
    /// <summary>What would fail, <c>view v</c> or <c>a trigger on t</c>, with SQLite's reason.</summary>
    public static IReadOnlyDictionary<string, string> Broken(SqliteConnection connection)
    {
        var broken = new Dictionary<string, string>(StringComparer.Ordinal);
        var views = connection.Query("SELECT name FROM sqlite_master WHERE type = 'view' ORDER BY rowid", row => row.GetString(0));
        foreach (var view in views)
        {
            Try(connection, broken, $"view {view}", $"SELECT * FROM {SqlIdentifier.Quote(view)}");
        }

        var targets = connection.Query("SELECT DISTINCT tbl_name FROM sqlite_master WHERE type = 'trigger' ORDER BY rowid", row => row.GetString(0));
        foreach (var target in targets.Where(target => !broken.ContainsKey($"view {target}")))
        {
            foreach (var use in Uses(connection, target))
            {
                Try(connection, broken, $"a trigger on {target}", use);
            }
        }

        return broken;
    }

    private static IEnumerable<string> Uses(SqliteConnection connection, string target)
    {
        var name = SqlIdentifier.Quote(target);
        var columns = connection.Query("SELECT name FROM pragma_table_info($1)", row => SqlIdentifier.Quote(row.GetString(0)), target);
        yield return $"DELETE FROM {name}";
        if (columns.Count > 0)
        {
            yield return $"INSERT INTO {name} ({string.Join(", ", columns)}) VALUES ({string.Join(", ", columns.Select(_ => "NULL"))})";
            yield return $"UPDATE {name} SET {string.Join(", ", columns.Select(column => $"{column} = NULL"))}";
        }
    }

    private static void Try(SqliteConnection connection, Dictionary<string, string> broken, string part, string sql)
    {
        var code = raw.sqlite3_prepare_v2(connection.Handle, sql, out var statement);
        if (code == raw.SQLITE_OK)
        {
            raw.sqlite3_finalize(statement);
            return;
        }

        var reason = raw.sqlite3_errmsg(connection.Handle).utf8_to_string();
        // A view without INSTEAD OF triggers for this kind of change is not broken, it is merely not changed that way.
        if (!reason.StartsWith("cannot modify", StringComparison.Ordinal))
        {
            broken.TryAdd(part, reason);
        }
    }
}
