using Kolumn.Host.Connection;
using Kolumn.Host.Discovery;
using Kolumn.Host.Launching;
using Kolumn.Host.Supervision;
using Kolumn.Host.Verification;
using Microsoft.Extensions.Logging;

namespace Kolumn.Host;

/// <summary>
/// Finds provider executables and starts them. One host serves any number of providers and outlives all of them; it is safe for
/// concurrent use. <c>discover ► verify ► launch ► handshake ► connect ► call ► supervise ► stop</c>.
/// </summary>
public sealed class PluginHost : IAsyncDisposable
{
    private readonly ProviderDiscovery _discovery;
    private readonly Lock _sweepGate = new();
    private Task<HostCertificate>? _prepared;
    private bool _swept;

    /// <param name="options">Checked here, once.</param>
    /// <param name="loggers">Where the host and its providers log.</param>
    /// <param name="launcher">Starts the processes; null for the system's own way.</param>
    /// <param name="time">The clock of every limit; null for the system's.</param>
    /// <exception cref="ArgumentException">The options are faulty; the message names every fault.</exception>
    public PluginHost(HostOptions options, ILoggerFactory loggers, IProviderLauncher? launcher = null, TimeProvider? time = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(loggers);
        var faults = options.Validate();
        if (faults.Count > 0)
        {
            throw new ArgumentException($"The host's options are faulty: {string.Join("; ", faults)}.", nameof(options));
        }

        Options = options;
        Logger = loggers.CreateLogger("Kolumn.Host");
        Launcher = launcher ?? (OperatingSystem.IsWindows() ? new PortableProviderLauncher() : new UnixProviderLauncher());
        Time = time ?? TimeProvider.System;
        Guard = new Guard(Logger);
        Crashes = new CrashBudget(options.CrashLimit, options.CrashWindow, Time);
        _discovery = new ProviderDiscovery(options);
        if (options.Transport == ProviderTransport.Tcp)
        {
            // The first certificate of a process costs tens of milliseconds, which pass while the caller reads its configuration.
            _prepared = Task.Run(() => HostCertificate.Create(Time.GetUtcNow()));
        }
    }

    internal HostOptions Options { get; }

    internal ILogger Logger { get; }

    internal IProviderLauncher Launcher { get; }

    internal TimeProvider Time { get; }

    internal Guard Guard { get; }

    internal CrashBudget Crashes { get; }

    /// <summary>The executable of a provider.</summary>
    /// <exception cref="PluginException"><see cref="PluginFailure.NotFound"/>: the message names every place that was searched.</exception>
    public ProviderExecutable Find(ProviderRequirement requirement) => _discovery.Find(requirement);

    /// <summary>Starts a provider, of the version that the lock file names if it is installed, and connects to it; it is not configured yet.</summary>
    /// <exception cref="PluginException">It did not start; nothing of it is left.</exception>
    public async Task<PluginProvider> StartAsync(ProviderRequirement requirement, CancellationToken cancellationToken)
    {
        try
        {
            var locks = await LockFile.ReadAsync(Path.Combine(Options.WorkspaceDirectory, LockFile.FileName), cancellationToken);
            requirement = requirement with { PreferredVersion = requirement.PreferredVersion ?? locks.Providers.GetValueOrDefault(requirement.Source)?.Version };
        }
        catch (LockFileException)
        {
            // Verification says so, about the executable that is found without it.
        }

        return await StartAsync(Find(requirement), cancellationToken);
    }

    /// <summary>Starts this executable and connects to it; it is not configured yet.</summary>
    /// <exception cref="PluginException">It did not start; nothing of it is left.</exception>
    public async Task<PluginProvider> StartAsync(ProviderExecutable executable, CancellationToken cancellationToken)
    {
        var provider = new PluginProvider(this, executable);
        await provider.StartAsync(cancellationToken);
        return provider;
    }

    /// <summary>Ends the guard. Providers are closed by whoever started them, before this.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _prepared, null) is { } unused)
        {
            (await unused).Dispose();
        }

        await Guard.DisposeAsync();
    }

    internal async Task<HostCertificate> TakeCertificateAsync(CancellationToken cancellationToken) =>
        Interlocked.Exchange(ref _prepared, null) is { } prepared
            ? await prepared.WaitAsync(cancellationToken)
            : HostCertificate.Create(Time.GetUtcNow());

    /// <summary>Removes what killed hosts had to leave, once.</summary>
    internal void SweepOnce()
    {
        lock (_sweepGate)
        {
            if (!_swept)
            {
                _swept = true;
                ScratchDirectory.Sweep(Options.ScratchDirectory);
            }
        }
    }
}
