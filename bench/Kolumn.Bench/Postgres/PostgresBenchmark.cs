using Kolumn.Bench.Tables;
using Kolumn.Servers;
using Npgsql;

namespace Kolumn.Bench.Postgres;

/// <summary>
/// 1,000 tables of five columns with a primary key, an index and a chain of foreign keys. Creating them beside psql running the
/// same DDL in one transaction; planning with nothing to change, and writing the configuration of what exists in a project that has none, beside
/// psql reading the same catalogs in four queries; giving one table in a hundred a column beside psql doing just that. Whole processes, in turn.
/// </summary>
internal static class PostgresBenchmark
{
    private const int Tables = 1_000;
    private const int Changed = Tables / 100;
    private const int Rounds = 5;

    public static async Task RunAsync(Report report, CancellationToken cancellationToken)
    {
        await using var server = await PostgresServers.AcquireAsync(cancellationToken);
        if (server.Url is null)
        {
            report.Missing($"PostgreSQL, {Tables} tables", server.Description);
            return;
        }

        var folder = Directory.CreateTempSubdirectory("kolumn-bench-").FullName;
        try
        {
            await MeasureAsync(report, server.Url, folder, cancellationToken);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task MeasureAsync(Report report, string url, string folder, CancellationToken cancellationToken)
    {
        await File.WriteAllTextAsync(Path.Combine(folder, "create.sql"), TableProject.Postgres.Ddl(Tables), cancellationToken);
        await File.WriteAllTextAsync(Path.Combine(folder, "catalog.sql"), CatalogQueries, cancellationToken);
        await File.WriteAllTextAsync(Path.Combine(folder, "change.sql"), TableProject.Change(Tables, Changed), cancellationToken);
        List<double> create = [], psqlCreate = [], plan = [], discover = [], psqlRead = [], change = [], psqlChange = [];
        var peaks = new Dictionary<string, long>();
        for (var round = -1; round < Rounds; round++)
        {
            var (theirs, ours) = ($"bench_psql_{round + 1}", $"bench_kolumn_{round + 1}");
            await ExecuteAsync(url, $"CREATE DATABASE {theirs} TEMPLATE template0", cancellationToken);
            await ExecuteAsync(url, $"CREATE DATABASE {ours} TEMPLATE template0", cancellationToken);
            var project = TableProject.Postgres.Write(folder, ServerOf(url), ours, Tables);

            var empty = TableProject.Postgres.Write(Path.Combine(folder, "empty"), ServerOf(url), ours, tables: 0);
            (await MeasuredRun.KolumnAsync(project, ["init"], false, cancellationToken)).MustSucceed("kolumn init");
            (await MeasuredRun.KolumnAsync(empty, ["init"], false, cancellationToken)).MustSucceed("kolumn init of an empty project");
            var b = (await PsqlAsync(url, theirs, folder, ["-1", "-f", "create.sql"], cancellationToken)).MustSucceed("psql creating");
            var a = (await MeasuredRun.KolumnAsync(project, ["apply", "--auto-approve"], round < 0, cancellationToken)).MustSucceed("kolumn apply");
            var d = (await PsqlAsync(url, theirs, folder, ["-f", "catalog.sql", "-o", "/dev/null"], cancellationToken)).MustSucceed("psql reading");
            var c = (await MeasuredRun.KolumnAsync(project, ["plan", "--detailed-exitcode"], round < 0, cancellationToken)).MustSucceed("kolumn plan");
            var e = (await MeasuredRun.KolumnAsync(empty, ["discover", "postgres", "--out", "found"], round < 0, cancellationToken)).MustSucceed("kolumn discover");
            TableProject.Postgres.Write(folder, ServerOf(url), ours, Tables, Changed);
            var f = (await PsqlAsync(url, theirs, folder, ["-1", "-f", "change.sql"], cancellationToken)).MustSucceed("psql changing");
            var g = (await MeasuredRun.KolumnAsync(project, ["apply", "--auto-approve"], round < 0, cancellationToken)).MustSucceed("kolumn apply of a change");
            if (round >= 0)
            {
                create.Add(a.Seconds);
                psqlCreate.Add(b.Seconds);
                plan.Add(c.Seconds);
                psqlRead.Add(d.Seconds);
                discover.Add(e.Seconds);
                psqlChange.Add(f.Seconds);
                change.Add(g.Seconds);
            }
            else
            {
                // Watching memory costs time: once, in the round that does not count.
                Keep(peaks, a);
                Keep(peaks, c);
                Keep(peaks, e);
                Keep(peaks, g);
            }

            await ExecuteAsync(url, $"DROP DATABASE {theirs} WITH (FORCE)", cancellationToken);
            await ExecuteAsync(url, $"DROP DATABASE {ours} WITH (FORCE)", cancellationToken);
        }

        report.Ratio($"PostgreSQL, create {Tables} tables / psql in one transaction", create, psqlCreate, "s", "≤ 1.3");
        report.Ratio($"PostgreSQL, plan of {Tables} tables with nothing to change / psql, four catalog queries", plan, psqlRead, "s", "≤ 6");
        report.Ratio($"PostgreSQL, change of {Changed} of {Tables} tables / psql, {Changed} statements", change, psqlChange, "s", "≤ 12");
        report.Ratio($"PostgreSQL, discovery of {Tables} tables / psql, four catalog queries", discover, psqlRead, "s", "≤ 6");
        foreach (var (process, peak) in peaks.OrderBy(p => p.Key, StringComparer.Ordinal))
        {
            report.Figure($"peak resident memory of {process}", $"{peak / 1024 / 1024} MiB", "≤ 150 MiB");
        }
    }

    private static void Keep(Dictionary<string, long> peaks, MeasuredRun run)
    {
        foreach (var (name, peak) in run.PeakBytes.Where(p => p.Key.StartsWith("kolumn", StringComparison.Ordinal)))
        {
            peaks[name] = Math.Max(peaks.GetValueOrDefault(name), peak);
        }
    }

    public static BenchServer ServerOf(string url)
    {
        var parts = PostgresUrl.ToBuilder(url);
        return new BenchServer(parts.Host!, parts.Port, parts.Username!, parts.Password ?? "");
    }

    private static Task<MeasuredRun> PsqlAsync(string url, string database, string folder, string[] arguments, CancellationToken cancellationToken)
    {
        var parts = PostgresUrl.ToBuilder(url);
        return MeasuredRun.RunAsync(
            "psql",
            ["-X", "-q", "-v", "ON_ERROR_STOP=1", "-h", parts.Host!, "-p", $"{parts.Port}", "-U", parts.Username!, "-d", database, .. arguments],
            folder,
            watchMemory: false,
            cancellationToken,
            new Dictionary<string, string> { ["PGPASSWORD"] = parts.Password ?? "" });
    }

    public static async Task ExecuteAsync(string url, string sql, CancellationToken cancellationToken)
    {
        await using var connection = new NpgsqlConnection(PostgresUrl.ToConnectionString(url));
        await connection.OpenAsync(cancellationToken);
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    // Columns, constraints, indexes and tables: what a comparison of these objects has to know.
    private const string CatalogQueries = """
        SELECT c.oid, n.nspname, c.relname, c.relkind, c.relpersistence, obj_description(c.oid, 'pg_class')
          FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
         WHERE c.relkind IN ('r', 'p') AND n.nspname = 'public';
        SELECT a.attrelid, a.attnum, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull, a.attidentity, a.attgenerated,
               pg_get_expr(d.adbin, d.adrelid), col_description(a.attrelid, a.attnum)
          FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
          LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
         WHERE c.relkind IN ('r', 'p') AND n.nspname = 'public' AND a.attnum > 0 AND NOT a.attisdropped;
        SELECT k.conrelid, k.conname, k.contype, pg_get_constraintdef(k.oid)
          FROM pg_constraint k JOIN pg_namespace n ON n.oid = k.connamespace WHERE n.nspname = 'public';
        SELECT i.indrelid, c.relname, pg_get_indexdef(i.indexrelid), i.indisunique, i.indisprimary, i.indisvalid
          FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = 'public';
        """;
}
