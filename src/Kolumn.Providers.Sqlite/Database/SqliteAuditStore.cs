using Kolumn.Protocol.Payloads;
using Kolumn.Sdk;
using Kolumn.Sdk.Sql;

namespace Kolumn.Providers.Sqlite.Database;

/// <summary>The audit log of one file, a table in it.</summary>
internal sealed class SqliteAuditStore : IAuditStore<SqliteSession>
{
    public const string Table = SqliteProvider.OwnPrefix + "audit_log";

    private static readonly string Columns = string.Join(", ", AuditSql.Columns);

    public IReadOnlyList<Statement> Create { get; } =
    [
        new($"""
            CREATE TABLE {Table} (
              position INTEGER PRIMARY KEY, event_id TEXT NOT NULL, event_type TEXT NOT NULL, occurred_at TEXT NOT NULL, actor TEXT NOT NULL, source TEXT NOT NULL,
              resource_type TEXT NOT NULL, name TEXT NOT NULL, action TEXT NOT NULL, outcome TEXT NOT NULL, details TEXT NOT NULL, request_trace TEXT)
            """),
    ];

    public Statement Append(IReadOnlyList<AuditEntry> entries)
    {
        var values = string.Join(", ", AuditSql.Columns.Select(column => $"json_extract(value, '$.{column}')"));
        return new Statement($"INSERT INTO {Table} ({Columns}) SELECT {values} FROM json_each($1) ORDER BY key") { Parameters = [AuditSql.ToJson(entries)] };
    }

    /// <summary>Whoever may write to the file may make the table.</summary>
    public Task<AuditPlace> FindAsync(SqliteSession session, CancellationToken cancellationToken) => session.ReadAsync(
        connection => new AuditPlace(connection.Query("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = $1", row => row.GetInt32(0), Table).Count > 0), cancellationToken);

    public Task<IReadOnlyList<StoredAuditEntry>> ReadAsync(SqliteSession session, AuditQuery query, CancellationToken cancellationToken) =>
        session.ReadAsync(connection => connection.Query(AuditSql.Select(Table, Columns, query), AuditSql.Read), cancellationToken);
}
