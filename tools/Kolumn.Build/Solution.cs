using System.Diagnostics;
using System.Reflection;

namespace Kolumn.Build;

/// <summary>The checkout and the dotnet commands that work on all of it.</summary>
internal static class Solution
{
    public static string Root { get; } = typeof(Solution).Assembly
        .GetCustomAttributes<AssemblyMetadataAttribute>().First(a => a.Key == "RepositoryRoot").Value!;

    public static string Artifacts => Path.Combine(Root, "artifacts");

    private static string File => Path.Combine(Root, "Kolumn.Plugins.sln");

    /// <param name="analyze">Whether the analyzers look at it too, which takes as long again.</param>
    public static Task<int> BuildAsync(string configuration, bool analyze, CancellationToken cancellationToken) =>
        BuildAsync(File, configuration, analyze, cancellationToken);

    /// <param name="project">Below the root; what it references is built too.</param>
    /// <inheritdoc cref="BuildAsync(string, bool, CancellationToken)"/>
    public static async Task<int> BuildAsync(string project, string configuration, bool analyze, CancellationToken cancellationToken)
    {
        var server = new CompilerServer();
        try
        {
            return await DotnetAsync(["build", Path.Combine(Root, project), "--configuration", configuration, "--nologo", "--verbosity", "quiet", $"-p:RunAnalyzers={(analyze ? "true" : "false")}", .. server.BuildArguments], cancellationToken);
        }
        finally
        {
            await server.StopAsync(CancellationToken.None);
        }
    }

    public static Task<int> FormatAsync(CancellationToken cancellationToken) =>
        DotnetAsync(["format", File], cancellationToken);

    public static int Clean()
    {
        if (Directory.Exists(Artifacts))
        {
            Directory.Delete(Artifacts, recursive: true);
        }

        return 0;
    }

    /// <summary>Runs dotnet with its output going where ours goes.</summary>
    public static async Task<int> DotnetAsync(
        IEnumerable<string> arguments, CancellationToken cancellationToken, IReadOnlyDictionary<string, string>? environment = null)
    {
        var start = new ProcessStartInfo("dotnet", arguments) { WorkingDirectory = Root };
        foreach (var (name, value) in environment ?? new Dictionary<string, string>())
        {
            start.Environment[name] = value;
        }

        // A build server that outlives its build keeps files open and memory taken.
        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        start.Environment["DOTNET_NOLOGO"] = "1";
        using var process = Process.Start(start) ?? throw new BuildFailedException("dotnet could not be started.");
        try
        {
            await process.WaitForExitAsync(cancellationToken);
            return process.ExitCode;
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
    }
}
