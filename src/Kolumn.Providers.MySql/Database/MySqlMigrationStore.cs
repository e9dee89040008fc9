using System.Globalization;
using Kolumn.Providers.MySql.Sql;
using Kolumn.Sdk;
using Kolumn.Sdk.Sql;

namespace Kolumn.Providers.MySql.Database;

/// <summary>The journal of migrations of one database, a table in it, and what copying rows needs.</summary>
internal sealed class MySqlMigrationStore : IMigrationStore<MySqlSession>, IMigrationJournal<MySqlSession>
{
    private static readonly string Table = MySqlName.Quote(OwnTables.Migrations);

    // What commits nothing: https://mariadb.com/kb/en/sql-statements-that-cause-an-implicit-commit/ lists the others, which are many and become more.
    private static readonly string[] DataWords = ["INSERT", "UPDATE", "DELETE", "REPLACE", "SELECT", "WITH", "VALUES", "DO", "CALL", "SET"];

    public SqlDialect Dialect => SqlDialect.MySql;

    public IReadOnlyList<Statement> Create { get; } =
    [
        new($"""
            CREATE TABLE IF NOT EXISTS {Table} (
              migration_id varchar(200) NOT NULL PRIMARY KEY, description text NOT NULL, checksum varchar(128) NOT NULL, status varchar(16) NOT NULL, steps longtext NOT NULL,
              changed_at char(27) NOT NULL, duration_ms bigint NOT NULL, actor varchar(255) NOT NULL, source varchar(255) NOT NULL, error text NULL) {OwnTables.Options}
            """),
    ];

    /// <summary>The session lets go of it when it ends (<see cref="MySqlSession.HoldUntilTheEnd"/>). No function fails, but the refusal of a value repeats it.</summary>
    public Statement Lock { get; } = MySqlSession.HoldUntilTheEnd(
        "SET SESSION sql_mode = IF(GET_LOCK(CONCAT('_kolumn_migrations_', MD5(COALESCE(DATABASE(), ''))), 3) = 1, @@sql_mode, 'another migration is running')");

    public string InsertAsIs => "";

    public async Task<LedgerPlace> FindAsync(MySqlSession session, CancellationToken cancellationToken) => new(await OwnTables.ExistsAsync(session, OwnTables.Migrations, cancellationToken));

    public async Task<MigrationRecord?> ReadAsync(MySqlSession session, string migrationId, CancellationToken cancellationToken)
    {
        MigrationRecord? record = null;
        await session.ReadAsync([new CatalogQuery(MigrationSql.Select(Table, string.Join(", ", MigrationSql.Columns), migrationId), row => record = MigrationSql.Read(row))], cancellationToken);
        return record;
    }

    public async Task<IReadOnlyList<MigrationRecord>> ListAsync(MySqlSession session, CancellationToken cancellationToken)
    {
        var (records, columns) = (new List<MigrationRecord>(), MigrationSql.Columns.Select(column => column == "steps" ? "'[]'" : column));
        await session.ReadAsync([new CatalogQuery(MigrationSql.SelectAll(Table, string.Join(", ", columns)), row => records.Add(MigrationSql.Read(row)))], cancellationToken);
        return records;
    }

    public Statement Save(MigrationRecord record) => MigrationSql.Save(Dialect, Table, record, _ => "{0}");

    public async Task<string?> AskAsync(MySqlSession session, string query, CancellationToken cancellationToken)
    {
        var answers = new List<string?>();
        await session.ReadAsync(
            [new CatalogQuery(new Statement(query), row => answers.Add(row.IsDBNull(0) ? null : Convert.ToString(row.GetValue(0), CultureInfo.InvariantCulture)))], cancellationToken);
        return answers.FirstOrDefault();
    }

    public string Spell(string identity) => MySqlName.Parse(identity)?.Quoted ?? MySqlName.Quote(identity);

    public async Task<RowTable?> FindTableAsync(MySqlSession session, string name, CancellationToken cancellationToken)
    {
        var spelled = session.InPlace(name);
        var parts = SqlScanner.Scan(spelled, Dialect).Where(SqlNaming.IsName).Select(token => SqlNaming.ValueOf(token, spelled)).ToList();
        if ((parts is [var schema, _] ? schema : session.Database) is not { } database || parts.Count is 0 or > 2)
        {
            return null;
        }

        var place = $"TABLE_SCHEMA = {MySqlText.Quote(database)} AND TABLE_NAME = {MySqlText.Quote(parts[^1])}";
        var (columns, key, followers) = (new List<string>(), new List<string>(), new List<string>());
        await session.ReadAsync(
            [
                new CatalogQuery(new Statement($"SELECT COLUMN_NAME FROM information_schema.COLUMNS WHERE {place} AND EXTRA NOT LIKE '% GENERATED%' ORDER BY ORDINAL_POSITION"), row => columns.Add(row.GetString(0))),
                new CatalogQuery(new Statement($"SELECT COLUMN_NAME FROM information_schema.STATISTICS WHERE {place} AND INDEX_NAME = 'PRIMARY' ORDER BY SEQ_IN_INDEX"), row => key.Add(row.GetString(0))),
                new CatalogQuery(
                    new Statement($"""
                        SELECT DISTINCT TABLE_NAME FROM information_schema.REFERENTIAL_CONSTRAINTS
                        WHERE UNIQUE_CONSTRAINT_SCHEMA = {MySqlText.Quote(database)} AND REFERENCED_TABLE_NAME = {MySqlText.Quote(parts[^1])} AND DELETE_RULE IN ('CASCADE', 'SET NULL', 'SET DEFAULT') ORDER BY 1
                        """),
                    row => followers.Add(row.GetString(0))),
            ],
            cancellationToken);
        return columns.Count == 0 ? null : new RowTable(new MySqlName(database == session.Database ? null : database, parts[^1]).Quoted, columns, key, followers);
    }

    public string OwnTable(string name) => MySqlName.Quote($"{MySqlProvider.OwnSchema}_{name}");

    /// <summary>A lock on a table would have to name every other table that the step uses. So others can write until the step begins, which is a moment after the copy was checked.</summary>
    public IReadOnlyList<Statement> Guard(RowTable table) => [];

    public async Task<RowDigest> DigestAsync(MySqlSession session, string query, CancellationToken cancellationToken)
    {
        var sum = new RowSum();
        await session.ReadAsync([new CatalogQuery(new Statement(query), sum.Add)], cancellationToken);
        return sum.ToDigest();
    }

    public bool CommitsByItself(string statement) =>
        SqlScanner.Scan(statement, Dialect).FirstOrDefault(token => token.Kind == SqlTokenKind.Word) is var first
        && (first.Kind != SqlTokenKind.Word || !DataWords.Contains(first.In(statement).ToString(), StringComparer.OrdinalIgnoreCase));

    public Task TogetherAsync(MySqlSession session, Func<Task> work, CancellationToken cancellationToken) => session.TogetherAsync(work, cancellationToken);

    public Task<string> FingerprintAsync(MySqlSession session, CancellationToken cancellationToken) => CatalogFingerprint.OfAsync(session, cancellationToken);
}
