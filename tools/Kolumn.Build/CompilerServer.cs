using Kolumn.Servers;

namespace Kolumn.Build;

/// <summary>
/// A compiler server for one build: compilers and analyzers are loaded once and not for each of some forty projects, which takes a
/// third to a half of the time. It has a name of its own, so that it can be ended with the build and nobody else's is.
/// </summary>
internal sealed class CompilerServer
{
    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(30);

    private readonly string _name = $"kolumn-build-{Environment.ProcessId}";

    public IReadOnlyList<string> BuildArguments => ["-p:UseSharedCompilation=true", $"-p:SharedCompilationId={_name}"];

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        var version = await Command.RunAsync("dotnet", ["--version"], StopLimit, cancellationToken);
        var dotnet = Path.GetDirectoryName(Environment.ProcessPath);
        if (!version.Succeeded || dotnet is null)
        {
            return;
        }

        // One that is not stopped ends by itself, ten minutes after its last compilation.
        var compiler = Path.Combine(dotnet, "sdk", version.Output.Trim(), "Roslyn", "bincore", "VBCSCompiler.dll");
        await Command.RunAsync("dotnet", [compiler, "-shutdown", $"-pipename:{_name}"], StopLimit, cancellationToken);
    }
}
