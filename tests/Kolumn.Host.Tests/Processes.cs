using Kolumn.Host.Launching;

namespace Kolumn.Host.Tests;

/// <summary>What the system says about a process.</summary>
internal static class Processes
{
    /// <summary>Waits until a signal has stopped the process.</summary>
    public static async Task StoppedAsync(int pid, CancellationToken cancellationToken)
    {
        while (ProcessTree.Read(pid)?.State != 'T')
        {
            cancellationToken.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }
}
