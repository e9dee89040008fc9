using System.Diagnostics;

namespace Kolumn.Bench;

/// <summary>A process that a benchmark started, ended with it.</summary>
internal sealed class ChildProcess : IAsyncDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    private ChildProcess(Process process) => Process = process;

    public Process Process { get; }

    /// <summary>Starts a part of this very program and waits until it has printed a line.</summary>
    public static async Task<ChildProcess> StartSelfAsync(string[] arguments, CancellationToken cancellationToken)
    {
        var child = Start(Environment.ProcessPath!, [typeof(ChildProcess).Assembly.Location, .. arguments]);
        await child.Process.StandardOutput.ReadLineAsync(cancellationToken).AsTask().WaitAsync(Limit, cancellationToken);
        return child;
    }

    public static ChildProcess Start(string program, IEnumerable<string> arguments, IReadOnlyDictionary<string, string>? environment = null, string? folder = null)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            WorkingDirectory = folder ?? "",
        };
        foreach (var (name, value) in environment ?? new Dictionary<string, string>())
        {
            start.Environment[name] = value;
        }

        return new ChildProcess(Process.Start(start) ?? throw new InvalidOperationException($"{program} could not be started."));
    }

    public async ValueTask DisposeAsync()
    {
        Process.Kill(entireProcessTree: true);
        using var limit = new CancellationTokenSource(Limit);
        await Process.WaitForExitAsync(limit.Token);
        Process.Dispose();
    }
}
