using System.Runtime.ExceptionServices;
using System.Text.Json.Nodes;
using Kolumn.Protocol;
using Kolumn.Protocol.Payloads;
using Kolumn.Protocol.Schema;
using Kolumn.Sdk;
using Kolumn.Sdk.Engine;
using Microsoft.Extensions.Logging;

namespace Kolumn.Assistance;

/// <summary>The Sdk's engine over the resource functions of a provider somewhere else.</summary>
internal sealed class AssistingEngine : IAsyncDisposable
{
    // Its own answer about itself is better than one from here; a transaction of its own would know nothing of what the engine does.
    private static readonly string[] TheirOwn = [FunctionNames.Ping, FunctionNames.Version];
    private static readonly string[] NotPassedOn = [FunctionNames.BeginTransaction, FunctionNames.CommitTransaction, FunctionNames.RollbackTransaction];

    private readonly IProvider _provider;
    private readonly IProvider _engine;
    private readonly HashSet<string> _does = new(StringComparer.Ordinal);
    private readonly ResourceFunctions _functions;
    private readonly bool _checksConfig;
    private readonly SemaphoreSlim _configuring = new(1, 1);
    private JsonObject _written = [];
    private Envelope? _answer;
    private ExceptionDispatchInfo? _broken;

    private AssistingEngine(IProvider provider, ProviderSchema schema, ILoggerFactory loggers)
    {
        _provider = provider;
        _functions = new ResourceFunctions(provider, schema);
        _checksConfig = schema.ConfigSchema is not null;
        var definition = new ProviderDefinition<AssistedSession>
        {
            Name = schema.Name,
            Version = schema.Version,
            Description = schema.Description,
            Category = schema.Category,
            ConfigSchema = schema.ConfigSchema ?? new ObjectType(),
            ConnectAsync = (config, _, token) => ConnectAsync(config, token),
        };
        foreach (var type in schema.ResourceTypes)
        {
            definition.Add(type.Name, new AssistedHandler(type));
        }

        _engine = InProcessProvider.Create(definition, loggers);
        if (_engine is IProviderEventSource source)
        {
            source.EventReceived += happened => EventReceived?.Invoke(happened);
        }
    }

    /// <param name="schema">The provider's own.</param>
    /// <exception cref="ProviderCallException">The schema contradicts itself.</exception>
    public static async Task<AssistingEngine> CreateAsync(IProvider provider, ProviderSchema schema, ILoggerFactory loggers, CancellationToken cancellationToken)
    {
        AssistingEngine made;
        try
        {
            made = new AssistingEngine(provider, schema, loggers);
        }
        catch (Exception contradictory) when (contradictory is InvalidProviderDefinitionException or ArgumentException)
        {
            throw new ProviderCallException(ProviderCallFailure.Defect, $"the schema contradicts itself: {contradictory.Message}", contradictory);
        }

        var own = await made._engine.SchemaAsync(cancellationToken);
        made._does.UnionWith(own.SupportedFunctions.Except(TheirOwn.Intersect(schema.SupportedFunctions)).Concat(NotPassedOn));
        made.Schema = own with
        {
            ProtocolVersion = schema.ProtocolVersion,
            SupportedFunctions = [.. own.SupportedFunctions.Union(schema.SupportedFunctions.Except(NotPassedOn))],
            ConfigSchema = schema.ConfigSchema,
            Capabilities = new Dictionary<string, bool>(schema.Capabilities ?? new Dictionary<string, bool>()) { [AssistanceNeed.Capability] = true },
        };
        return made;
    }

    public event Action<ProviderEvent>? EventReceived;

    /// <summary>The provider's own, completed.</summary>
    public ProviderSchema Schema { get; private set; } = null!;

    /// <summary>Whether a function is the engine's; every other one is passed on to the provider.</summary>
    public bool Does(string function) => _does.Contains(function);

    public Task<ReadOnlyMemory<byte>> CallFunctionAsync(string function, ReadOnlyMemory<byte> input, CancellationToken cancellationToken) =>
        _engine.CallFunctionAsync(function, input, cancellationToken);

    /// <summary>The engine checks the config against the schema, then the provider has its say; both are heard.</summary>
    public async Task<Envelope> ConfigureAsync(JsonObject config, CancellationToken cancellationToken)
    {
        await _configuring.WaitAsync(cancellationToken);
        try
        {
            (_written, _answer, _broken) = (config, null, null);
            var own = await _engine.ConfigureAsync(_checksConfig ? config : [], cancellationToken);
            _broken?.Throw();
            return (own, _answer) switch
            {
                ({ Success: false }, { Success: false } refused) => refused,
                ({ Success: true }, { } accepted) => accepted with { Diagnostics = [.. own.Diagnostics ?? [], .. accepted.Diagnostics ?? []] },
                _ => own,
            };
        }
        finally
        {
            (_written, _answer, _broken) = ([], null, null);
            _configuring.Release();
        }
    }

    public Task<Envelope> CloseAsync(CancellationToken cancellationToken) => _engine.CloseAsync(cancellationToken);

    public ValueTask DisposeAsync() => _engine.DisposeAsync();

    private async Task<IProviderConnection<AssistedSession>> ConnectAsync(JsonObject config, CancellationToken cancellationToken)
    {
        try
        {
            _answer = await _provider.ConfigureAsync(_checksConfig ? config : _written, cancellationToken);
        }
        catch (ProviderCallException failed)
        {
            _broken = ExceptionDispatchInfo.Capture(failed);
            throw new ProviderException(Diagnostic.Error(DiagnosticCodes.Connection, failed.Message), failed);
        }

        return _answer.Success
            ? new AssistedConnection(_functions)
            : throw new ProviderException(_answer.CollectDiagnostics().First(d => d.Severity == Severity.Error));
    }
}
