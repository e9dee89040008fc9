using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Kolumn.Protocol;
using Kolumn.Protocol.Payloads;
using Kolumn.Protocol.Runtime;

namespace Kolumn.Core.Planning;

/// <summary>What would be done to a whole project: the providers' plans in the order of execution, and what follows from them.</summary>
public sealed record ProjectPlan
{
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Everything recorded is to be deleted.</summary>
    public bool IsDestroy { get; init; }

    /// <summary>Of the state it was made from; another serial or lineage makes a saved plan stale.</summary>
    public required string Lineage { get; init; }

    public required long Serial { get; init; }

    /// <summary>In the order of execution. An instance occurs twice when another one's resources come between its own.</summary>
    public IReadOnlyList<PlannedBatch> Batches { get; init; } = [];

    /// <summary>Resources that can only be planned when others exist, because they use values those will have then.</summary>
    public IReadOnlyList<DeferredResource> Deferred { get; init; } = [];

    public IReadOnlyList<PlannedOutput> Outputs { get; init; } = [];

    /// <summary>The values of the variables that were given, except sensitive ones: applying the plan uses them again.</summary>
    public IReadOnlyDictionary<string, JsonNode?> Variables { get; init; } = new Dictionary<string, JsonNode?>();

    /// <summary>All operations, in the order of execution.</summary>
    public IEnumerable<PlannedResource> Operations => Batches.SelectMany(b => b.Plan.Operations);

    /// <summary>
    /// What applying it destroys, by the address of the resource; it has to be allowed by name. A plan to destroy everything says
    /// so itself and needs no other permission.
    /// </summary>
    public IEnumerable<(string Address, Hazard Hazard)> Destructive => IsDestroy
        ? []
        : Operations.SelectMany(o => (o.Hazards ?? []).Where(h => h.Name == Hazard.DataLoss).Select(h => (o.Address, h)));

    public PlanCounts Counts => PlanCounts.Of(Operations) with { Deferred = Deferred.Count };

    /// <summary>Whether applying it would change a database or what is recorded about one.</summary>
    public bool HasChanges => Deferred.Count > 0 || Batches.Any(b => b.HasChanges) || Outputs.Any(o => o.Action != ResourceActions.NoOp);
}

/// <summary>What one provider instance will do in one call.</summary>
/// <param name="Instance"><c>postgres</c> or <c>postgres.production</c>.</param>
/// <param name="Plan">What the provider answered, without secrets.</param>
public sealed record PlannedBatch(string Instance, RuntimePlan Plan)
{
    /// <summary>Of the request that was planned: the configuration and the recorded state of its resources. Computed when a plan is saved.</summary>
    public string RequestHash { get => field ??= Request!.Hash(); init; }

    public bool HasChanges => Plan.Operations.Any(o => o.Action != ResourceActions.NoOp || o.Drift is { Count: > 0 });

    /// <summary>What was asked; not part of a plan file, since it may hold secrets.</summary>
    [JsonIgnore]
    internal BatchRequest? Request { get; init; }
}

/// <param name="Action"><c>create</c> or <c>update</c>.</param>
/// <param name="UnknownAttributes">Paths of what is known only after apply; empty when only something it depends on is deferred.</param>
public sealed record DeferredResource(string Address, string Instance, string Action, IReadOnlyList<string> UnknownAttributes);

/// <param name="Value">Null when unknown or sensitive.</param>
/// <param name="IsKnown">false reads "(known after apply)".</param>
/// <param name="Action">Of <see cref="ResourceActions"/>: <c>create</c>, <c>update</c>, <c>delete</c> or <c>noop</c>.</param>
public sealed record PlannedOutput(string Name, JsonNode? Value, bool IsSensitive, bool IsKnown, string Action);

/// <summary>How many resources meet which fate.</summary>
public sealed record PlanCounts
{
    public int Create { get; init; }

    public int Update { get; init; }

    public int Replace { get; init; }

    public int Delete { get; init; }

    /// <summary>They exist and equal the configuration: taken into the state, untouched.</summary>
    public int Adopt { get; init; }

    public int Unchanged { get; init; }

    /// <summary>Of all, how many were changed behind Kolumn's back.</summary>
    public int Drifted { get; init; }

    public int Deferred { get; init; }

    public static PlanCounts Of(IEnumerable<PlannedResource> operations)
    {
        var counts = new PlanCounts();
        foreach (var operation in operations)
        {
            counts = operation.Action switch
            {
                ResourceActions.Create => counts with { Create = counts.Create + 1 },
                ResourceActions.Update => counts with { Update = counts.Update + 1 },
                ResourceActions.Replace => counts with { Replace = counts.Replace + 1 },
                ResourceActions.Delete => counts with { Delete = counts.Delete + 1 },
                ResourceActions.Read => counts with { Adopt = counts.Adopt + 1 },
                _ => counts with { Unchanged = counts.Unchanged + 1 },
            };
            if (operation.Drift is { Count: > 0 })
            {
                counts = counts with { Drifted = counts.Drifted + 1 };
            }
        }

        return counts;
    }
}
