using Kolumn.Host.Launching;
using Kolumn.Testing;

namespace Kolumn.Host.Tests;

/// <summary>What the system says about a process.</summary>
internal static class Processes
{
    /// <summary>Waits until a signal has stopped the process.</summary>
    public static Task StoppedAsync(int pid, CancellationToken cancellationToken) =>
        Eventually.IsSoAsync(() => ProcessTree.Read(pid)?.State == 'T', cancellationToken);
}
