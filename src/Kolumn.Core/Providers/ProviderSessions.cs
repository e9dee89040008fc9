using Kolumn.Core.Configuration;
using Kolumn.Protocol;
using Kolumn.Protocol.Runtime;

namespace Kolumn.Core.Providers;

/// <summary>
/// The runtimes of one run, each started once: first to tell what it can do, then, if any resource needs it, configured and
/// connected. Both can be begun early and go on beside what else there is to do. Closes all of them at its end.
/// </summary>
internal sealed class ProviderSessions(RuntimeRegistry registry, IEngineObserver observer, SecretTexts secrets, TimeProvider time) : IAsyncDisposable
{
    /// <summary>How long all providers together may take to say goodbye before they are dropped.</summary>
    private static readonly TimeSpan CloseLimit = TimeSpan.FromSeconds(10);

    private const string Untouched = "Nothing has been changed.";

    private readonly CancellationTokenSource _end = new();
    private readonly Dictionary<string, Task<(Session? Session, Diagnostic? Failure)>> _starts = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Task<IReadOnlyList<Diagnostic>>> _connections = new(StringComparer.Ordinal);
    private readonly Dictionary<string, IProviderRuntime> _connected = new(StringComparer.Ordinal);

    /// <summary>What must not be shown; grows while the run goes on.</summary>
    public SecretTexts Secrets => secrets;

    /// <summary>Ids with a registered factory.</summary>
    public IReadOnlyList<string> Installed => registry.List();

    /// <summary>Begins to start the providers of these blocks, side by side, unless that has been done.</summary>
    public void Start(IEnumerable<ProviderBlock> blocks, CancellationToken cancellationToken)
    {
        foreach (var block in blocks)
        {
            if (!_starts.ContainsKey(block.Instance))
            {
                _starts[block.Instance] = Task.Run(() => StartAsync(block, cancellationToken), CancellationToken.None);
            }
        }
    }

    /// <summary>
    /// What the providers of these blocks can do, one block per provider being enough. What does not start is reported and
    /// missing from the result.
    /// </summary>
    public async Task<IReadOnlyDictionary<string, Capabilities>> DescribeAsync(
        IReadOnlyList<ProviderBlock> blocks, DiagnosticList diagnostics, CancellationToken cancellationToken)
    {
        Start(blocks, cancellationToken);
        await Task.WhenAll(blocks.Select(b => _starts[b.Instance]));
        var capabilities = new Dictionary<string, Capabilities>(StringComparer.Ordinal);
        foreach (var block in blocks)
        {
            var (session, failure) = await _starts[block.Instance];
            if (session is not null)
            {
                capabilities.TryAdd(block.Id, session.Capabilities);
            }
            else
            {
                diagnostics.Add(PlaceAt(block, failure!));
            }
        }

        return capabilities;
    }

    /// <summary>Whether <see cref="Connect"/> has been asked for this instance.</summary>
    public bool IsConnecting(string instance) => _connections.ContainsKey(instance);

    /// <summary>Begins to configure the instance; <see cref="ConnectedAsync"/> tells how that went.</summary>
    public void Connect(ConfiguredProvider provider, CancellationToken cancellationToken)
    {
        secrets.Add(provider.Secrets);
        Start([provider.Block], cancellationToken);
        _connections[provider.Block.Instance] = Task.Run(() => ConnectAsync(provider, cancellationToken), CancellationToken.None);
    }

    /// <summary>Waits for every instance that was begun to be configured, and reports those that refuse.</summary>
    public async Task ConnectedAsync(DiagnosticList diagnostics)
    {
        foreach (var (instance, connection) in _connections)
        {
            diagnostics.AddRange(await connection);
            if ((await _starts[instance]).Session is { } session)
            {
                _connected[instance] = session.Runtime;
            }
        }
    }

    /// <exception cref="KeyNotFoundException">The instance has not been connected.</exception>
    public IProviderRuntime RuntimeOf(string instance) => _connected[instance];

    /// <summary>
    /// 1. What has begun and nobody waited for is given up.
    /// 2. What runs is closed.
    /// </summary>
    public async ValueTask DisposeAsync()
    {
        // 1
        await _end.CancelAsync();
        await Task.WhenAll(_connections.Values.Concat<Task>(_starts.Values)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

        // 2
        using var limit = new CancellationTokenSource(CloseLimit, time);
        var closings = new List<Task>();
        foreach (var start in _starts.Values.Where(s => s.IsCompletedSuccessfully))
        {
            if ((await start).Session is { } session)
            {
                closings.Add(CloseAsync(session.Runtime, limit.Token));
            }
        }

        await Task.WhenAll(closings);
        _starts.Clear();
        _end.Dispose();
    }

    private async Task<IReadOnlyList<Diagnostic>> ConnectAsync(ConfiguredProvider provider, CancellationToken cancellationToken)
    {
        var block = provider.Block;
        var (session, failure) = await _starts[block.Instance];
        if (session is null)
        {
            return [PlaceAt(block, failure!)];
        }

        using var either = CancellationTokenSource.CreateLinkedTokenSource(_end.Token, cancellationToken);
        try
        {
            var request = new InitRequest(block.Instance, provider.Connection) { Settings = provider.Settings };
            var result = await session.Runtime.InitAsync(request, either.Token);
            return
            [
                .. result.Diagnostics.Select(diagnostic => secrets.Hide(diagnostic with
                {
                    Place = diagnostic.Place ?? SourcePlaces.Of(diagnostic.Attribute is { } path ? provider.Places.Find(path) : block.Syntax.HeaderRange),
                    Address = diagnostic.Address ?? $"provider.{block.Instance}",
                })),
            ];
        }
        catch (Exception failed) when (failed is not OperationCanceledException)
        {
            return [PlaceAt(block, secrets.Hide(ProviderFailures.ToDiagnostic(failed, block.Instance, "configuration", Untouched)))];
        }
    }

    private static Diagnostic PlaceAt(ProviderBlock block, Diagnostic diagnostic) => diagnostic with { Place = SourcePlaces.Of(block.Syntax.HeaderRange) };

    private async Task<(Session? Session, Diagnostic? Failure)> StartAsync(ProviderBlock block, CancellationToken cancellationToken)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(_end.Token, cancellationToken);
        IProviderRuntime? runtime = null;
        try
        {
            observer.On(new ProviderStarting(block.Instance));
            var known = registry.List();
            runtime = await registry.LookupAsync(known.Contains(block.Instance) ? block.Instance : block.Id, either.Token);
            var capabilities = await runtime.CapabilitiesAsync(either.Token);
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

    private sealed record Session(IProviderRuntime Runtime, Capabilities Capabilities);
}
