using Kolumn.Sdk;
using Kolumn.Sdk.Sql;

namespace Kolumn.Providers.Sqlite.Database;

/// <summary>The ledger of what was deleted from one file, a table in it.</summary>
internal sealed class SqliteQuarantineStore : IQuarantineStore<SqliteSession>
{
    public const string Table = SqliteProvider.OwnPrefix + "quarantine";

    private const string Moment = "%Y-%m-%dT%H:%M:%fZ";

    public IReadOnlyList<Statement> Create { get; } =
    [
        new($"""
            CREATE TABLE {Table} (
              id TEXT NOT NULL PRIMARY KEY, resource_type TEXT NOT NULL, name TEXT NOT NULL, identity TEXT NOT NULL, location TEXT, part_of TEXT, definition TEXT NOT NULL,
              actor TEXT NOT NULL, quarantined_at TEXT NOT NULL, expires_at TEXT NOT NULL)
            """),
    ];

    public Statement Append(QuarantineEntry entry, TimeSpan retention) => new($"""
        INSERT INTO {Table} ({QuarantineSql.Columns}, quarantined_at, expires_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, strftime('{Moment}', 'now'), strftime('{Moment}', 'now', $9))
        """)
    {
        Parameters = [.. QuarantineSql.Values(entry), string.Create(System.Globalization.CultureInfo.InvariantCulture, $"+{(long)retention.TotalSeconds} seconds")],
    };

    public Statement Remove(IReadOnlyCollection<string> ids) => new($"DELETE FROM {Table} WHERE id IN (SELECT value FROM json_each($1))")
    {
        Parameters = [new System.Text.Json.Nodes.JsonArray([.. ids.Select(id => (System.Text.Json.Nodes.JsonNode)id)]).ToJsonString()],
    };

    public Task<IReadOnlyList<QuarantineEntry>?> ReadAsync(SqliteSession session, CancellationToken cancellationToken) => session.ReadAsync(
        connection => connection.Query("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = $1", row => row.GetInt32(0), Table).Count == 0
            ? null
            : connection.Query($"SELECT {QuarantineSql.Columns}, quarantined_at, expires_at FROM {Table} ORDER BY rowid", QuarantineSql.Read),
        cancellationToken);
}
