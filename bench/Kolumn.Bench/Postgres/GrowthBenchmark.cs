using Kolumn.Bench.Tables;
using Kolumn.Servers;

namespace Kolumn.Bench.Postgres;

/// <summary>What ten times the tables cost on a PostgreSQL server with its default lock table: create, plan, change of one in a hundred, destroy.</summary>
internal static class GrowthBenchmark
{
    public static async Task RunAsync(Report report, CancellationToken cancellationToken)
    {
        await using var server = await PostgresServers.AcquireAsync(cancellationToken);
        if (server.Url is null)
        {
            report.Missing("PostgreSQL, 10,000 tables / 1,000", server.Description);
            return;
        }

        var few = await MeasureAsync(server.Url, 1_000, cancellationToken);
        var many = await MeasureAsync(server.Url, 10_000, cancellationToken);
        foreach (var (what, seconds) in many)
        {
            report.Ratio($"PostgreSQL, {what}, 10,000 tables / 1,000", [seconds], [few[what]], "s", "≤ 11");
        }
    }

    private static async Task<IReadOnlyDictionary<string, double>> MeasureAsync(string url, int tables, CancellationToken cancellationToken)
    {
        var folder = Directory.CreateTempSubdirectory("kolumn-bench-").FullName;
        try
        {
            var database = $"bench_{tables}";
            await PostgresBenchmark.ExecuteAsync(url, $"CREATE DATABASE {database} TEMPLATE template0", cancellationToken);
            var project = TableProject.Postgres.Write(folder, PostgresBenchmark.ServerOf(url), database, tables);
            var seconds = new Dictionary<string, double>();
            await RunAsync("init", ["init"]);
            await RunAsync("create", ["apply", "--auto-approve"]);
            await RunAsync("plan with nothing to change", ["plan", "--detailed-exitcode"]);
            TableProject.Postgres.Write(folder, PostgresBenchmark.ServerOf(url), database, tables, tables / 100);
            await RunAsync("change of one table in a hundred", ["apply", "--auto-approve"]);
            await RunAsync("destroy", ["destroy", "--auto-approve"]);
            seconds.Remove("init");
            return seconds;

            async Task RunAsync(string what, string[] arguments) =>
                seconds[what] = (await MeasuredRun.KolumnAsync(project, arguments, watchMemory: false, cancellationToken)).MustSucceed(what).Seconds;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
