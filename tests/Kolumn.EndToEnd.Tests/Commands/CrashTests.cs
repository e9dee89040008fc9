using System.Globalization;
using System.Text;
using Kolumn.Servers;
using Kolumn.Testing;
using Kolumn.Testing.Properties;
using Microsoft.Data.Sqlite;
using MySqlConnector;
using Npgsql;

namespace Kolumn.EndToEnd.Tests.Commands;

/// <summary>The command line, the provider, the server's process that works for it, or the whole server is killed during an apply: see <see cref="CrashRun"/>.</summary>
public sealed class CrashTests : IAsyncDisposable
{
    private readonly KolumnProject _project = new();
    private readonly PostgresDatabases _databases;
    private PostgresCluster? _cluster;
    private TestDatabase? _database;
    private readonly MariaDbDatabases _mariaDbs;
    private MariaDbCluster? _mariaDb;
    private MariaDbDatabase? _mySql;

    public CrashTests(PostgresDatabases databases, MariaDbDatabases mariaDbs)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Processes are found and killed as Linux does it.");
        (_databases, _mariaDbs) = (databases, mariaDbs);
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("command line")]
    [InlineData("provider")]
    public async Task Sqlite_Killed_Converges(string victim)
    {
        Providers.Sqlite.Database.NativeSqlite.Require();
        await RunAsync("sqlite", "database = \"shop.db\"", victim, ReadSqlite);
    }

    [Theory]
    [InlineData("command line")]
    [InlineData("provider")]
    public async Task Postgres_Killed_Converges(string victim)
    {
        _database = await _databases.CreateAsync(Token);
        await RunAsync("postgres", $"url = \"{_database.Url}\"", victim, sql => ReadPostgresAsync(_database.ConnectionString, sql));
    }

    /// <summary>The server throws everybody out when one of its processes is killed, so it has to be one that nobody else uses.</summary>
    /// <param name="victim">One process that serves a connection, or all of the server.</param>
    [Theory]
    [InlineData("server process")]
    [InlineData("postmaster")]
    public async Task Postgres_ServerKilled_Converges(string victim)
    {
        var binaries = PostgresCluster.FindBinaries();
        Assert.SkipWhen(binaries is null, "No PostgreSQL is installed whose processes could be killed.");
        _cluster = await PostgresCluster.StartAsync(binaries!, Token);
        await RunAsync("postgres", $"url = \"{_cluster.Url}\"", victim, sql => ReadPostgresAsync(PostgresUrl.ToConnectionString(_cluster.Url), sql));
    }

    [Theory]
    [InlineData("command line")]
    [InlineData("provider")]
    public async Task MySql_Killed_Converges(string victim)
    {
        _mySql = await _mariaDbs.CreateAsync(Token);
        await RunAsync("mysql", $"url = \"{_mySql.Url}\"", victim, sql => ReadMySqlAsync(_mySql.ConnectionString, sql));
    }

    [Fact]
    public async Task MySql_ServerKilled_Converges()
    {
        var binaries = MariaDbCluster.FindBinaries();
        Assert.SkipWhen(binaries is null, "No MariaDB is installed whose process could be killed.");
        _mariaDb = await MariaDbCluster.StartAsync(binaries!, Token, "--innodb-flush-log-at-trx-commit=2");
        var place = MariaDbUrl.Parse(_mariaDb.Url) with { Database = "mysql" };
        await ReadMySqlAsync(place.ToConnectionString(), "CREATE DATABASE shop");
        place = place with { Database = "shop" };
        await RunAsync("mysql", $"url = \"{place}\"", "mariadbd", sql => ReadMySqlAsync(place.ToConnectionString(), sql));
    }

    public async ValueTask DisposeAsync()
    {
        await (_mySql?.DisposeAsync() ?? ValueTask.CompletedTask);
        await (_mariaDb?.DisposeAsync() ?? ValueTask.CompletedTask);
        await (_database?.DisposeAsync() ?? ValueTask.CompletedTask);
        await (_cluster?.DisposeAsync() ?? ValueTask.CompletedTask);
        _project.Dispose();
    }

    private Task RunAsync(string provider, string settings, string victim, Func<string, Task<List<string>>> read) => new CrashRun(_project)
    {
        Configuration = chance => Configuration(provider, settings, chance),
        Objects = async () => await read(provider switch { "sqlite" => SqliteObjects, "mysql" => MySqlObjects, _ => PostgresObjects }),
        Fault = () => FaultAsync(provider, read),
        Victim = $"{victim} of {provider}",
        Kill = apply => KillAsync(victim, apply, read),
    }.ConvergesAsync();

    /// <summary>What commits by itself is recorded when all is over, so there the log says nothing of a killed apply.</summary>
    private static async Task<string?> FaultAsync(string provider, Func<string, Task<List<string>>> read)
    {
        if (provider != "mysql")
        {
            return Twice(await read(provider == "sqlite" ? SqliteLog : PostgresLog));
        }

        var kept = await read(MySqlKept);
        var unknown = kept.Count == 0 ? [] : kept.Except(await read("SELECT location FROM _kolumn_quarantine WHERE location IS NOT NULL")).ToList();
        return unknown.Count == 0 ? null : $"in quarantine without a line in the ledger: {string.Join(", ", unknown)}";
    }

    private async Task KillAsync(string victim, RunningKolumn apply, Func<string, Task<List<string>>> read)
    {
        switch (victim)
        {
            case "command line":
                RunningKolumn.KillProcess(apply.Id);
                break;
            case "provider":
                apply.KillProviders();
                break;
            case "postmaster":
                await _cluster!.CrashAsync(Token);
                break;
            case "mariadbd":
                await _mariaDb!.CrashAsync(Token);
                break;
            default:
                var pids = await read("SELECT pid::text FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()");
                pids.ForEach(pid => RunningKolumn.KillProcess(int.Parse(pid, CultureInfo.InvariantCulture)));
                break;
        }
    }

    /// <summary>The first object that came without having gone, or went without having come.</summary>
    private static string? Twice(List<string> log)
    {
        var there = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (action, target) in log.Select(entry => (entry.Split(' ', 2)[0], entry.Split(' ', 2)[1])))
        {
            if (action == "create" ? !there.Add(target) : action == "delete" && !there.Remove(target))
            {
                return $"{action} {target} happened twice:\n{string.Join('\n', log)}";
            }
        }

        return null;
    }

    private static string Configuration(string provider, string settings, Chance chance)
    {
        var text = new StringBuilder($"provider \"{provider}\" {{\n  {settings}\n}}\n");
        foreach (var table in Enumerable.Range(0, 8).Where(_ => chance.Below(4) > 0))
        {
            var columns = string.Concat(Enumerable.Range(0, 4).Where(_ => chance.OneIn(2)).Select(c => $"    {{ name = \"c{c}\", type = \"{chance.Pick("text", "integer")}\" }},\n"));
            text.Append(CultureInfo.InvariantCulture, $"create \"{provider}_table\" \"t{table}\" {{\n  columns = [\n    {{ name = \"id\", type = \"integer\", primary_key = true }},\n{columns}  ]\n}}\n");
            if (chance.OneIn(2))
            {
                text.Append(CultureInfo.InvariantCulture, $"create \"{provider}_index\" \"i{table}\" {{\n  table = {provider}_table.t{table}\n  columns = [\"id\"]\n}}\n");
            }

            if (chance.OneIn(2))
            {
                text.Append(CultureInfo.InvariantCulture, $"create \"{provider}_view\" \"v{table}\" {{\n  query = \"SELECT id FROM t{table}\"\n  depends_on = [{provider}_table.t{table}]\n}}\n");
            }
        }

        return text.ToString();
    }

    private const string SqliteObjects = "SELECT type || '.' || name FROM sqlite_master WHERE name NOT LIKE 'sqlite!_%' ESCAPE '!' AND name NOT LIKE 'kolumn!_%' ESCAPE '!'";

    private const string SqliteLog = "SELECT action || ' ' || resource_type || '.' || name FROM kolumn_audit_log WHERE outcome = 'success' ORDER BY position";

    private const string PostgresObjects = """
        SELECT CASE relkind WHEN 'r' THEN 'table' WHEN 'v' THEN 'view' ELSE 'index' END || '.' || relname FROM pg_class
        WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'v', 'i') AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = pg_class.oid)
        """;

    private const string PostgresLog = "SELECT action || ' ' || resource_type || '.' || name FROM _kolumn.audit_log WHERE outcome = 'success' ORDER BY position";

    private const string MySqlObjects = """
        SELECT CONCAT(CASE TABLE_TYPE WHEN 'VIEW' THEN 'view' ELSE 'table' END, '.', TABLE_NAME) FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE() AND LEFT(TABLE_NAME, 7) <> '_kolumn'
        UNION SELECT CONCAT('index.', INDEX_NAME) FROM information_schema.STATISTICS WHERE TABLE_SCHEMA = DATABASE() AND INDEX_NAME <> 'PRIMARY' AND LEFT(TABLE_NAME, 7) <> '_kolumn'
        """;

    private const string MySqlKept = "SELECT TABLE_NAME FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE() AND LEFT(TABLE_NAME, 10) = '_kolumn_q_'";

    private async Task<List<string>> ReadSqlite(string sql)
    {
        await using var connection = new SqliteConnection($"Data Source={_project.File("shop.db")};Pooling=False");
        await connection.OpenAsync(Token);
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        return await ReadAsync(command);
    }

    /// <summary>A server that recovers turns everybody away for a moment.</summary>
    private static async Task<List<string>> ReadPostgresAsync(string connectionString, string sql)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Token);
        limit.CancelAfter(TimeSpan.FromSeconds(60));
        while (true)
        {
            try
            {
                await using var connection = new NpgsqlConnection(connectionString + ";Pooling=false");
                await connection.OpenAsync(limit.Token);
                await using var command = new NpgsqlCommand(sql, connection);
                return await ReadAsync(command);
            }
            catch (NpgsqlException refused) when (refused.IsTransient || refused is PostgresException { SqlState: "57P03" or "57P02" or "57P01" })
            {
                limit.Token.ThrowIfCancellationRequested();
            }
        }
    }

    /// <summary>A server that starts turns everybody away for a moment.</summary>
    private static async Task<List<string>> ReadMySqlAsync(string connectionString, string sql)
    {
        var found = new List<string>();
        await Eventually.IsSoAsync(
            async token =>
            {
                try
                {
                    await using var connection = new MySqlConnection(connectionString);
                    await connection.OpenAsync(token);
                    await using var command = new MySqlCommand(sql, connection);
                    found = await ReadAsync(command);
                    return true;
                }
                catch (MySqlException refused) when (refused.Number is 0 or 1042 or >= 2000)
                {
                    return false;
                }
            },
            Token);
        return found;
    }

    private static async Task<List<string>> ReadAsync(System.Data.Common.DbCommand command)
    {
        await using var rows = await command.ExecuteReaderAsync(Token);
        var found = new List<string>();
        while (await rows.ReadAsync(Token))
        {
            found.Add(rows.GetString(0));
        }

        return found;
    }
}
