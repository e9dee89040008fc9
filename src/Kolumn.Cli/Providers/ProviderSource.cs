using Kolumn.Assistance;
using Kolumn.Core.Configuration;
using Kolumn.Core.State;
using Kolumn.Host;
using Kolumn.Host.Discovery;
using Kolumn.Host.Verification;
using Kolumn.Protocol;
using Kolumn.Protocol.Runtime;
using Kolumn.Protocol.Schema;
using Microsoft.Extensions.Logging;

namespace Kolumn.Cli.Providers;

/// <summary>
/// Where a project's providers come from: executables found by the host, started when Core first asks for one, and only if they
/// are those that the lock file names. What a provider cannot do by itself is done for it.
/// </summary>
internal sealed class ProviderSource : IAsyncDisposable
{
    public const string DirectoriesVariable = "KOLUMN_PLUGIN_DIR";

    public const string TransportVariable = "KOLUMN_TRANSPORT";

    private readonly HostOptions _options;
    private readonly ILoggerFactory _loggers;
    private readonly PluginHost _host;
    private readonly string _lockPath;

    /// <param name="project">The project's directory, where the lock file lies.</param>
    /// <param name="directories">Searched before all other places.</param>
    public ProviderSource(string project, IReadOnlyList<string> directories, ILoggerFactory loggers)
    {
        _lockPath = Path.Combine(project, LockFile.FileName);
        _loggers = loggers;
        var fromEnvironment = (Environment.GetEnvironmentVariable(DirectoriesVariable) ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries);
        _options = new HostOptions
        {
            ProviderDirectories = [.. directories, .. fromEnvironment],
            WorkspaceDirectory = project,
            VerifiedDirectory = Path.Combine(project, StateDirectory.Name, "verified"),
            RequireLock = true,
            Transport = Environment.GetEnvironmentVariable(TransportVariable) == "unix" ? ProviderTransport.Unix : ProviderTransport.Tcp,
            PassedVariables = ["KOLUMN_PROVIDER_LOG_LEVEL"],
        };
        _host = new PluginHost(_options, loggers);
    }

    /// <summary>Makes the providers available under the names that the configuration uses; no process is started yet.</summary>
    public RuntimeRegistry Register(IEnumerable<RequiredProvider> providers)
    {
        var registry = new RuntimeRegistry();
        foreach (var provider in providers)
        {
            registry.Register(provider.Id, token => StartAsync(RequirementOf(provider), token));
        }

        return registry;
    }

    /// <summary>
    /// Writes the lock file:
    /// 1. find each provider, in the version that is locked already as long as the project admits it and no upgrade is wanted;
    /// 2. start it once, to hear that it works and which version it is, which the project has to admit;
    /// 3. record the digest of its executable; a digest that was recorded before and differs is only replaced when
    /// <paramref name="upgrade"/> says so.
    /// </summary>
    /// <returns>What was found; a provider that is missing, does not start or has changed is among the diagnostics instead.</returns>
    /// <exception cref="LockFileException">There is a lock file that cannot be used.</exception>
    public async Task<(IReadOnlyList<LockedExecutable> Found, IReadOnlyList<Diagnostic> Diagnostics)> LockAsync(
        IReadOnlyList<RequiredProvider> providers, bool upgrade, CancellationToken cancellationToken)
    {
        var before = await LockFile.ReadAsync(_lockPath, cancellationToken);
        var locks = before;
        var found = new List<LockedExecutable>();
        var diagnostics = new List<Diagnostic>();
        await using var unlocked = new PluginHost(_options with { WorkspaceDirectory = Path.Combine(_options.WorkspaceDirectory, StateDirectory.Name), RequireLock = false }, _loggers);
        foreach (var provider in providers)
        {
            try
            {
                var locked = upgrade ? null : before.Providers.GetValueOrDefault(RequirementOf(provider).Source)?.Version;
                var executable = _host.Find(RequirementOf(provider) with { PreferredVersion = locked }); // 1
                string version;
                await using (var process = await unlocked.StartAsync(executable, cancellationToken)) // 2
                {
                    version = (await process.SchemaAsync(cancellationToken)).Version;
                    await process.CloseAsync(cancellationToken);
                }

                var source = executable.Requirement.Source;
                var next = await locks.WithAsync(executable, version, cancellationToken); // 3
                var digest = next.Providers[source].Digests[ProviderExecutable.Platform];
                var former = before.Providers.GetValueOrDefault(source)?.Digests.GetValueOrDefault(ProviderExecutable.Platform);
                if (former is not null && former != digest && !upgrade)
                {
                    diagnostics.Add(Changed(provider.Id, executable.Path) with { Place = provider.Place });
                    continue;
                }

                locks = next;
                found.Add(new LockedExecutable(provider.Id, source, version, executable.Path, digest, former is null ? LockChange.Added : former == digest ? LockChange.None : LockChange.Replaced));
            }
            catch (ProviderCallException failure)
            {
                diagnostics.Add(Commands.Failures.Explain(failure, "kolumn init", cancellationToken) with { Place = provider.Place });
            }
        }

        if (found.Any(f => f.Change != LockChange.None))
        {
            await locks.WriteAsync(_lockPath, cancellationToken);
        }

        return (found, diagnostics);
    }

    /// <summary>What a provider says of itself that belongs to no project: it is started once and ends again.</summary>
    /// <param name="path">Absolute, of its executable.</param>
    /// <exception cref="ProviderCallException">It did not start, or has no schema.</exception>
    public static async Task<ProviderSchema> SchemaOfAsync(string path, ILoggerFactory loggers, CancellationToken cancellationToken)
    {
        const string Prefix = "kolumn-provider-";
        var name = Path.GetFileNameWithoutExtension(path);
        var executable = new ProviderExecutable(new ProviderRequirement(name.StartsWith(Prefix, StringComparison.Ordinal) ? name[Prefix.Length..] : name), path, null);
        await using var host = new PluginHost(new HostOptions { WorkspaceDirectory = Path.GetDirectoryName(path)! }, loggers);
        await using var provider = await host.StartAsync(executable, cancellationToken);
        return await provider.SchemaAsync(cancellationToken);
    }

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    private async Task<IProviderRuntime> StartAsync(ProviderRequirement requirement, CancellationToken cancellationToken) =>
        new ContractRuntime(new AssistedProvider(await _host.StartAsync(requirement, cancellationToken), _loggers));

    private static Diagnostic Changed(string provider, string path) => Diagnostic.Error(
        "PROVIDER_CHANGED",
        $"Provider \"{provider}\" is not the one that was locked",
        $"{path} has another digest than {LockFile.FileName} names. If you have replaced it yourself, run: kolumn init --upgrade. Otherwise install it again from where you trust it.");

    internal static ProviderRequirement RequirementOf(RequiredProvider provider)
    {
        var source = (provider.Source ?? provider.Id).Split('/');
        return new ProviderRequirement(source[^1])
        {
            Namespace = source.Length > 1 ? source[^2] : ProviderRequirement.DefaultNamespace,
            Version = provider.Version,
            Transport = provider.Transport switch
            {
                "unix" => ProviderTransport.Unix,
                "tcp" => ProviderTransport.Tcp,
                _ => null,
            },
        };
    }
}
