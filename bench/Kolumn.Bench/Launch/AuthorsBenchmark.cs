using System.Security.Cryptography.X509Certificates;
using Kolumn.Protocol;

namespace Kolumn.Bench.Launch;

/// <summary>
/// What it costs to start a small provider in each of the languages that have a sample: from its start to its first answer, over TCP with mutual TLS, which
/// is the default. Started in turn, each beside the one in Go; the samples are built as their README says, that in C# into one file that carries the framework.
/// </summary>
internal static class AuthorsBenchmark
{
    private const int Rounds = 9;
    private const int WarmUps = 2;

    private static readonly (string Language, string Provider)[] Samples = [("csharp", "settings"), ("node", "redis"), ("python", "pysqlite")];

    public static async Task RunAsync(Report report, CancellationToken cancellationToken)
    {
        var beside = await BuildAsync("go", "files", cancellationToken);
        if (beside is null)
        {
            report.Missing("launch of a provider in each language", "samples/go cannot be built here");
            return;
        }

        var built = new List<(string Language, string Path)>();
        foreach (var (language, provider) in Samples)
        {
            if (await BuildAsync(language, provider, cancellationToken) is { } path)
            {
                built.Add((language, path));
            }
            else
            {
                report.Missing($"launch to first reply, sample in {language}", "it cannot be built here");
            }
        }

        using var certificate = OneShotCertificate.Create(DateTimeOffset.UtcNow);
        var times = built.ToDictionary(b => b.Language, _ => new List<double>());
        var go = new List<double>();
        for (var round = -WarmUps; round < Rounds; round++)
        {
            await MeasureAsync(beside, go);
            foreach (var (language, path) in built)
            {
                await MeasureAsync(path, times[language]);
            }

            async Task MeasureAsync(string path, List<double> into)
            {
                var milliseconds = await LaunchBenchmark.FirstReplyMillisecondsAsync(path, certificate, cancellationToken);
                if (round >= 0)
                {
                    into.Add(milliseconds);
                }
            }
        }

        foreach (var (language, _) in built)
        {
            report.Ratio($"launch to first reply, sample in {language} / in Go", times[language], go, "ms", "");
        }
    }

    /// <returns>The executable; null where what building it takes is not there.</returns>
    private static async Task<string?> BuildAsync(string language, string provider, CancellationToken cancellationToken)
    {
        var source = Path.Combine(BenchFolder.Root, "samples", language);
        var folder = Path.Combine(BenchFolder.Root, "artifacts", "bench", language);
        var executable = Path.Combine(folder, $"kolumn-provider-{provider}");
        var (program, arguments) = File.Exists(Path.Combine(source, "build.sh"))
            ? ("/bin/sh", [Path.Combine(source, "build.sh"), folder])
            : ("dotnet", (string[])["publish", Path.Combine(source, $"kolumn-provider-{provider}.csproj"), "--configuration", "Release", "--runtime", System.Runtime.InteropServices.RuntimeInformation.RuntimeIdentifier, "--self-contained", "-p:PublishSingleFile=true", "--output", folder, "--nologo", "--verbosity", "quiet"]);
        var run = await MeasuredRun.RunAsync(program, arguments, source, watchMemory: false, cancellationToken);
        return run.ExitCode == 0 && File.Exists(executable) ? executable : null;
    }
}
