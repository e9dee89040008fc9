using Kolumn.Providers.MySql.Resources.Tables;
using Kolumn.Providers.MySql.Sql;
using Kolumn.Sdk;
using Kolumn.Sdk.Sql;

namespace Kolumn.Providers.MySql.Database;

/// <summary>The ledger of what was deleted from one database, a table in it.</summary>
internal sealed class MySqlQuarantineStore : IQuarantineStore<MySqlSession>
{
    private const string Moment = "'%Y-%m-%dT%H:%i:%s.%fZ'";

    private static readonly string Table = MySqlName.Quote(OwnTables.Quarantine);

    public IReadOnlyList<Statement> Create { get; } =
    [
        new($"""
            CREATE TABLE IF NOT EXISTS {Table} (
              position bigint NOT NULL AUTO_INCREMENT PRIMARY KEY, id char(10) NOT NULL UNIQUE, resource_type varchar(255) NOT NULL, name text NOT NULL, identity text NOT NULL,
              location text NULL, part_of char(10) NULL, definition longtext NOT NULL, actor varchar(255) NOT NULL, quarantined_at char(27) NOT NULL, expires_at char(27) NOT NULL) {OwnTables.Options}
            """),
    ];

    /// <summary>In place of an entry of the same id, whose object never came there.</summary>
    public Statement Append(QuarantineEntry entry, TimeSpan retention) => new($"""
        REPLACE INTO {Table} ({QuarantineSql.Columns}, quarantined_at, expires_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, DATE_FORMAT(UTC_TIMESTAMP(6), {Moment}), DATE_FORMAT(UTC_TIMESTAMP(6) + INTERVAL $9 SECOND, {Moment}))
        """)
    {
        Parameters = [.. QuarantineSql.Values(entry), (long)retention.TotalSeconds],
    };

    public Statement Remove(IReadOnlyCollection<string> ids) =>
        new($"DELETE FROM {Table} WHERE id IN ({string.Join(", ", ids.Select((_, at) => FormattableString.Invariant($"${at + 1}")))})") { Parameters = [.. ids] };

    public async Task<IReadOnlyList<QuarantineEntry>?> ReadAsync(MySqlSession session, CancellationToken cancellationToken)
    {
        if (!await OwnTables.ExistsAsync(session, OwnTables.Quarantine, cancellationToken))
        {
            return null;
        }

        var (entries, tables) = (new List<QuarantineEntry>(), new HashSet<string>(StringComparer.Ordinal));
        await session.ReadAsync(
            [
                new CatalogQuery(new Statement($"SELECT {QuarantineSql.Columns}, quarantined_at, expires_at FROM {Table} ORDER BY position"), row => entries.Add(QuarantineSql.Read(row))),
                new CatalogQuery(
                    new Statement($"""
                        SELECT TABLE_SCHEMA, TABLE_NAME FROM information_schema.TABLES
                        WHERE TABLE_SCHEMA IN ({MySqlText.Quote(session.Database ?? MySqlProvider.OwnSchema)}, {MySqlText.Quote(MySqlProvider.OwnSchema)}) AND LEFT(TABLE_NAME, {TableQuarantine.Prefix.Length}) = {MySqlText.Quote(TableQuarantine.Prefix)}
                        """),
                    row => tables.Add(session.Names.Name(row.GetString(0), row.GetString(1)).ToString())),
            ],
            cancellationToken);
        return QuarantineEntry.Standing(entries, tables.Contains);
    }
}
