using System.Text;
using Kolumn.Servers;
using Npgsql;

namespace Kolumn.Bench.Postgres;

/// <summary>
/// 1,000 tables of five columns with a primary key, an index and a chain of foreign keys. Creating them beside psql running the
/// same DDL in one transaction; planning with nothing to change beside psql reading the same catalogs in four queries. Whole
/// processes, in turn.
/// </summary>
internal static class PostgresBenchmark
{
    private const int Tables = 1_000;
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
        await File.WriteAllTextAsync(Path.Combine(folder, "create.sql"), Ddl(), cancellationToken);
        await File.WriteAllTextAsync(Path.Combine(folder, "catalog.sql"), CatalogQueries, cancellationToken);
        List<double> create = [], psqlCreate = [], plan = [], psqlRead = [];
        var peaks = new Dictionary<string, long>();
        for (var round = -1; round < Rounds; round++)
        {
            var (theirs, ours) = ($"bench_psql_{round + 1}", $"bench_kolumn_{round + 1}");
            await ExecuteAsync(url, $"CREATE DATABASE {theirs} TEMPLATE template0", cancellationToken);
            await ExecuteAsync(url, $"CREATE DATABASE {ours} TEMPLATE template0", cancellationToken);
            var project = WriteProject(folder, url, ours);

            (await KolumnAsync(project, ["init"], false, cancellationToken)).MustSucceed("kolumn init");
            var b = (await PsqlAsync(url, theirs, folder, ["-1", "-f", "create.sql"], cancellationToken)).MustSucceed("psql creating");
            var a = (await KolumnAsync(project, ["apply", "--auto-approve"], round < 0, cancellationToken)).MustSucceed("kolumn apply");
            var d = (await PsqlAsync(url, theirs, folder, ["-f", "catalog.sql", "-o", "/dev/null"], cancellationToken)).MustSucceed("psql reading");
            var c = (await KolumnAsync(project, ["plan", "--detailed-exitcode"], round < 0, cancellationToken)).MustSucceed("kolumn plan");
            if (round >= 0)
            {
                create.Add(a.Seconds);
                psqlCreate.Add(b.Seconds);
                plan.Add(c.Seconds);
                psqlRead.Add(d.Seconds);
            }
            else
            {
                // Watching memory costs time: once, in the round that does not count.
                Keep(peaks, a);
                Keep(peaks, c);
            }

            await ExecuteAsync(url, $"DROP DATABASE {theirs} WITH (FORCE)", cancellationToken);
            await ExecuteAsync(url, $"DROP DATABASE {ours} WITH (FORCE)", cancellationToken);
        }

        report.Ratio($"PostgreSQL, create {Tables} tables / psql in one transaction", create, psqlCreate, "s", "≤ 1.5");
        report.Ratio($"PostgreSQL, plan of {Tables} tables with nothing to change / psql, four catalog queries", plan, psqlRead, "s", "≤ 8");
        foreach (var (process, peak) in peaks.OrderBy(p => p.Key, StringComparer.Ordinal))
        {
            report.Figure($"peak resident memory of {process}", $"{peak / 1024 / 1024} MiB", "≤ 200 MiB");
        }
    }

    private static void Keep(Dictionary<string, long> peaks, MeasuredRun run)
    {
        foreach (var (name, peak) in run.PeakBytes.Where(p => p.Key.StartsWith("kolumn", StringComparison.Ordinal)))
        {
            peaks[name] = Math.Max(peaks.GetValueOrDefault(name), peak);
        }
    }

    private static Task<MeasuredRun> KolumnAsync(string project, string[] arguments, bool watchMemory, CancellationToken cancellationToken) =>
        MeasuredRun.RunAsync(BenchFolder.Published("kolumn"), arguments, project, watchMemory, cancellationToken);

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

    private static string Ddl()
    {
        var sql = new StringBuilder();
        for (var i = 0; i < Tables; i++)
        {
            var chain = i == 0 ? "" : $", CONSTRAINT t{i}_parent_fkey FOREIGN KEY (parent) REFERENCES t{i - 1} (id)";
            sql.AppendLine(System.Globalization.CultureInfo.InvariantCulture, $"CREATE TABLE t{i} (id bigint NOT NULL, name text NOT NULL, amount numeric(12,2) DEFAULT 0, created_at timestamptz NOT NULL DEFAULT now(), parent bigint, CONSTRAINT t{i}_pkey PRIMARY KEY (id){chain});");
            sql.AppendLine(System.Globalization.CultureInfo.InvariantCulture, $"CREATE INDEX t{i}_name_idx ON t{i} (name);");
        }

        return sql.ToString();
    }

    private static string WriteProject(string folder, string url, string database)
    {
        var project = Path.Combine(folder, database);
        Directory.CreateDirectory(project);
        var parts = PostgresUrl.ToBuilder(url);
        var text = new StringBuilder();
        text.AppendLine(System.Globalization.CultureInfo.InvariantCulture, $$"""
            provider "postgres" {
              host     = "{{parts.Host}}"
              port     = {{parts.Port}}
              database = "{{database}}"
              username = "{{parts.Username}}"
              password = "{{parts.Password}}"
            }
            """);
        for (var i = 0; i < Tables; i++)
        {
            var chain = i == 0 ? "" : $$"""
                  foreign_key "t{{i}}_parent_fkey" {
                    columns    = ["parent"]
                    references = postgres_table.t{{i - 1}}
                  }

                """;
            text.Append(System.Globalization.CultureInfo.InvariantCulture, $$"""
                create "postgres_table" "t{{i}}" {
                  column "id" {
                    type     = "bigint"
                    nullable = false
                  }
                  column "name" {
                    type     = "text"
                    nullable = false
                  }
                  column "amount" {
                    type    = "numeric(12,2)"
                    default = 0
                  }
                  column "created_at" {
                    type     = "timestamptz"
                    nullable = false
                    default  = "now()"
                  }
                  column "parent" {
                    type = "bigint"
                  }
                  primary_key = ["id"]
                {{chain}}}

                create "postgres_index" "t{{i}}_name_idx" {
                  table   = postgres_table.t{{i}}
                  columns = ["name"]
                }


                """);
        }

        File.WriteAllText(Path.Combine(project, "main.kl"), text.ToString());
        return project;
    }

    private static async Task ExecuteAsync(string url, string sql, CancellationToken cancellationToken)
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
