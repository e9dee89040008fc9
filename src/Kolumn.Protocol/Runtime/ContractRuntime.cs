using System.Text.Json.Nodes;
using Kolumn.Protocol.Payloads;
using Kolumn.Protocol.Schema;

namespace Kolumn.Protocol.Runtime;

/// <summary>
/// The runtime contract spoken over the four methods of <see cref="IProvider"/>: the same adapter stands before a provider
/// in this process and before one in its own.
/// </summary>
public sealed class ContractRuntime(IProvider provider) : IProviderRuntime, IOutboxSource, IQuarantineRuntime, IMigrationRuntime
{
    private ProviderSchema? _schema;
    private string _instance = "";
    private bool _closed;

    public async Task<InitResult> InitAsync(InitRequest request, CancellationToken cancellationToken)
    {
        _instance = request.Provider;
        var answer = await provider.ConfigureAsync(request.Connection, cancellationToken);
        return new InitResult(answer.CollectDiagnostics());
    }

    public async Task<Capabilities> CapabilitiesAsync(CancellationToken cancellationToken)
    {
        var schema = _schema ??= await provider.SchemaAsync(cancellationToken);
        return new Capabilities
        {
            Provider = schema.Name,
            Version = schema.Version,
            Protocol = schema.ProtocolVersion,
            Features = schema.Capabilities ?? new Dictionary<string, bool>(),
            ConfigSchema = schema.ConfigSchema,
            SupportedFunctions = schema.SupportedFunctions,
            ResourceKinds =
            [
                .. schema.ResourceTypes.Select(t => new ResourceKind(
                    FullType(schema.Name, t.Name), t.Description, t.Operations, t.ConfigSchema, t.StateSchema)),
            ],
        };
    }

    public async Task<RuntimePlan> PlanAsync(RuntimePlanRequest request, CancellationToken cancellationToken)
    {
        var response = await provider.CallAsync<PlanRequest, PlanResponse>(FunctionNames.Plan, ToPlanRequest(request), cancellationToken);
        return new RuntimePlan
        {
            Provider = _instance,
            Operations = InOrder(response),
            Diagnostics = response.CollectDiagnostics(),
            PlanHash = response.PlanHash,
        };
    }

    public async Task<RuntimeApplyResult> ApplyAsync(ApplyRequest request, CancellationToken cancellationToken)
    {
        using var telling = new ApplyTelling(provider as IProviderEventSource, request.OnEvent);
        var input = Settle(ToPlanRequest(request.Request), request.Plan) with { PlanHash = request.Plan.PlanHash };
        var response = await provider.CallAsync<PlanRequest, ApplyResponse>(FunctionNames.Apply, input, cancellationToken);
        telling.Complete(response.Results);
        return new RuntimeApplyResult
        {
            Success = response.Success,
            Results = response.Results,
            Diagnostics = response.CollectDiagnostics(),
            RolledBack = response.RolledBack,
        };
    }

    /// <summary>One DiscoverResources call per type, however many resources are asked for.</summary>
    public async Task<InspectResult> InspectAsync(InspectRequest request, CancellationToken cancellationToken)
    {
        if (request.Resources.Count == 0 && request.Types.Count == 0)
        {
            return await DiscoverAsync(new DiscoverResourcesRequest(), cancellationToken);
        }

        var found = new List<DiscoveredResource>();
        var diagnostics = new List<Diagnostic>();
        var types = request.Types.Concat(request.Resources.Select(r => r.Type)).Distinct(StringComparer.Ordinal);
        foreach (var type in types)
        {
            var wanted = request.Resources.Where(r => r.Type == type).ToList();
            var filters = wanted.Count == 0 ? null : new JsonObject
            {
                ["states"] = new JsonArray([.. wanted.Select(r => (JsonNode?)r.State.DeepClone())]),
            };
            var result = await DiscoverAsync(new DiscoverResourcesRequest { ResourceType = type, Filters = filters }, cancellationToken);
            found.AddRange(result.State);
            diagnostics.AddRange(result.Diagnostics);
        }

        return new InspectResult { State = found, Diagnostics = diagnostics };
    }

    public Task<OutboxExchangeResponse> ExchangeAsync(OutboxExchangeRequest request, CancellationToken cancellationToken) => provider is IOutboxSource source
        ? source.ExchangeAsync(request, cancellationToken)
        : throw new ProviderCallException(ProviderCallFailure.UnsupportedFunction, "the provider cannot relay an outbox");

    public Task<InspectResult> QuarantinedAsync(CancellationToken cancellationToken) =>
        DiscoverAsync(new DiscoverResourcesRequest { Filters = new JsonObject { ["status"] = "quarantined" } }, cancellationToken);

