using System.Xml.Linq;
using Kolumn.Servers;

namespace Kolumn.Build;

/// <summary>
/// Every test of the solution:
/// 1. build;
/// 2. find the servers, once for all test programs;
/// 3. run;
/// 4. say what was passed, what failed, and by name what was skipped and why.
/// </summary>
internal static class TestRun
{
    private static readonly XNamespace Trx = "http://microsoft.com/schemas/VisualStudio/TeamTest/2010";

    public static Task<int> RunAsync(string[] arguments, CancellationToken cancellationToken) =>
        RunAsync(arguments, Path.Combine(Solution.Artifacts, "test-results"), cancellationToken);

    public static async Task<int> RunAsync(string[] arguments, string results, CancellationToken cancellationToken)
    {
        // 1
        if (await Solution.BuildAsync("Debug", cancellationToken) is not 0 and var failed)
        {
            return failed;
        }

        // 2
        await using var postgres = await PostgresServers.AcquireAsync(cancellationToken);
        Console.WriteLine($"PostgreSQL: {postgres.Description}");
        await using var mariaDb = await MariaDbServers.AcquireAsync(cancellationToken);
        Console.WriteLine($"MariaDB: {mariaDb.Description}");
        Console.WriteLine($"MariaDB's client library: {(await MariaDbServers.EnsureLibraryAsync(cancellationToken)).Description}");
        var sqlite = await SqliteLibrary.EnsureAsync(cancellationToken);
        Console.WriteLine($"SQLite: {sqlite}");

        // 3
        if (Directory.Exists(results))
        {
            Directory.Delete(results, recursive: true);
        }

        var environment = new[] { (PostgresServers.EnvironmentVariable, postgres.Url), (MariaDbServers.EnvironmentVariable, mariaDb.Url) }
            .Where(server => server.Url is not null)
            .ToDictionary(server => server.EnvironmentVariable, server => server.Url!);

        // Two test programs at a time: some wait for processes, limits and locks while others compute.
        var exitCode = await Solution.DotnetAsync(
            [
                "test", Path.Combine(Solution.Root, "Kolumn.Plugins.sln"), "--no-build", "--nologo", "--logger", "trx", "--results-directory", results,
                "-maxcpucount:2", .. arguments,
            ],
            cancellationToken,
            environment);

        // 4
        Summarise(results);
        return exitCode;
    }

    private static void Summarise(string results)
    {
        var all = (Directory.Exists(results) ? Directory.GetFiles(results, "*.trx", SearchOption.AllDirectories) : [])
            .SelectMany(file => XDocument.Load(file).Descendants(Trx + "UnitTestResult"))
            .Select(r => (Name: (string)r.Attribute("testName")!, Outcome: (string)r.Attribute("outcome")!, Said: (string?)r.Descendants(Trx + "Message").FirstOrDefault() ?? (string?)r.Descendants(Trx + "StdOut").FirstOrDefault() ?? ""))
            .ToList();
        var skipped = all.Where(r => r.Outcome == "NotExecuted").ToList();
        var failures = all.Where(r => r.Outcome == "Failed").ToList();
        Console.WriteLine();
        Console.WriteLine($"Tests: {all.Count(r => r.Outcome == "Passed")} passed, {failures.Count} failed, {skipped.Count} skipped.");
        foreach (var group in skipped.GroupBy(r => r.Said.Trim()))
        {
            Console.WriteLine($"  skipped because: {group.Key}");
            foreach (var (name, _, _) in group)
            {
                Console.WriteLine($"    {name}");
            }
        }

        foreach (var (name, _, said) in failures)
        {
            Console.WriteLine($"  failed: {name}");
            Console.WriteLine($"    {said.Trim().ReplaceLineEndings("\n    ")}");
        }
    }
}
