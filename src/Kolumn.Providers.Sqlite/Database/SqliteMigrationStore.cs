using System.Globalization;
using Kolumn.Sdk;
using Kolumn.Sdk.Sql;

namespace Kolumn.Providers.Sqlite.Database;

/// <summary>The ledger of migrations of one file, a table in it, and what copying rows needs.</summary>
internal sealed class SqliteMigrationStore : IMigrationStore<SqliteSession>
{
    public const string Table = SqliteProvider.OwnPrefix + "migrations";

    public SqlDialect Dialect => SqlDialect.Sqlite;

    public IReadOnlyList<Statement> Create { get; } =
    [
        new($"""
            CREATE TABLE {Table} (
              migration_id TEXT NOT NULL PRIMARY KEY, description TEXT NOT NULL, checksum TEXT NOT NULL, status TEXT NOT NULL, steps TEXT NOT NULL,
              changed_at TEXT NOT NULL, duration_ms INTEGER NOT NULL, actor TEXT NOT NULL, source TEXT NOT NULL, error TEXT)
            """),
    ];

    /// <summary>A writing session holds the file's only write lock.</summary>
    public Statement? Lock => null;

    public string InsertAsIs => "";

    public Task<LedgerPlace> FindAsync(SqliteSession session, CancellationToken cancellationToken) => session.ReadAsync(
        connection => new LedgerPlace(connection.Query("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = $1", row => row.GetInt32(0), Table).Count > 0), cancellationToken);

    public Task<MigrationRecord?> ReadAsync(SqliteSession session, string migrationId, CancellationToken cancellationToken) => session.ReadAsync(
        connection => connection.Query(MigrationSql.Select(Table, string.Join(", ", MigrationSql.Columns), migrationId), MigrationSql.Read) is [var record] ? record : null, cancellationToken);

    public Task<IReadOnlyList<MigrationRecord>> ListAsync(SqliteSession session, CancellationToken cancellationToken) => session.ReadAsync<IReadOnlyList<MigrationRecord>>(
        connection => connection.Query(MigrationSql.SelectAll(Table, string.Join(", ", MigrationSql.Columns.Select(c => c == "steps" ? "'[]'" : c))), MigrationSql.Read), cancellationToken);

    public Statement Save(MigrationRecord record) => MigrationSql.Save(Dialect, Table, record, _ => "{0}");

    public Task<string?> AskAsync(SqliteSession session, string query, CancellationToken cancellationToken) => session.ReadAsync(
        connection => connection.Query(query, row => row.IsDBNull(0) ? null : Convert.ToString(row.GetValue(0), CultureInfo.InvariantCulture)) is [var first, ..] ? first : null, cancellationToken);

    public string Spell(string identity) => SqlIdentifier.Quote(identity);

    /// <summary>A reference to the rows of another table is checked before the commit and never followed by SQLite here, so no other table loses any.</summary>
    public Task<RowTable?> FindTableAsync(SqliteSession session, string name, CancellationToken cancellationToken)
    {
        var plain = name.StartsWith("main.", StringComparison.OrdinalIgnoreCase) ? name[5..] : name;
        var table = SqlIdentifier.Unquote(plain, Dialect);
        return session.ReadAsync(
            connection =>
            {
                var columns = connection.Query(
                    "SELECT name, pk, hidden FROM pragma_table_xinfo($1) ORDER BY cid", row => (Name: row.GetString(0), Key: row.GetInt32(1), Hidden: row.GetInt32(2)), table);
                return columns.Count == 0 ? null : new RowTable(
                    SqlIdentifier.Quote(table), [.. columns.Where(c => c.Hidden == 0).Select(c => c.Name)], [.. columns.Where(c => c.Key > 0).OrderBy(c => c.Key).Select(c => c.Name)], [])
                {
                    EstimatedRows = SqliteFacts.Read(connection).Objects.GetValueOrDefault(new ObjectReference("table", table))?.RowCount,
                };
            },
            cancellationToken);
    }

    public string OwnTable(string name) => SqlIdentifier.Quote(SqliteProvider.OwnPrefix + name);

    /// <summary>The session is the only writer already.</summary>
    public IReadOnlyList<Statement> Guard(RowTable table) => [];

    public Task<RowDigest> DigestAsync(SqliteSession session, string query, CancellationToken cancellationToken) => session.ReadAsync(
        connection =>
        {
            using var command = connection.CreateCommand();
            command.CommandText = query;
            using var rows = command.ExecuteReader();
            var sum = new RowSum();
            while (rows.Read())
            {
                cancellationToken.ThrowIfCancellationRequested();
                sum.Add(rows);
            }

            return sum.ToDigest();
        },
        cancellationToken);
}
