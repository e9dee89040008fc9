using System.Collections.Concurrent;
using System.Xml.Linq;
using Kolumn.Servers;

namespace Kolumn.Build;

/// <summary>
/// Every test of the solution:
/// 1. build, without analyzers, which `build` runs, and compile what is started often ahead of time;
/// 2. find the servers, once for all test programs;
/// 3. run;
/// 4. say what was passed, what failed, and by name what was skipped and why.
/// </summary>
internal static class TestRun
{
    // They start hundreds of processes, each with limits to its start: one after the other, when everything else is done. The other
    // programs wait for locks and limits while their neighbour computes: two at a time.
    private static readonly string[] ManyProcesses = ["Kolumn.Compliance.Tests", "Kolumn.EndToEnd.Tests", "Kolumn.Host.Tests", "Kolumn.Samples.Tests"];

    // Takes as long as the others of its kind beside it: it begins, so that it does not end alone.
    private const string Longest = "Kolumn.Providers.Postgres.Tests";

    // Three times as long as the longest of them takes.
    private static readonly TimeSpan ProgramLimit = TimeSpan.FromMinutes(15);

    private static readonly XNamespace Trx = "http://microsoft.com/schemas/VisualStudio/TeamTest/2010";

    public static Task<int> RunAsync(string[] arguments, CancellationToken cancellationToken) =>
        RunAsync(arguments, Path.Combine(Solution.Artifacts, "test-results"), cancellationToken);

    public static async Task<int> RunAsync(string[] arguments, string results, CancellationToken cancellationToken)
    {
        // 1
        if (await Solution.BuildAsync("Debug", analyze: false, cancellationToken) is not 0 and var failed)
        {
            return failed;
        }

        Console.WriteLine($"Compiled ahead of time: {await AheadOfTime.CompileAsync(cancellationToken)}");

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

        var (exitCode, endless) = await RunProgramsAsync(arguments, results, environment, cancellationToken);

        // 4
        Summarise(results, endless);
        return exitCode;
    }

    /// <returns>An exit code, and the programs that did not end.</returns>
    private static async Task<(int ExitCode, IReadOnlyCollection<string> Endless)> RunProgramsAsync(
        string[] arguments, string results, IReadOnlyDictionary<string, string> environment, CancellationToken cancellationToken)
    {
        var projects = Directory.EnumerateFiles(Path.Combine(Solution.Root, "tests"), "*.Tests.csproj", SearchOption.AllDirectories)
            .OrderBy(project => Path.GetFileNameWithoutExtension(project) != Longest)
            .ThenBy(project => project, StringComparer.Ordinal)
            .ToLookup(project => ManyProcesses.Contains(Path.GetFileNameWithoutExtension(project)));
        var exitCode = 0;
        var endless = new ConcurrentQueue<string>();
        await Parallel.ForEachAsync(projects[false], new ParallelOptions { MaxDegreeOfParallelism = 2, CancellationToken = cancellationToken }, RunAsync);
        foreach (var project in projects[true])
        {
            await RunAsync(project, cancellationToken);
        }

        return (exitCode, endless);

        async ValueTask RunAsync(string project, CancellationToken token)
        {
            var name = Path.GetFileNameWithoutExtension(project);
            string[] command = ["test", project, "--no-build", "--nologo", "--logger", $"trx;LogFileName={name}.trx", "--results-directory", results, .. arguments];
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(token);
            limit.CancelAfter(ProgramLimit);
            try
            {
                if (await Solution.DotnetAsync(command, limit.Token, environment) is not 0 and var code)
                {
                    Interlocked.CompareExchange(ref exitCode, code, 0);
                }
            }
            catch (OperationCanceledException) when (!token.IsCancellationRequested)
            {
                endless.Enqueue(name);
                Interlocked.CompareExchange(ref exitCode, 1, 0);
            }
        }
    }

    private static void Summarise(string results, IReadOnlyCollection<string> endless)
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

        foreach (var name in endless)
        {
            Console.WriteLine($"  ended by force: {name}, which had not finished after {ProgramLimit.TotalMinutes:0} minutes; \"Long Running Test\" above names what it was at");
        }
    }
}
