using Kolumn.Host.Launching;

namespace Kolumn.Compliance.Probing;

/// <summary>The system's launcher, which remembers the process it started last: so that something can be done to it.</summary>
internal sealed class WatchedLauncher : IProviderLauncher
{
    private readonly IProviderLauncher _launcher = OperatingSystem.IsWindows() ? new PortableProviderLauncher() : new UnixProviderLauncher();
    private readonly Lock _gate = new();
    private readonly Dictionary<int, ProviderProcess> _processes = [];

    public ProviderProcess Launch(LaunchRequest request)
    {
        var process = _launcher.Launch(request);
        lock (_gate)
        {
            _processes[process.Id] = process;
        }

        return process;
    }

    /// <summary>A process that has not been collected yet: its probe lives.</summary>
    public ProviderProcess Find(int id)
    {
        lock (_gate)
        {
            return _processes[id];
        }
    }
}