    public async Task<QuarantineOutcome> RestoreAsync(DiscoveredResource entry, CancellationToken cancellationToken)
    {
        var request = new CreateResourceRequest { ResourceType = entry.Type, Name = entry.Name, Options = new ResourceOptions { QuarantineId = entry.Quarantine!.Id } };
        var response = await provider.CallAsync<CreateResourceRequest, CreateResourceResponse>(FunctionNames.CreateResource, request, cancellationToken);
        return new QuarantineOutcome(response.State, response.CollectDiagnostics());
    }

    public async Task<QuarantineOutcome> PurgeAsync(DiscoveredResource entry, CancellationToken cancellationToken)
    {
        var request = new DeleteResourceRequest { ResourceType = entry.Type, Name = entry.Name, Options = new ResourceOptions { QuarantineId = entry.Quarantine!.Id, Force = true } };
        var response = await provider.CallAsync<DeleteResourceRequest, DeleteResourceResponse>(FunctionNames.DeleteResource, request, cancellationToken);
        return new QuarantineOutcome(null, response.CollectDiagnostics());
    }

    public Task<MigrationPlanResponse> PlanMigrationAsync(MigrationRequest request, CancellationToken cancellationToken) =>
        provider.CallAsync<MigrationRequest, MigrationPlanResponse>(FunctionNames.PlanMigration, request, cancellationToken);

    public Task<MigrationApplyResponse> ApplyMigrationAsync(MigrationRequest request, CancellationToken cancellationToken) =>
        provider.CallAsync<MigrationRequest, MigrationApplyResponse>(FunctionNames.ApplyMigration, request, cancellationToken);

    public Task<MigrationRollbackResponse> RollbackMigrationAsync(MigrationRequest request, CancellationToken cancellationToken) =>
        provider.CallAsync<MigrationRequest, MigrationRollbackResponse>(FunctionNames.RollbackMigration, request, cancellationToken);

    public async Task CloseAsync(CancellationToken cancellationToken)
    {
        if (_closed)
        {
            return;
        }

        _closed = true;
        try
        {
            await provider.CloseAsync(cancellationToken);
        }
        finally
        {
            await provider.DisposeAsync();
        }
    }

    public async ValueTask DisposeAsync()
    {
        _closed = true;
        await provider.DisposeAsync();
    }

    private async Task<InspectResult> DiscoverAsync(DiscoverResourcesRequest request, CancellationToken cancellationToken)
    {
        var response = await provider.CallAsync<DiscoverResourcesRequest, DiscoverResourcesResponse>(
            FunctionNames.DiscoverResources, request, cancellationToken);
        return new InspectResult { State = response.Resources, Diagnostics = response.CollectDiagnostics() };
    }

    /// <summary>Desired and current state become one list of proposals; the provider compares them with the database.</summary>
    private static PlanRequest ToPlanRequest(RuntimePlanRequest request)
    {
        var current = request.CurrentState.ToDictionary(r => r.Address, StringComparer.Ordinal);
        var desired = request.DesiredState.Select(r => r.Address).ToHashSet(StringComparer.Ordinal);
        var proposals = request.DesiredState.Select(r => new PlanResource
        {
            ResourceType = r.Type,
            Name = r.Name,
            Config = r.Config,
            Action = current.ContainsKey(r.Address) ? ResourceActions.Update : ResourceActions.Create,
            PriorState = current.GetValueOrDefault(r.Address)?.State,
            DependsOn = r.DependsOn,
        });
        var deletions = request.CurrentState.Where(r => !desired.Contains(r.Address)).Select(r => new PlanResource
        {
            ResourceType = r.Type,
            Name = r.Name,
            Action = ResourceActions.Delete,
            PriorState = r.State,
            DependsOn = r.DependsOn ?? [],
        });
        return new PlanRequest { Resources = [.. proposals, .. deletions], Options = request.Options };
    }

    /// <summary>What the plan leaves alone is proposed as such, so that only what it touches can make it stale.</summary>
    private static PlanRequest Settle(PlanRequest request, RuntimePlan plan)
    {
        var untouched = plan.Operations.Where(o => o.Action == ResourceActions.NoOp && o.Drift is not { Count: > 0 }).Select(o => o.Address).ToHashSet(StringComparer.Ordinal);
        return request with { Resources = [.. request.Resources.Select(r => untouched.Contains(r.Address) ? r with { Action = ResourceActions.NoOp } : r)] };
    }

    private static IReadOnlyList<PlannedResource> InOrder(PlanResponse response)
    {
        // Whoever plans something twice is told so by those who know what was asked for.
        var byAddress = response.Resources.DistinctBy(r => r.Address, StringComparer.Ordinal).ToDictionary(r => r.Address, StringComparer.Ordinal);
        var ordered = response.ExecutionOrder.Where(byAddress.ContainsKey).Select(a => byAddress[a]).ToList();
        return ordered.Count == response.Resources.Count ? ordered : [.. ordered, .. response.Resources.Except(ordered)];
    }

    private static string FullType(string provider, string type) =>
        type.StartsWith(provider + "_", StringComparison.Ordinal) ? type : $"{provider}_{type}";
}
