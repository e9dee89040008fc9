using System.Globalization;
using System.Text;

namespace Kolumn.Bench.Resources;

/// <summary>
/// What ten times the resources cost: first apply, plan with nothing to change, and a change of one resource on SQLite, at
/// 1,000 and at 10,000 tables. Whole processes, in turn.
/// </summary>
internal static class ResourcesBenchmark
{
    private const int Rounds = 3;

    public static async Task RunAsync(Report report, CancellationToken cancellationToken)
    {
        var few = new Costs();
        var many = new Costs();
        for (var round = 0; round < Rounds; round++)
        {
            await MeasureAsync(1_000, few, cancellationToken);
            await MeasureAsync(10_000, many, cancellationToken);
        }

        report.Ratio("first apply, 10,000 resources / 1,000", many.Apply, few.Apply, "s", "≤ 11");
        report.Ratio("plan with nothing to change, 10,000 resources / 1,000", many.Plan, few.Plan, "s", "≤ 11");
        report.Ratio("apply of one change, 10,000 resources / 1,000", many.Change, few.Change, "s", "≤ 11");
    }

    private static async Task MeasureAsync(int resources, Costs costs, CancellationToken cancellationToken)
    {
        var folder = Directory.CreateTempSubdirectory("kolumn-bench-").FullName;
        try
        {
            Write(folder, resources, "TEXT");
            (await KolumnAsync(folder, ["init"], cancellationToken)).MustSucceed("kolumn init");
            costs.Apply.Add((await KolumnAsync(folder, ["apply", "--auto-approve"], cancellationToken)).MustSucceed("kolumn apply").Seconds);
            costs.Plan.Add((await KolumnAsync(folder, ["plan", "--detailed-exitcode"], cancellationToken)).MustSucceed("kolumn plan").Seconds);
            Write(folder, resources, "BLOB");
            costs.Change.Add((await KolumnAsync(folder, ["apply", "--auto-approve"], cancellationToken)).MustSucceed("kolumn apply").Seconds);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static void Write(string folder, int resources, string typeOfLast)
    {
        var text = new StringBuilder("provider \"sqlite\" {\n  database = \"bench.db\"\n}\n");
        for (var i = 0; i < resources; i++)
        {
            text.Append(CultureInfo.InvariantCulture, $$"""

                create "sqlite_table" "t{{i}}" {
                  column "id" {
                    type        = "INTEGER"
                    primary_key = true
                  }
                  column "name" {
                    type = "{{(i == resources - 1 ? typeOfLast : "TEXT")}}"
                  }
                }

                """);
        }

        File.WriteAllText(Path.Combine(folder, "main.kl"), text.ToString());
    }

    private static Task<MeasuredRun> KolumnAsync(string folder, string[] arguments, CancellationToken cancellationToken) =>
        MeasuredRun.KolumnAsync(folder, arguments, watchMemory: false, cancellationToken);

    private sealed class Costs
    {
        public List<double> Apply { get; } = [];

        public List<double> Plan { get; } = [];

        public List<double> Change { get; } = [];
    }
}
