using System.Globalization;
using Kolumn.Bench.Launch;
using Kolumn.Bench.Tables;
using Kolumn.Servers;
using MySqlConnector;

namespace Kolumn.Bench.MariaDb;

/// <summary>
/// 1,000 tables of five columns with a primary key, an index and a chain of foreign keys. Creating them beside the mariadb client running the same DDL; planning
/// with nothing to change beside the client reading the same catalogs in five queries; and the provider's start beside that of the PostgreSQL provider. Whole
/// processes, in turn.
/// </summary>
internal static class MariaDbBenchmark
{
    private const int StandardTables = 1_000;
    private const int Rounds = 5;
    private const int Starts = 15;
    private const int WarmUps = 2;

    /// <summary>For a try with few tables.</summary>
    private const string TablesVariable = "KOLUMN_BENCH_TABLES";

    private static int Tables => int.TryParse(Environment.GetEnvironmentVariable(TablesVariable), CultureInfo.InvariantCulture, out var tables) ? tables : StandardTables;

    public static async Task RunAsync(Report report, CancellationToken cancellationToken)
    {
        await LaunchAsync(report, cancellationToken);
        await using var server = await MariaDbServers.AcquireAsync(cancellationToken);
        if (server.Url is null)
        {
            report.Missing($"MariaDB, {Tables} tables", server.Description);
            return;
        }

        var folder = Directory.CreateTempSubdirectory("kolumn-bench-").FullName;
        try
        {
            await MeasureAsync(report, MariaDbUrl.Parse(server.Url), folder, cancellationToken);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task LaunchAsync(Report report, CancellationToken cancellationToken)
    {
        List<double> mysql = [], postgres = [];
        for (var round = -WarmUps; round < Starts; round++)
        {
            var ours = await LaunchBenchmark.FirstReplyMillisecondsAsync(BenchFolder.Published("kolumn-provider-mysql"), null, cancellationToken);
            var theirs = await LaunchBenchmark.FirstReplyMillisecondsAsync(BenchFolder.Published("kolumn-provider-postgres"), null, cancellationToken);
            if (round >= 0)
            {
                mysql.Add(ours);
                postgres.Add(theirs);
            }
        }

        report.Ratio("MariaDB, provider's launch to first reply / the PostgreSQL provider's", mysql, postgres, "ms", "≤ 1.3");
    }

    private static async Task MeasureAsync(Report report, MariaDbUrl server, string folder, CancellationToken cancellationToken)
    {
        await File.WriteAllTextAsync(Path.Combine(folder, "create.sql"), TableProject.MariaDb.Ddl(Tables), cancellationToken);
        await File.WriteAllTextAsync(Path.Combine(folder, "catalog.sql"), CatalogQueries, cancellationToken);
        List<double> create = [], clientCreate = [], plan = [], clientRead = [];
        for (var round = -1; round < Rounds; round++)
        {
            var (theirs, ours) = ($"bench_client_{round + 1}", $"bench_kolumn_{round + 1}");
            await ExecuteAsync(server, $"CREATE DATABASE {theirs} CHARACTER SET utf8mb4; CREATE DATABASE {ours} CHARACTER SET utf8mb4", cancellationToken);
            var project = TableProject.MariaDb.Write(folder, new BenchServer(server.Host, server.Port, server.User, server.Password), ours, Tables);

            (await MeasuredRun.KolumnAsync(project, ["init"], false, cancellationToken)).MustSucceed("kolumn init");
            var b = (await ClientAsync(server, theirs, folder, "create.sql", cancellationToken)).MustSucceed("mariadb creating");
            var a = (await MeasuredRun.KolumnAsync(project, ["apply", "--auto-approve"], false, cancellationToken)).MustSucceed("kolumn apply");
            var d = (await ClientAsync(server, theirs, folder, "catalog.sql", cancellationToken)).MustSucceed("mariadb reading");
            var c = (await MeasuredRun.KolumnAsync(project, ["plan", "--detailed-exitcode"], false, cancellationToken)).MustSucceed("kolumn plan");
            if (round >= 0)
            {
                create.Add(a.Seconds);
                clientCreate.Add(b.Seconds);
                plan.Add(c.Seconds);
                clientRead.Add(d.Seconds);
            }

            await ExecuteAsync(server, $"DROP DATABASE {theirs}; DROP DATABASE {ours}", cancellationToken);
        }

        report.Ratio($"MariaDB, create {Tables} tables / the mariadb client", create, clientCreate, "s", "≤ 1.3");
        report.Ratio($"MariaDB, plan of {Tables} tables with nothing to change / the mariadb client, five catalog queries", plan, clientRead, "s", "≤ 8");
    }

    private static Task<MeasuredRun> ClientAsync(MariaDbUrl server, string database, string folder, string script, CancellationToken cancellationToken) => MeasuredRun.RunAsync(
        "mariadb",
        ["--no-defaults", "--batch", "-h", server.Host, "-P", $"{server.Port}", "-u", server.User, "-D", database, "-e", $"source {script}"],
        folder,
        watchMemory: false,
        cancellationToken,
        new Dictionary<string, string> { ["MYSQL_PWD"] = server.Password });

    private static async Task ExecuteAsync(MariaDbUrl server, string sql, CancellationToken cancellationToken)
    {
        await using var connection = new MySqlConnection(server.ToConnectionString() + ";Pooling=false");
        await connection.OpenAsync(cancellationToken);
        await using var command = new MySqlCommand(sql, connection) { CommandTimeout = 120 };
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    // Tables, columns, indexes and foreign keys: what a comparison of these objects has to know.
    private const string CatalogQueries = """
        SELECT TABLE_NAME, TABLE_TYPE, ENGINE, TABLE_COLLATION, TABLE_COMMENT FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE();
        SELECT TABLE_NAME, COLUMN_NAME, ORDINAL_POSITION, COLUMN_TYPE, IS_NULLABLE, COLUMN_DEFAULT, EXTRA, COLLATION_NAME, COLUMN_COMMENT, GENERATION_EXPRESSION FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = DATABASE();
        SELECT TABLE_NAME, INDEX_NAME, SEQ_IN_INDEX, COLUMN_NAME, SUB_PART, COLLATION, NON_UNIQUE, INDEX_TYPE, INDEX_COMMENT FROM information_schema.STATISTICS WHERE TABLE_SCHEMA = DATABASE();
        SELECT TABLE_NAME, CONSTRAINT_NAME, ORDINAL_POSITION, COLUMN_NAME, REFERENCED_TABLE_NAME, REFERENCED_COLUMN_NAME FROM information_schema.KEY_COLUMN_USAGE WHERE TABLE_SCHEMA = DATABASE() AND REFERENCED_TABLE_NAME IS NOT NULL;
        SELECT TABLE_NAME, CONSTRAINT_NAME, UPDATE_RULE, DELETE_RULE FROM information_schema.REFERENTIAL_CONSTRAINTS WHERE CONSTRAINT_SCHEMA = DATABASE();
        """;
}
