using System.Text.Json.Nodes;
using Kolumn.Protocol.Payloads;
using Kolumn.Protocol.Runtime;
using Shouldly;

namespace Kolumn.Testing;

/// <summary>A provider behind the runtime contract, and the state that a host would keep.</summary>
public abstract class ProviderScenario : IAsyncDisposable
{
    private readonly IProviderRuntime _runtime;
    private Dictionary<string, ResourceInstance> _state = new(StringComparer.Ordinal);

    protected ProviderScenario(IProviderRuntime runtime) => _runtime = runtime;

    public IReadOnlyDictionary<string, ResourceInstance> State => _state;

    public IQuarantineRuntime Quarantine => (IQuarantineRuntime)_runtime;

    /// <summary>A resource: its full type, its name and its configuration.</summary>
    public static DesiredResource Resource(string type, string name, string config) => new() { Type = type, Name = name, Config = JsonNode.Parse(config, documentOptions: new() { AllowTrailingCommas = true })!.AsObject() };

    public Task<RuntimePlan> PlanAsync(IReadOnlyList<DesiredResource> desired, CancellationToken cancellationToken) =>
        _runtime.PlanAsync(Request(desired), cancellationToken);

    public Task<RuntimeApplyResult> TryApplyAsync(IReadOnlyList<DesiredResource> desired, RuntimePlan plan, CancellationToken cancellationToken) =>
        _runtime.ApplyAsync(new ApplyRequest(Request(desired), plan), cancellationToken);

    /// <summary>Plans and applies; both succeed, and what was applied is in the state. Returns the plan.</summary>
    public async Task<RuntimePlan> ApplyAsync(IReadOnlyList<DesiredResource> desired, CancellationToken cancellationToken)
    {
        var plan = await PlanAsync(desired, cancellationToken);
        plan.Diagnostics.Where(diagnostic => diagnostic.Code != "SEVERAL_TRANSACTIONS").ShouldBeEmpty();
        var result = await TryApplyAsync(desired, plan, cancellationToken);
        result.Diagnostics.ShouldBe(plan.Diagnostics);
        result.Success.ShouldBeTrue();
        var configs = desired.ToDictionary(resource => resource.Address);
        _state = result.Results.Where(one => one.State is not null).ToDictionary(
            one => one.Address,
            one => new ResourceInstance { Type = one.ResourceType, Name = one.Name, Config = configs[one.Address].Config, State = one.State! },
            StringComparer.Ordinal);
        return plan;
    }

    /// <summary>Plans and applies what does not succeed as a whole; what the results say there is goes into the state, as with a host.</summary>
    public async Task<RuntimeApplyResult> ApplyInPartAsync(IReadOnlyList<DesiredResource> desired, CancellationToken cancellationToken)
    {
        var plan = await PlanAsync(desired, cancellationToken);
        plan.Success.ShouldBeTrue();
        var result = await TryApplyAsync(desired, plan, cancellationToken);
        result.Success.ShouldBeFalse();
        foreach (var one in result.Results.Where(one => one.State is not null))
        {
            var config = desired.First(resource => resource.Address == one.Address).Config;
            _state[one.Address] = new ResourceInstance { Type = one.ResourceType, Name = one.Name, Config = config, State = one.State! };
        }

        return result;
    }

    /// <summary>Nothing is to be done.</summary>
    public async Task ShouldBeInSyncAsync(IReadOnlyList<DesiredResource> desired, CancellationToken cancellationToken)
    {
        var plan = await PlanAsync(desired, cancellationToken);
        plan.Diagnostics.ShouldBeEmpty();
        plan.Operations.Where(operation => operation.Action != "noop").Select(operation => $"{operation.Action} {operation.Address}: {string.Join("; ", operation.Statements ?? [])}").ShouldBeEmpty();
        plan.Operations.Where(operation => operation.Drift is { Count: > 0 }).ShouldBeEmpty();
    }

    /// <summary>As a host does with what it had begun when its provider was lost: there may be something of it.</summary>
    public void Doubt(DesiredResource resource) =>
        _state[resource.Address] = new ResourceInstance { Type = resource.Type, Name = resource.Name, Config = resource.Config, State = [] };

    /// <summary>Forgets what was applied, as on a machine that has never seen the database.</summary>
    public void ForgetState() => _state = new(StringComparer.Ordinal);

    public Task<InspectResult> DiscoverAsync(CancellationToken cancellationToken) => _runtime.InspectAsync(new InspectRequest(), cancellationToken);

    public ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return _runtime.DisposeAsync();
    }

    private RuntimePlanRequest Request(IReadOnlyList<DesiredResource> desired) => new() { DesiredState = desired, CurrentState = [.. _state.Values] };
}
