using System.Diagnostics;

namespace Kolumn.Bench;

/// <summary>One run of a command as a whole: wall time, and the highest resident memory of each process it consisted of.</summary>
internal sealed record MeasuredRun(double Seconds, int ExitCode, string Output, IReadOnlyDictionary<string, long> PeakBytes)
{
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(5);

    /// <summary>The kernel's high-water marks are read while the processes live; what one reaches in its last 5 ms is not seen.</summary>
    public static async Task<MeasuredRun> RunAsync(
        string program, string[] arguments, string folder, bool watchMemory, CancellationToken cancellationToken, IReadOnlyDictionary<string, string>? environment = null)
    {
        var start = new ProcessStartInfo(program, arguments) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in environment ?? new Dictionary<string, string>())
        {
            start.Environment[name] = value;
        }

        var began = Stopwatch.GetTimestamp();
        using var process = Process.Start(start) ?? throw new InvalidOperationException($"{program} could not be started.");
        var output = process.StandardOutput.ReadToEndAsync(cancellationToken);
        var errors = process.StandardError.ReadToEndAsync(cancellationToken);
        var peaks = new Dictionary<string, long>();
        if (watchMemory)
        {
            using var tick = new PeriodicTimer(Tick);
            while (!process.HasExited && await tick.WaitForNextTickAsync(cancellationToken))
            {
                Watch(process.Id, peaks);
            }
        }

        await process.WaitForExitAsync(cancellationToken);
        var seconds = Stopwatch.GetElapsedTime(began).TotalSeconds;
        return new MeasuredRun(seconds, process.ExitCode, await output + await errors, peaks);
    }

    /// <summary>The published <c>kolumn</c> in a project's folder.</summary>
    public static Task<MeasuredRun> KolumnAsync(string project, string[] arguments, bool watchMemory, CancellationToken cancellationToken) =>
        RunAsync(BenchFolder.Published("kolumn"), arguments, project, watchMemory, cancellationToken);

    public MeasuredRun MustSucceed(string what) =>
        ExitCode == 0 ? this : throw new InvalidOperationException($"{what} ended with {ExitCode}: {Output}");

    private static void Watch(int pid, Dictionary<string, long> peaks)
    {
        try
        {
            var status = File.ReadAllLines($"/proc/{pid}/status");
            var name = status[0].Split('\t')[1];
            var peak = status.First(l => l.StartsWith("VmHWM:", StringComparison.Ordinal)).Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries)[1];
            peaks[name] = Math.Max(peaks.GetValueOrDefault(name), long.Parse(peak, System.Globalization.CultureInfo.InvariantCulture) * 1024);
            foreach (var task in Directory.GetDirectories($"/proc/{pid}/task"))
            {
                foreach (var child in File.ReadAllText(Path.Combine(task, "children")).Split(' ', StringSplitOptions.RemoveEmptyEntries))
                {
                    Watch(int.Parse(child, System.Globalization.CultureInfo.InvariantCulture), peaks);
                }
            }
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException or InvalidOperationException)
        {
            // The process ended while it was looked at.
        }
    }
}
