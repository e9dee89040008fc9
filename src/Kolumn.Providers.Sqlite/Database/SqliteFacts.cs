using System.Globalization;
using Kolumn.Protocol.Payloads;
using Kolumn.Sdk;
using Microsoft.Data.Sqlite;

namespace Kolumn.Providers.Sqlite.Database;

/// <summary>
/// What SQLite knows without a scan: the file's pages, and the row counts that ANALYZE left behind
/// (https://www.sqlite.org/fileformat2.html#stat1tab).
/// </summary>
internal sealed class SqliteFacts : IDatabaseFacts<SqliteSession>
{
    public Task<DatabaseFacts> ReadAsync(SqliteSession session, CancellationToken cancellationToken) => session.ReadAsync(Read, cancellationToken);

    public static DatabaseFacts Read(SqliteConnection connection)
    {
        var (file, size) = connection.Query(
            "SELECT d.file, p.page_count * s.page_size FROM pragma_database_list AS d, pragma_page_count AS p, pragma_page_size AS s WHERE d.name = 'main'",
            row => (row.IsDBNull(0) ? "" : row.GetString(0), row.GetInt64(1)))[0];
        var objects = new Dictionary<ObjectReference, ObjectStatistics>();
        if (connection.Query("SELECT 1 FROM sqlite_master WHERE name = 'sqlite_stat1'", row => row.GetInt32(0)).Count > 0)
        {
            // "1200 30 1": the first number is that of the rows.
            foreach (var (table, stat) in connection.Query("SELECT tbl, stat FROM sqlite_stat1 WHERE stat IS NOT NULL", row => (row.GetString(0), row.GetString(1))))
            {
                if (long.TryParse(stat.Split(' ')[0], NumberStyles.None, CultureInfo.InvariantCulture, out var rows))
                {
                    // A partial index counts fewer rows than its table has.
                    var reference = new ObjectReference("table", table);
                    objects[reference] = new ObjectStatistics { RowCount = Math.Max(rows, objects.GetValueOrDefault(reference)?.RowCount ?? 0) };
                }
            }
        }

        return new DatabaseFacts(Path.GetFileName(file), size, objects);
    }
}
