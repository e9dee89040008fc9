using System.Security.Cryptography;
using System.Text;
using Kolumn.Host;
using Kolumn.Host.Discovery;
using Kolumn.Host.Launching;
using Kolumn.Host.Supervision;
using Kolumn.Protocol;

namespace Kolumn.Compliance.Probing;

/// <summary>Starts the provider as often as rules need a process of their own.</summary>
internal sealed class ProbeHost : IAsyncDisposable
{
    private const int Beginning = 16 * 1024;

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

    /// <summary>The executable as a person starts it: without the cookie, and with everything else, so that it could serve.</summary>
    /// <exception cref="LaunchException">The system refused.</exception>
    public async Task<LoneRun> RunAloneAsync(TimeSpan limit, CancellationToken cancellationToken)
    {
        using var scratch = ScratchDirectory.Create(_directory);
        var marker = "klm-" + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
        var environment = ProviderEnvironment.Build(Options, ProviderTransport.Unix, scratch, marker, null).Where(v => v.Key != HandshakeEnvironment.CookieName).ToDictionary();
        await using var process = _launcher.Launch(new LaunchRequest(_executable.Path, environment, marker));
        var (output, errors) = (BeginningAsync(process.StandardOutput), BeginningAsync(process.StandardError));
        var hasEnded = await Task.WhenAny(process.Exited, Task.Delay(limit, cancellationToken)) == process.Exited;
        await process.KillTreeAsync(limit);
        return new LoneRun(hasEnded ? await process.Exited : null, await output, await errors);
    }

    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        Directory.Delete(_directory, recursive: true);
    }

    /// <summary>All of it is read, so that nobody waits for a full pipe; it ends with the process.</summary>
    private static async Task<string> BeginningAsync(Stream output)
    {
        var (beginning, buffer) = (new MemoryStream(), new byte[4096]);
        int read;
        while ((read = await output.ReadAsync(buffer)) > 0)
        {
            if (beginning.Length < Beginning)
            {
                beginning.Write(buffer, 0, read);
            }
        }

        return Encoding.UTF8.GetString(beginning.ToArray());
    }

    private static string NameOf(string path)
    {
        var name = Path.GetFileNameWithoutExtension(path);
        const string Prefix = "kolumn-provider-";
        return name.StartsWith(Prefix, StringComparison.Ordinal) && name.Length > Prefix.Length ? name[Prefix.Length..] : name;
    }
}
