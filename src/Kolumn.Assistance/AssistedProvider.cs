using System.Text.Json.Nodes;
using Kolumn.Protocol;
using Kolumn.Protocol.Payloads;
using Kolumn.Protocol.Schema;
using Microsoft.Extensions.Logging;

namespace Kolumn.Assistance;

/// <summary>
/// A provider that need not know how to plan. Where its schema lists Plan and Apply it is called as it is; where it lists only the
/// functions that handle one resource, the Sdk's engine runs here in its stead and comes to it for those:
/// <list type="number">
/// <item>its schema is asked for, once;</item>
/// <item>what it lacks is read off that (<see cref="AssistanceNeed"/>), and the engine is set up with a handler for each of its types;</item>
/// <item>what the engine can do it does, every other function of the provider's is passed on.</item>
/// </list>
/// A provider that lacks what nobody can stand in for is refused when it is configured. Safe for concurrent use; closing it closes the provider.
/// </summary>
public sealed class AssistedProvider : IProvider, IProviderEventSource, IOutboxSource
{
    private readonly IProvider _provider;
    private readonly ILoggerFactory _loggers;
    private readonly SemaphoreSlim _turn = new(1, 1);
    private volatile Assisting? _assisting;

    public AssistedProvider(IProvider provider, ILoggerFactory loggers)
    {
        ArgumentNullException.ThrowIfNull(provider);
        ArgumentNullException.ThrowIfNull(loggers);
        _provider = provider;
        _loggers = loggers;
        if (provider is IProviderEventSource source)
        {
            source.EventReceived += PassOn;
        }
    }

    public event Action<ProviderEvent>? EventReceived;

    /// <summary>The provider's own, completed by what the host does for it and the capability <see cref="AssistanceNeed.Capability"/>.</summary>
    /// <exception cref="ProviderCallException">As the provider's own; also when it needs help and its schema contradicts itself.</exception>
    public async Task<ProviderSchema> SchemaAsync(CancellationToken cancellationToken) => (await AssistingAsync(cancellationToken)).Schema;

    public async Task<Envelope> ConfigureAsync(JsonObject config, CancellationToken cancellationToken)
    {
        var assisting = await AssistingAsync(cancellationToken);
        return assisting.Refusal is { } refusal
            ? Envelope.Failure<Envelope>([refusal])
            : await (assisting.Engine is { } engine ? engine.ConfigureAsync(config, cancellationToken) : _provider.ConfigureAsync(config, cancellationToken));
    }

    public async Task<ReadOnlyMemory<byte>> CallFunctionAsync(string function, ReadOnlyMemory<byte> input, CancellationToken cancellationToken)
    {
        var engine = (await AssistingAsync(cancellationToken)).Engine; // 3
        return await (engine is not null && engine.Does(function)
            ? engine.CallFunctionAsync(function, input, cancellationToken)
            : _provider.CallFunctionAsync(function, input, cancellationToken));
    }

    public Task<OutboxExchangeResponse> ExchangeAsync(OutboxExchangeRequest request, CancellationToken cancellationToken) => _provider is IOutboxSource source
        ? source.ExchangeAsync(request, cancellationToken)
        : throw new ProviderCallException(ProviderCallFailure.UnsupportedFunction, "the provider cannot relay an outbox");

    public async Task<Envelope> CloseAsync(CancellationToken cancellationToken)
    {
        if (_assisting?.Engine is { } engine)
        {
            await engine.CloseAsync(cancellationToken);
        }

        return await _provider.CloseAsync(cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        if (_provider is IProviderEventSource source)
        {
            source.EventReceived -= PassOn;
        }

        if (_assisting?.Engine is { } engine)
        {
            await engine.DisposeAsync();
        }

        await _provider.DisposeAsync();
    }

    private async Task<Assisting> AssistingAsync(CancellationToken cancellationToken)
    {
        if (_assisting is { } known)
        {
            return known;
        }

        await _turn.WaitAsync(cancellationToken);
        try
        {
            return _assisting ??= await AssistAsync(await _provider.SchemaAsync(cancellationToken), cancellationToken); // 1
        }
        finally
        {
            _turn.Release();
        }
    }

    private async Task<Assisting> AssistAsync(ProviderSchema schema, CancellationToken cancellationToken) // 2
    {
        var need = AssistanceNeed.Of(schema);
        if (!need.IsNeeded)
        {
            return new Assisting(schema, null, null);
        }

        if (need.Missing.Count > 0)
        {
            return new Assisting(schema, null, Diagnostic.Error(
                "PROVIDER_INCOMPLETE",
                $"Provider {schema.Name} {schema.Version} can neither plan by itself nor be helped: it has no {string.Join(" and no ", need.Missing)}",
                "A provider supports Plan and Apply, or CreateResource, ReadResource, UpdateResource, DeleteResource and DiscoverResources, from which its host makes the rest. Install a complete version of it."));
        }

        var engine = await AssistingEngine.CreateAsync(_provider, schema, _loggers, cancellationToken);
        engine.EventReceived += happened => EventReceived?.Invoke(happened);
        return new Assisting(engine.Schema, engine, null);
    }

    // What one resource function did is part of a change whose result the engine tells.
    private void PassOn(ProviderEvent happened)
    {
        if (_assisting?.Engine is null || happened.Type != "resource")
        {
            EventReceived?.Invoke(happened);
        }
    }

    /// <param name="Schema">To be shown.</param>
    /// <param name="Engine">null when the provider does without, or cannot be helped.</param>
    /// <param name="Refusal">Why it cannot be helped.</param>
    private sealed record Assisting(ProviderSchema Schema, AssistingEngine? Engine, Diagnostic? Refusal);
}
