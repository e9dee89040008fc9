using Kolumn.Host;
using Kolumn.Host.Discovery;
using Kolumn.Host.Launching;
using Kolumn.Host.Supervision;

namespace Kolumn.Compliance.Probing;

/// <summary>Starts the provider as often as rules need a process of their own.</summary>
internal sealed class ProbeHost : IAsyncDisposable
{
    private readonly PluginHost _host;
    private readonly ProviderExecutable _executable;
    private readonly string _directory;
    private readonly WatchedLauncher _launcher = new();

    /// <param name="path">Absolute.</param>
    public ProbeHost(string path, VerifyOptions options, Witness witness)
    {
        _directory = Directory.CreateTempSubdirectory("kolumn-verify-").FullName;
        _executable = new ProviderExecutable(new ProviderRequirement(NameOf(path)), path, null);
        Options = new HostOptions
        {
            // Not the author's workspace: what is verified is this file, whatever a lock file says.
            WorkspaceDirectory = _directory,
            ScratchDirectory = _directory,
            HomeDirectory = null,
            ExecutableDirectory = null,
            Variables = options.Variables,
            Transport = options.Transport,
            StartTimeout = options.StartTimeout,
            SchemaTimeout = options.CallTimeout,
            ConfigureTimeout = options.CallTimeout,
            ReadTimeout = options.CallTimeout,
            ChangeTimeout = options.CallTimeout,
        };
        _host = new PluginHost(Options, witness, _launcher);
    }

    public HostOptions Options { get; }

    public ProviderProcess ProcessOf(Probe probe) => _launcher.Find(probe.ProcessId);

    /// <exception cref="PluginException">It did not start; nothing of it is left.</exception>
    public async Task<Probe> StartAsync(Action<Probe, Answer> heard, CancellationToken cancellationToken) =>
        // Its own scrubber, which knows no secrets: what the provider says is heard as it is.
        new(new SessionWire(await new ProviderStart(_host, _executable, new SecretScrubber()).RunAsync(cancellationToken)), Options.ReadTimeout, heard);

    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        Directory.Delete(_directory, recursive: true);
    }

    private static string NameOf(string path)
    {
        var name = Path.GetFileNameWithoutExtension(path);
        const string Prefix = "kolumn-provider-";
        return name.StartsWith(Prefix, StringComparison.Ordinal) && name.Length > Prefix.Length ? name[Prefix.Length..] : name;
    }
}
