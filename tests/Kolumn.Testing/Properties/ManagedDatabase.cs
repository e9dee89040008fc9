using System.Text.Json.Nodes;
using Kolumn.Protocol.Payloads;
using Kolumn.Protocol.Runtime;

namespace Kolumn.Testing.Properties;

/// <summary>One database under one provider, with the state that a host would keep. Says what went wrong instead of throwing.</summary>
public sealed class ManagedDatabase(IProviderRuntime runtime) : IAsyncDisposable
{
    private IReadOnlyList<ResourceInstance> _state = [];

    private static CancellationToken Token => Xunit.TestContext.Current.CancellationToken;

    public static async Task<ManagedDatabase> StartAsync(IProviderRuntime runtime, string provider, JsonObject settings)
    {
        var started = await runtime.InitAsync(new InitRequest(provider, settings), Token);
        Xunit.Assert.Empty(started.Diagnostics);
        return new ManagedDatabase(runtime);
    }

    public void ForgetState() => _state = [];

    /// <returns>null when everything was applied.</returns>
    public async Task<string?> ApplyAsync(IReadOnlyList<DesiredResource> desired)
    {
        var request = new RuntimePlanRequest { DesiredState = desired, CurrentState = _state };
        var plan = await runtime.PlanAsync(request, Token);
        if (plan.Diagnostics.FirstOrDefault(d => d.Severity == Protocol.Severity.Error) is { } unplanned)
        {
            return $"refused to plan: {unplanned}";
        }

        var result = await runtime.ApplyAsync(new ApplyRequest(request, plan), Token);
        if (!result.Success)
        {
            var statements = plan.Operations.SelectMany(o => o.Statements ?? []);
            var sent = string.Join("\n  ", statements);
            return $"failed to apply: {result.Diagnostics.FirstOrDefault(d => d.Severity == Protocol.Severity.Error)}\n  {(sent.Length <= 2000 ? sent : sent[..2000] + "…")}";
        }

        var configs = desired.ToDictionary(r => r.Address, r => r.Config);
        _state =
        [
            .. result.Results.Where(r => r.State is not null).Select(r => new ResourceInstance
            {
                Type = r.ResourceType,
                Name = r.Name,
                Config = (JsonObject)configs[r.Address].DeepClone(),
                State = (JsonObject)r.State!.DeepClone(),
            }),
        ];
        return null;
    }

    /// <returns>What a plan would still do; null when nothing.</returns>
    public async Task<string?> RestlessnessAsync(IReadOnlyList<DesiredResource> desired)
    {
        var plan = await runtime.PlanAsync(new RuntimePlanRequest { DesiredState = desired, CurrentState = _state }, Token);
        if (plan.Diagnostics.FirstOrDefault(d => d.Severity == Protocol.Severity.Error) is { } unplanned)
        {
            return $"refused to plan again: {unplanned}";
        }

        var left = plan.Operations.Where(o => o.Action is not ("noop" or "read")).Select(o => $"{o.Action} {o.Address}: {string.Join("; ", o.Statements ?? [])}")
            .Concat(plan.Operations.Where(o => o.Drift is { Count: > 0 }).Select(o => $"drift of {o.Address}: {string.Join(", ", o.Drift!.Keys)}")).ToList();
        return left.Count == 0 ? null : $"is not at rest: {string.Join("\n  ", left)}";
    }

    /// <summary>Everything that the handlers find, each object in one line.</summary>
    public async Task<IReadOnlyList<string>> DiscoverAsync()
    {
        var found = await runtime.InspectAsync(new InspectRequest(), Token);
        Xunit.Assert.Empty(found.Diagnostics);
        return [.. found.State.Select(r => $"{r.Type} {r.Name} {Sorted(r.Config)!.ToJsonString()}").Order(StringComparer.Ordinal)];
    }

    public ValueTask DisposeAsync() => runtime.DisposeAsync();

    // The order of columns is that of their creation, and nobody's wish.
    private static JsonNode? Sorted(JsonNode? node) => node switch
    {
        JsonObject members => new JsonObject(members.OrderBy(m => m.Key, StringComparer.Ordinal).Select(m => KeyValuePair.Create(m.Key, Sorted(m.Value)))),
        JsonArray elements when elements.All(e => e is JsonObject o && o["name"] is not null) =>
            new JsonArray([.. elements.OrderBy(e => (string)e!["name"]!, StringComparer.Ordinal).Select(Sorted)]),
        JsonArray elements => new JsonArray([.. elements.Select(Sorted)]),
        _ => node?.DeepClone(),
    };
}
