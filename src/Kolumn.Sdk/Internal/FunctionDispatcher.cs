using System.Text.Json;
using System.Text.Json.Nodes;
using Kolumn.Protocol;
using Kolumn.Protocol.Payloads;
using Kolumn.Protocol.Schema;
using Kolumn.Sdk.Engine;
using Kolumn.Sdk.Internal.Transactions;
using Kolumn.Sdk.Migrations;
using Kolumn.Sdk.Streaming;
using Kolumn.Sdk.Telemetry;
using Microsoft.Extensions.Logging;

namespace Kolumn.Sdk.Internal;

/// <summary>
/// The four methods of the contract over a provider's definition. A call goes one way, whatever the function:
/// <list type="number">
/// <item>find the route by name: the one table from which <c>supported_functions</c> is made;</item>
/// <item>check the size and that the provider is configured, and hold the connection for as long as the call runs;</item>
/// <item>decode the request;</item>
/// <item>run the function: what a user can put right becomes an answer, everything else a <see cref="ProviderCallException"/>;</item>
/// <item>scrub and encode the response.</item>
/// </list>
/// </summary>
internal sealed class FunctionDispatcher<TSession> : IProvider, IProviderEventSource, IOutboxSource
    where TSession : IProviderSession
{
    private static readonly ReadOnlyMemory<byte> EmptyObject = "{}"u8.ToArray();

    private readonly ProviderDefinition<TSession> _definition;
    private readonly ResourceTypes<TSession> _types;
    private readonly SchemaValidation _validation = new();
    private readonly ProviderLoggers _loggers;
    private readonly TimeProvider _time;
    private readonly SecretScrubber _scrubber;
    private readonly OutboxExchange<TSession>? _exchange;
    private readonly Dictionary<string, Route> _routes = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim _configuring = new(1, 1);
    private volatile ConfiguredConnection<TSession>? _configured;

    /// <exception cref="InvalidProviderDefinitionException">The definition contradicts itself; every fault is listed.</exception>
    public FunctionDispatcher(ProviderDefinition<TSession> definition, ILoggerFactory loggers, TimeProvider time, SecretScrubber scrubber)
    {
        _definition = definition;
        _types = new ResourceTypes<TSession>(definition);
        _loggers = new ProviderLoggers(definition.Name, loggers);
        _time = time;
        _scrubber = scrubber;

        var preparation = new PlanPreparation<TSession>(_types, _validation);
        var patience = new LockPatience(_loggers.Handler, scrubber, time);
        var engine = new ApplyEngine<TSession>(definition.HasTransactionalDdl, patience, Publish, time);
        var plans = new PlanFunctions<TSession>(_types, preparation, engine, patience, _loggers, scrubber);
        var reads = new ReadFunctions<TSession>(_types, _loggers);
        var detection = new DriftDetection<TSession>(_types);
        var drift = new DriftFunction<TSession>(_types, detection, definition.Facts, _loggers, scrubber);
        var checks = new ValidateFunction<TSession>(_types, new StateChecks<TSession>(_types, _validation), preparation, detection, _loggers, scrubber);
        var about = new AboutFunctions<TSession>(definition, time);
        var quarantine = new QuarantineFunctions<TSession>(_types);
        Add<CreateResourceRequest, CreateResourceResponse>(
            FunctionNames.CreateResource, (request, call, token) => request.Options?.QuarantineId is null ? plans.CreateAsync(request, call, token) : quarantine.RestoreAsync(request, call, token));
        Add<ReadResourceRequest, ReadResourceResponse>(FunctionNames.ReadResource, reads.ReadAsync);
        Add<UpdateResourceRequest, UpdateResourceResponse>(FunctionNames.UpdateResource, plans.UpdateAsync);
        Add<DeleteResourceRequest, DeleteResourceResponse>(
            FunctionNames.DeleteResource, (request, call, token) => request.Options?.QuarantineId is null ? plans.DeleteAsync(request, call, token) : quarantine.PurgeAsync(request, call, token));
        Add<DiscoverResourcesRequest, DiscoverResourcesResponse>(
            FunctionNames.DiscoverResources, (request, call, token) => QuarantineFunctions<TSession>.IsListing(request) ? quarantine.ListAsync(request, call, token) : reads.DiscoverAsync(request, call, token));
        Add<PlanRequest, PlanResponse>(FunctionNames.Plan, plans.PlanAsync);
        Add<PlanRequest, ApplyResponse>(FunctionNames.Apply, plans.ApplyAsync);
        Add<StateRequest, StateResponse>(FunctionNames.GetState, (_, call, _) => Task.FromResult(call.State.Get()));
        Add<SetStateRequest, SetStateResponse>(FunctionNames.SetState, (request, call, _) => Task.FromResult(call.State.Set(request)));
        AddAlways<PingRequest, PingResponse>(FunctionNames.Ping, (_, call, token) => about.PingAsync(call?.Connection, token));
        AddAlways<VersionRequest, VersionResponse>(FunctionNames.Version, (_, call, token) => about.VersionAsync(call?.Connection, token));
        Add<DriftRequest, DriftResponse>(FunctionNames.DetectDrift, drift.DetectAsync);
        Add<ValidateRequest, ValidateResponse>(FunctionNames.ValidateState, checks.ValidateAsync);
        var introspection = new IntrospectFunctions<TSession>(definition.Name, _types, definition.Facts, time);
        Add<DiscoverDatabaseRequest, DiscoverDatabaseResponse>(FunctionNames.DiscoverDatabase, introspection.DiscoverAsync);
        Add<IntrospectRequest, IntrospectResponse>(FunctionNames.Introspect, introspection.IntrospectAsync);
        var batch = new BatchFunction<TSession>(definition.IsolationLevels, definition.HasTransactionalDdl, _routes.ContainsKey, (function, input, call, token) =>
            RunAsync(function, _routes[function], input, call, token, token));
        Add<BatchRequest, BatchResponse>(FunctionNames.BatchOperation, batch.RunAsync);
        if (definition.Audit is { } store)
        {
            Add<AuditRequest, AuditResponse>(FunctionNames.GetAuditLog, new AuditFunction<TSession>(_types, store).ReadAsync);
        }

        if (definition.Migrations is { } ledger)
        {
            var migrations = new MigrationFunctions<TSession>(_types, preparation, new MigrationMeans<TSession>(ledger), $"{definition.Name} {definition.Version}", _loggers, scrubber, Publish, time);
            Add<MigrationRequest, MigrationPlanResponse>(FunctionNames.PlanMigration, migrations.PlanAsync);
            Add<MigrationRequest, MigrationApplyResponse>(FunctionNames.ApplyMigration, migrations.ApplyAsync);
            Add<MigrationRequest, MigrationRollbackResponse>(FunctionNames.RollbackMigration, migrations.RollbackAsync);
        }

        if (definition.IsolationLevels.Count > 0)
        {
            var transactions = new TransactionFunctions<TSession>(definition.IsolationLevels, definition.HasTransactionalDdl);
            Add<TransactionRequest, TransactionResponse>(FunctionNames.BeginTransaction, transactions.BeginAsync);
            Add<TransactionRequest, TransactionResponse>(FunctionNames.CommitTransaction, transactions.CommitAsync);
            Add<TransactionRequest, TransactionResponse>(FunctionNames.RollbackTransaction, transactions.RollbackAsync);
        }

        if (definition.Streams is { } streams)
        {
            _exchange = new OutboxExchange<TSession>(streams);
            var outboxes = new OutboxFunctions<TSession>(streams, time);
            Add<OutboxHealthMetricsRequest, OutboxHealthMetrics>(FunctionNames.OutboxHealthMetrics, outboxes.HealthAsync);
            Add<OutboxCleanupRetentionRequest, OutboxCleanupRetentionResponse>(FunctionNames.OutboxCleanupRetention, outboxes.CleanAsync);
        }

        Schema = new ProviderSchema
        {
            Name = definition.Name,
            Version = definition.Version,
            Category = definition.Category,
            Description = definition.Description,
            ResourceTypes = [.. _types.All.Select(t => t.Describe())],
            SupportedFunctions = [.. _routes.Keys],
            ConfigSchema = definition.FullConfigSchema,
            Capabilities = _exchange is null
                ? definition.Capabilities
                : new Dictionary<string, bool>(definition.Capabilities) { [IOutboxSource.Capability] = true },
        };
    }

    private delegate Task<ReadOnlyMemory<byte>> Route(ReadOnlyMemory<byte> input, Call<TSession>? call, CancellationToken cancellationToken);

    public event Action<ProviderEvent>? EventReceived;

    public ProviderSchema Schema { get; }

    public Task<ProviderSchema> SchemaAsync(CancellationToken cancellationToken) => Task.FromResult(Schema);

    /// <summary>A configuration that is refused leaves the previous one in force; one that is accepted retires it.</summary>
    public async Task<Envelope> ConfigureAsync(JsonObject config, CancellationToken cancellationToken)
    {
        await _configuring.WaitAsync(cancellationToken);
        try
        {
            var configuring = new Configuring<TSession>(_definition, _validation, _scrubber, _loggers, _time, Defect);
            var (envelope, configured) = await configuring.RunAsync(config, cancellationToken);
            if (configured is not null && Interlocked.Exchange(ref _configured, configured) is { } previous)
            {
                await previous.RetireAsync();
            }

            return _scrubber.Scrub(envelope);
        }
        finally
        {
            _configuring.Release();
        }
    }

    public async Task<OutboxExchangeResponse> ExchangeAsync(OutboxExchangeRequest request, CancellationToken cancellationToken)
    {
        const string Exchange = "Exchange";
        if (_exchange is null)
        {
            throw Refusal(ProviderCallFailure.UnsupportedFunction, Exchange, $"{_definition.Name} has no outboxes");
        }

        // Held like a function's call; no line in the log for each of what may be thousands.
        if (_configured is not { } configured || !configured.TryEnter())
        {
            throw Refusal(ProviderCallFailure.NotConfigured, Exchange, "Exchange was called before Configure");
        }

        try
        {
            using var cancellation = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, configured.Retiring);
            return _scrubber.Scrub(await _exchange.RunAsync(request, configured.Call, cancellation.Token));
        }
        catch (ProviderException refused)
        {
            return _scrubber.Scrub(Envelope.Failure<OutboxExchangeResponse>([refused.Diagnostic]));
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw Refusal(ProviderCallFailure.NotConfigured, Exchange, "Exchange ended because the provider was closed or configured anew meanwhile");
        }
        catch (Exception unexpected) when (unexpected is not (ProviderCallException or OperationCanceledException))
        {
            throw Defect(Exchange, unexpected);
        }
        finally
        {
            configured.Leave();
        }
    }

    public async Task<ReadOnlyMemory<byte>> CallFunctionAsync(string function, ReadOnlyMemory<byte> input, CancellationToken cancellationToken)
    {
        if (!_routes.TryGetValue(function, out var route)) // 1
        {
            throw Refusal(ProviderCallFailure.UnsupportedFunction, function, $"unsupported function: {function}");
        }

        if (input.Length > Limits.MaxRequestBytes) // 2
        {
            throw Refusal(ProviderCallFailure.TooLarge, function, $"the request of {input.Length} bytes is over the limit of {Limits.MaxRequestBytes}");
        }

        var configured = _configured;
        var held = configured?.TryEnter() ?? false;
        try
        {
            using var cancellation = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, held ? configured!.Retiring : CancellationToken.None);
            return await RunAsync(function, route, input, held ? configured!.Call : null, cancellation.Token, cancellationToken);
        }
        finally
        {
            if (held)
            {
                configured!.Leave();
            }
        }
    }

    public async Task<Envelope> CloseAsync(CancellationToken cancellationToken)
    {
        await _configuring.WaitAsync(cancellationToken);
        try
        {
            return Interlocked.Exchange(ref _configured, null) is { } configured ? await configured.RetireAsync() : Envelope.Ok;
        }
        finally
        {
            _configuring.Release();
        }
    }

    public async ValueTask DisposeAsync() => await CloseAsync(CancellationToken.None);

    private void Add<TRequest, TResponse>(string function, Func<TRequest, Call<TSession>, CancellationToken, Task<TResponse>> run)
        where TResponse : Envelope, new() => AddAlways<TRequest, TResponse>(function, (request, call, token) => call is { } held
            ? run(request, held, token)
            : throw Refusal(ProviderCallFailure.NotConfigured, function, $"{function} was called before Configure"));

    private void AddAlways<TRequest, TResponse>(string function, Func<TRequest, Call<TSession>?, CancellationToken, Task<TResponse>> run)
        where TResponse : Envelope, new() => _routes.Add(function, async (input, call, token) =>
        {
            var request = PayloadJson.Read<TRequest>((input.IsEmpty ? EmptyObject : input).Span); // 3
            TResponse response;
            try
            {
                response = await run(request, call, token); // 4
            }
            catch (ProviderException refused)
            {
                response = Envelope.Failure<TResponse>([refused.Diagnostic]);
            }

            return PayloadJson.Write(_scrubber.Scrub(response)); // 5
        });

    private async Task<ReadOnlyMemory<byte>> RunAsync(
        string function, Route route, ReadOnlyMemory<byte> input, Call<TSession>? call, CancellationToken token, CancellationToken callers)
    {
        var start = _time.GetTimestamp();
        Log.Dispatching(_loggers.Dispatch, function, input.Length);
        try
        {
            var output = await route(input, call, token);
            Log.Dispatched(_loggers.Dispatch, function, output.Length, (long)_time.GetElapsedTime(start).TotalMilliseconds);
            return output;
        }
        catch (JsonException malformed)
        {
            throw Refusal(ProviderCallFailure.InvalidRequest, function, $"the request of {function} is not what it takes: {malformed.Message}", malformed);
        }
        catch (OperationCanceledException) when (token.IsCancellationRequested && !callers.IsCancellationRequested)
        {
            throw Refusal(ProviderCallFailure.NotConfigured, function, $"{function} ended because the provider was closed or configured anew meanwhile");
        }
        catch (Exception unexpected) when (unexpected is not ProviderCallException && !(unexpected is OperationCanceledException && token.IsCancellationRequested))
        {
            throw Defect(function, unexpected);
        }
    }

    private void Publish(ProviderEvent happened) => EventReceived?.Invoke(happened with
    {
        RequestId = RequestScope.RequestId,
        Result = happened.Result is { Success: false } failed
            ? failed with { Error = _scrubber.Scrub(failed.Error ?? ""), Diagnostic = failed.Diagnostic is { } d ? _scrubber.Scrub(d) : null }
            : happened.Result,
    });

    private ProviderCallException Refusal(ProviderCallFailure failure, string function, string message, Exception? cause = null)
    {
        var scrubbed = _scrubber.Scrub(message);
        Log.CallRefused(_loggers.Dispatch, function, scrubbed);
        return new ProviderCallException(failure, scrubbed, cause);
    }

    /// <summary>The user gets the exception's message and who to tell; where it happened goes to the log.</summary>
    private ProviderCallException Defect(string function, Exception unexpected)
    {
        Log.Defect(_loggers.Dispatch, function, _scrubber.Scrub(unexpected.ToString()));
        var what = unexpected is HandlerDefectException ? unexpected.Message : $"{unexpected.GetType().Name}: {unexpected.Message}";
        return new ProviderCallException(
            ProviderCallFailure.Defect, _scrubber.Scrub($"provider bug in {_definition.Name} {_definition.Version}, {function}: {what}"), unexpected);
    }
}
