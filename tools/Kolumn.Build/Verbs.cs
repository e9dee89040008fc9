namespace Kolumn.Build;

/// <summary>What build.sh and build.ps1 can be asked for.</summary>
internal static class Verbs
{
    private static readonly (string Name, string What, Func<string[], CancellationToken, Task<int>> RunAsync)[] All =
    [
        ("build", "compile everything, with every analyzer", async (_, token) => await Solution.BuildAsync("Debug", analyze: true, token)),
        ("test", "run every test, against real SQLite and a real PostgreSQL; arguments go to dotnet test", TestRun.RunAsync),
        ("demo", "run the main job on SQLite, from init to destroy", Demo.RunAsync),
        ("publish", "leave kolumn and its providers in artifacts/bin, compiled ahead of time", async (_, token) => await Publication.RunAsync(token)),
        ("pack", "leave the packages for authors of providers in artifacts/packages", async (_, token) => await Packing.RunAsync(token)),
        ("api", "accept the public API and the payloads as they are now, to be reviewed and committed", async (_, token) => await Approving.RunAsync(token)),
        ("bench", "measure; arguments choose which benchmarks", Bench.RunAsync),
        ("coverage", "run every test and report the lines covered per project", Coverage.RunAsync),
        ("format", "bring the sources into the house style", async (_, token) => await Solution.FormatAsync(token)),
        ("clean", "delete artifacts/", (_, _) => Task.FromResult(Solution.Clean())),
    ];

    public static async Task<int> RunAsync(string[] arguments, CancellationToken cancellationToken)
    {
        if (arguments.Length == 0)
        {
            List(Console.Out);
            return 0;
        }

        var verb = All.FirstOrDefault(v => v.Name == arguments[0]);
        if (verb.RunAsync is null)
        {
            Console.Error.WriteLine($"build: there is no verb '{arguments[0]}'.");
            List(Console.Error);
            return 1;
        }

        return await verb.RunAsync(arguments[1..], cancellationToken);
    }

    private static void List(TextWriter to)
    {
        to.WriteLine("usage: ./build.sh VERB [ARGUMENT ...]     (PowerShell: ./build.ps1)");
        to.WriteLine();
        foreach (var verb in All)
        {
            to.WriteLine($"  {verb.Name,-9} {verb.What}");
        }
    }
}

/// <summary>A step did not succeed; the message is all there is to say.</summary>
internal sealed class BuildFailedException(string message) : Exception(message);
