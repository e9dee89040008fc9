using System.Text.Json.Nodes;
using Kolumn.Protocol;
using Kolumn.Protocol.Payloads;
using Kolumn.Protocol.Runtime;

namespace Kolumn.Sdk.Testing;

/// <summary>
/// Drives a runtime as a host does, without the wire: Init, Plan, Apply, Inspect, Close, keeping the state between them (provider
/// runtime contract, helper packages). Every failure is a <see cref="HarnessException"/> with all diagnostics in its message.
/// </summary>
public sealed class ProviderHarness : IAsyncDisposable
{
    private readonly IProviderRuntime _runtime;
    private readonly string _provider;
    private readonly Dictionary<string, ResourceInstance> _state = new(StringComparer.Ordinal);

    private ProviderHarness(IProviderRuntime runtime, string provider)
    {
        _runtime = runtime;
        _provider = provider;
    }

    /// <summary>What the provider can do, as it told when it was started.</summary>
    public required Capabilities Capabilities { get; init; }

    /// <summary>What is recorded by address, as a host would keep it.</summary>
    public IReadOnlyDictionary<string, ResourceInstance> State => _state;

    /// <summary>Takes over the runtime and connects it.</summary>
    /// <param name="connection">The provider block's attributes.</param>
    public static async Task<ProviderHarness> StartAsync(IProviderRuntime runtime, JsonObject connection, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(runtime);
        try
        {
            var capabilities = await runtime.CapabilitiesAsync(cancellationToken);
            Check("Init", (await runtime.InitAsync(new InitRequest(capabilities.Provider, connection), cancellationToken)).Diagnostics);
            return new ProviderHarness(runtime, capabilities.Provider) { Capabilities = capabilities };
        }
        catch
        {
            await runtime.DisposeAsync();
            throw;
        }
    }

    /// <summary>What would be done so that nothing but <paramref name="desired"/> is left of what is recorded.</summary>
    public async Task<RuntimePlan> PlanAsync(IReadOnlyList<DesiredResource> desired, CancellationToken cancellationToken) => (await PlanOnceAsync(desired, cancellationToken)).Plan;

    /// <summary>Plans, applies, records the results, and makes sure that nothing is left to do.</summary>
    /// <returns>What was done, in order.</returns>
    public async Task<IReadOnlyList<ApplyResult>> ApplyAsync(IReadOnlyList<DesiredResource> desired, CancellationToken cancellationToken)
    {
        var (request, plan) = await PlanOnceAsync(desired, cancellationToken);
        var applied = await _runtime.ApplyAsync(new ApplyRequest(request, plan), cancellationToken);
        foreach (var result in applied.Results.Where(r => r.Success))
        {
            Record(result, desired);
        }

        Check("Apply", [.. applied.Diagnostics, .. applied.Results.Select(r => r.Diagnostic).OfType<Diagnostic>()]);
        var left = (await PlanAsync(desired, cancellationToken)).Operations.Where(o => o.Action != ResourceActions.NoOp).ToList();
        return left.Count == 0
            ? applied.Results
            : throw new HarnessException($"After Apply the plan is not empty: {string.Join(", ", left.Select(o => $"{o.Action} {o.Address} ({string.Join("; ", o.Changes?.Keys ?? [])})"))}");
    }

    /// <summary>What exists of these types; of all types without any.</summary>
    public async Task<IReadOnlyList<DiscoveredResource>> InspectAsync(IReadOnlyList<string> types, CancellationToken cancellationToken)
    {
        var inspected = await _runtime.InspectAsync(new InspectRequest { Types = types }, cancellationToken);
        Check("Inspect", inspected.Diagnostics);
        return inspected.State;
    }

    public ValueTask DisposeAsync() => _runtime.DisposeAsync();

    private async Task<(RuntimePlanRequest Request, RuntimePlan Plan)> PlanOnceAsync(IReadOnlyList<DesiredResource> desired, CancellationToken cancellationToken)
    {
        var request = new RuntimePlanRequest { DesiredState = desired, CurrentState = [.. _state.Values] };
        var plan = await _runtime.PlanAsync(request, cancellationToken);
        Check("Plan", plan.Diagnostics);
        return (request, plan);
    }

    private void Record(ApplyResult result, IReadOnlyList<DesiredResource> desired)
    {
        var wanted = desired.FirstOrDefault(d => d.Address == result.Address);
        if (wanted is null || result.State is null)
        {
            _state.Remove(result.Address);
            return;
        }

        _state[result.Address] = new ResourceInstance
        {
            Type = wanted.Type,
            Name = wanted.Name,
            Provider = _provider,
            Config = (JsonObject)wanted.Config.DeepClone(),
            State = (JsonObject)result.State.DeepClone(),
            DependsOn = wanted.DependsOn,
        };
    }

    private static void Check(string method, IReadOnlyList<Diagnostic> diagnostics)
    {
        if (diagnostics.Any(d => d.Severity == Severity.Error))
        {
            throw new HarnessException($"{method} failed: {string.Join("; ", diagnostics.Where(d => d.Severity == Severity.Error))}") { Diagnostics = diagnostics };
        }
    }
}

/// <summary>A runtime did not do what the harness asked of it.</summary>
public sealed class HarnessException(string message) : Exception(message)
{
    public IReadOnlyList<Diagnostic> Diagnostics { get; init; } = [];
}
