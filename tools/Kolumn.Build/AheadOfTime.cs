using System.Collections.Concurrent;
using System.Reflection.PortableExecutable;
using System.Security.Cryptography;
using Kolumn.Servers;

namespace Kolumn.Build;

/// <summary>
/// Compiles the programs that tests start hundreds of times ahead of time, where they lie: a third of the processor time of such a process is the compilation of
/// what it runs once. The same code runs, from the same build; the next build puts back what it made.
/// <list type="number">
/// <item>get the compiler, if it is to be had;</item>
/// <item>compile each library once, however many programs have it, and none that an earlier run compiled;</item>
/// <item>put the results in the place of what they were made from.</item>
/// </list>
/// </summary>
internal static class AheadOfTime
{
    private static readonly string[] Programs =
        ["ChaosProvider", "Kolumn.Cli", "Kolumn.Providers.Mongo", "Kolumn.Providers.MySql", "Kolumn.Providers.Postgres", "Kolumn.Providers.Sqlite", "WrongProviders"];

    private static readonly TimeSpan RestoreLimit = TimeSpan.FromMinutes(3);

    private static readonly TimeSpan LibraryLimit = TimeSpan.FromMinutes(1);

    private static string Results => Path.Combine(Solution.Artifacts, "build", "ahead-of-time");

    /// <summary>What was done, for people. Without the compiler nothing is: the tests then take longer.</summary>
    public static async Task<string> CompileAsync(CancellationToken cancellationToken)
    {
        // 1
        if (await FindCompilerAsync(cancellationToken) is not { } compiler)
        {
            return "its compiler could not be restored; programs compile what they run";
        }

        // 2
        var libraries = Programs
            .Select(program => Path.Combine(Solution.Artifacts, "build", "bin", program, "debug"))
            .Where(Directory.Exists)
            .SelectMany(folder => Directory.GetFiles(folder, "*.dll"))
            .Where(HasOnlyIntermediateCode)
            .ToLookup(file => $"{Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(file)))}/{Path.GetFileName(file)}", StringComparer.Ordinal);
        var refused = new ConcurrentQueue<string>();
        await Parallel.ForEachAsync(libraries, cancellationToken, async (library, token) =>
        {
            var result = Path.Combine(Results, library.Key);
            if (!File.Exists(result) && !await CompileAsync(compiler, library.First(), result, token))
            {
                refused.Enqueue(library.Key);
                return;
            }

            // 3
            foreach (var file in library)
            {
                File.Copy(result, file, overwrite: true);
            }
        });
        return $"{libraries.Count - refused.Count} libraries of {Programs.Length} programs, {refused.Count} left as they are";
    }

    private static async Task<string?> FindCompilerAsync(CancellationToken cancellationToken)
    {
        var project = Path.Combine(Solution.Root, "tools", "Kolumn.AheadOfTime", "Kolumn.AheadOfTime.csproj");
        var asked = await Command.RunAsync("dotnet", ["msbuild", project, "-restore", "-target:SayWhere", "-getProperty:CrossgenFolder", "-verbosity:quiet"], RestoreLimit, cancellationToken);
        var compiler = Path.Combine(asked.Output.Trim(), OperatingSystem.IsWindows() ? "crossgen2.exe" : "crossgen2");
        return asked.Succeeded && File.Exists(compiler) ? compiler : null;
    }

    /// <summary>Not a library of the system's, and not compiled ahead of time already.</summary>
    private static bool HasOnlyIntermediateCode(string file)
    {
        using var library = new PEReader(File.OpenRead(file));
        return library.PEHeaders.CorHeader is { ManagedNativeHeaderDirectory.Size: 0 };
    }

    private static async Task<bool> CompileAsync(string compiler, string library, string result, CancellationToken cancellationToken)
    {
        var framework = Path.GetDirectoryName(typeof(object).Assembly.Location)!;
        var web = Path.Combine(framework, "..", "..", "Microsoft.AspNetCore.App", Path.GetFileName(framework));
        var unfinished = Path.Combine(Path.GetDirectoryName(result)!, "unfinished");
        Directory.CreateDirectory(Path.GetDirectoryName(result)!);
        string[] references = [framework, web, Path.GetDirectoryName(library)!];
        var compiled = await Command.RunAsync(
            compiler, [library, "--out", unfinished, .. references.SelectMany(folder => new[] { "--reference", Path.Combine(folder, "*.dll") }), "-O"], LibraryLimit, cancellationToken);
        if (!compiled.Succeeded)
        {
            return false;
        }

        File.Move(unfinished, result, overwrite: true);
        return true;
    }
}
