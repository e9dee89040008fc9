using Kolumn.Protocol.Payloads;
using Kolumn.Providers.MySql.Sql;
using Kolumn.Sdk;
using Kolumn.Sdk.Sql;

namespace Kolumn.Providers.MySql.Database;

/// <summary>The audit log of one database, a table in it.</summary>
internal sealed class MySqlAuditStore : IAuditStore<MySqlSession>
{
    private static readonly string Table = MySqlName.Quote(OwnTables.AuditLog);

    private static readonly string Columns = MySqlName.QuoteAll(AuditSql.Columns);

    // Moments are texts of one width, so that they compare as the moments do.
    public IReadOnlyList<Statement> Create { get; } =
    [
        new($"""
            CREATE TABLE IF NOT EXISTS {Table} (
              position bigint NOT NULL AUTO_INCREMENT PRIMARY KEY, event_id char(36) NOT NULL, event_type varchar(64) NOT NULL, occurred_at char(27) NOT NULL, actor varchar(255) NOT NULL,
              source varchar(255) NOT NULL, resource_type varchar(255) NOT NULL, name text NOT NULL, action varchar(64) NOT NULL, outcome varchar(16) NOT NULL, details longtext NOT NULL,
              request_trace varchar(255) NULL) {OwnTables.Options}
            """),
    ];

    /// <summary>All of them travel as one value: https://mariadb.com/kb/en/json_table/.</summary>
    public Statement Append(IReadOnlyList<AuditEntry> entries)
    {
        var columns = string.Join(", ", AuditSql.Columns.Select(column => $"{MySqlName.Quote(column)} longtext PATH '$.{column}'"));
        return new Statement($"INSERT INTO {Table} ({Columns}) SELECT {Columns} FROM JSON_TABLE($1, '$[*]' COLUMNS (n FOR ORDINALITY, {columns})) AS entries ORDER BY n")
        {
            Parameters = [AuditSql.ToJson(entries)],
        };
    }

    /// <summary>Whether this user may write there shows when it does: the server has no question for it that knows of roles.</summary>
    public async Task<AuditPlace> FindAsync(MySqlSession session, CancellationToken cancellationToken) => new(await OwnTables.ExistsAsync(session, OwnTables.AuditLog, cancellationToken));

    public async Task<IReadOnlyList<StoredAuditEntry>> ReadAsync(MySqlSession session, AuditQuery query, CancellationToken cancellationToken)
    {
        var entries = new List<StoredAuditEntry>();
        await session.ReadAsync([new CatalogQuery(AuditSql.Select(Table, Columns, query), row => entries.Add(AuditSql.Read(row)))], cancellationToken);
        return entries;
    }
}
