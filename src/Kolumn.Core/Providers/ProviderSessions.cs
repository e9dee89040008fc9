using Kolumn.Core.Configuration;
using Kolumn.Protocol;
using Kolumn.Protocol.Runtime;

namespace Kolumn.Core.Providers;

/// <summary>
/// The runtimes of one run, each started once: first to tell what it can do, then, if any resource needs it, configured and
/// connected. Closes all of them at its end.
/// </summary>
internal sealed class ProviderSessions(RuntimeRegistry registry, IEngineObserver observer, SecretTexts secrets, TimeProvider time) : IAsyncDisposable
{
    /// <summary>How long all providers together may take to say goodbye before they are dropped.</summary>
    private static readonly TimeSpan CloseLimit = TimeSpan.FromSeconds(10);

    private const string Untouched = "Nothing has been changed.";

    private readonly Dictionary<string, Session> _sessions = new(StringComparer.Ordinal);

    /// <summary>Ids with a registered factory.</summary>
    public IReadOnlyList<string> Installed => registry.List();

    /// <summary>
    /// What the providers of these blocks can do, one block per provider being enough; all are started side by side. What does
    /// not start is reported and missing from the result.
    /// </summary>
    public async Task<IReadOnlyDictionary<string, Capabilities>> DescribeAsync(
        IReadOnlyList<ProviderBlock> blocks, DiagnosticList diagnostics, CancellationToken cancellationToken)
    {
        var starts = blocks.Select(block => (Block: block, Start: StartAsync(block, cancellationToken))).ToList();
        await Task.WhenAll(starts.Select(s => s.Start));
        var capabilities = new Dictionary<string, Capabilities>(StringComparer.Ordinal);
        foreach (var (block, start) in starts)
        {
            var (session, failure) = await start;
            if (session is not null)
            {
                _sessions[block.Instance] = session;
                capabilities.TryAdd(block.Id, session.Capabilities);
            }
            else
            {
                diagnostics.Add(failure! with { Place = SourcePlaces.Of(block.Syntax.HeaderRange) });
            }
        }

        return capabilities;
    }

    /// <summary>Configures the instance; false after a diagnostic.</summary>
    public async Task<bool> ConnectAsync(ConfiguredProvider provider, DiagnosticList diagnostics, CancellationToken cancellationToken)
    {
        var block = provider.Block;
        secrets.Add(provider.Secrets);
        if (!_sessions.TryGetValue(block.Instance, out var session))
        {
            await DescribeAsync([block], diagnostics, cancellationToken);
            if (!_sessions.TryGetValue(block.Instance, out session))
            {
                return false;
            }
        }

        if (session.IsConnected)
        {
            return true;
        }

        try
        {
            var request = new InitRequest(block.Instance, provider.Connection) { Settings = provider.Settings };
            var result = await session.Runtime.InitAsync(request, cancellationToken);
            foreach (var diagnostic in result.Diagnostics)
            {
                var range = diagnostic.Attribute is { } path ? provider.Places.Find(path) : block.Syntax.HeaderRange;
                diagnostics.Add(secrets.Hide(diagnostic with { Place = diagnostic.Place ?? SourcePlaces.Of(range), Address = diagnostic.Address ?? $"provider.{block.Instance}" }));
            }

            session.IsConnected = result.Success;
            return result.Success;
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            diagnostics.Add(secrets.Hide(ProviderFailures.ToDiagnostic(failure, block.Instance, "configuration", Untouched)
                with { Place = SourcePlaces.Of(block.Syntax.HeaderRange) }));
            return false;
        }
    }

    /// <exception cref="KeyNotFoundException">The instance has not been connected.</exception>
    public IProviderRuntime RuntimeOf(string instance) => _sessions[instance].Runtime;

    public async ValueTask DisposeAsync()
    {
        using var limit = new CancellationTokenSource(CloseLimit, time);
        await Task.WhenAll(_sessions.Values.Select(s => CloseAsync(s.Runtime, limit.Token)));
        _sessions.Clear();
    }

    private async Task<(Session? Session, Diagnostic? Failure)> StartAsync(ProviderBlock block, CancellationToken cancellationToken)
    {
        IProviderRuntime? runtime = null;
        try
        {
            observer.On(new ProviderStarting(block.Instance));
            var known = registry.List();
            runtime = await registry.LookupAsync(known.Contains(block.Instance) ? block.Instance : block.Id, cancellationToken);
            var capabilities = await runtime.CapabilitiesAsync(cancellationToken);
            observer.On(new ProviderStarted(block.Instance, capabilities.Version));
            return (new Session(runtime, capabilities), null);
        }
        catch (Exception failure)
        {
            if (runtime is not null)
            {
                await runtime.DisposeAsync();
            }

            if (failure is OperationCanceledException)
            {
                throw;
            }

            return (null, secrets.Hide(ProviderFailures.ToDiagnostic(failure, block.Instance, "start", Untouched)));
        }
    }

    /// <summary>A provider that cannot say goodbye is dropped: everything it did has been answered before.</summary>
    private static async Task CloseAsync(IProviderRuntime runtime, CancellationToken limit)
    {
        try
        {
            await runtime.CloseAsync(limit);
        }
        catch (Exception)
        {
            // Nothing is lost with it, and the outcome of the run must not depend on it.
        }

        await runtime.DisposeAsync();
    }

    private sealed class Session(IProviderRuntime runtime, Capabilities capabilities)
    {
        public IProviderRuntime Runtime { get; } = runtime;

        public Capabilities Capabilities { get; } = capabilities;

        public bool IsConnected { get; set; }
    }
}
