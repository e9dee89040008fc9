using System.Text.Json.Nodes;
using Kolumn.Core.Planning;
using Kolumn.Protocol;

namespace Kolumn.Core.Applying;

/// <summary>What an apply or destroy did.</summary>
public sealed record ApplyReport
{
    /// <summary>No error, and nothing is left undone that was approved.</summary>
    public bool Success => Diagnostics.All(d => d.Severity != Severity.Error);

    public required IReadOnlyList<Diagnostic> Diagnostics { get; init; }

    /// <summary>What was planned; null when it did not come to that.</summary>
    public ProjectPlan? Plan { get; init; }

    /// <summary>false when the plan was turned down: nothing was done then, and that is no error.</summary>
    public bool Approved { get; init; }

    /// <summary>In the order in which they became certain.</summary>
    public IReadOnlyList<ResourceResult> Results { get; init; } = [];

    /// <summary>What the plan found unchanged has no result of its own and is counted from the plan.</summary>
    public ApplyCounts Counts => ApplyCounts.Of(Results) with { Unchanged = Approved ? Plan?.Counts.Unchanged ?? 0 : 0 };

    public IReadOnlyList<OutputValue> Outputs { get; init; } = [];
}

/// <param name="Action">One of <see cref="ResourceActions"/>.</param>
/// <param name="Diagnostic">Why it failed, was skipped or is unknown.</param>
public sealed record ResourceResult(string Address, string Instance, string Action, ResourceOutcome Outcome, TimeSpan Duration, Diagnostic? Diagnostic);

/// <summary>How many resources ended how; each is counted once.</summary>
public sealed record ApplyCounts(
    int Created, int Updated, int Replaced, int Deleted, int Adopted, int Unchanged, int Failed, int Skipped, int Unknown)
{
    internal static ApplyCounts Of(IReadOnlyList<ResourceResult> results)
    {
        return new ApplyCounts(
            Done(ResourceActions.Create), Done(ResourceActions.Update), Done(ResourceActions.Replace), Done(ResourceActions.Delete),
            Done(ResourceActions.Read), Unchanged: 0,
            Ended(ResourceOutcome.Failed), Ended(ResourceOutcome.Skipped), Ended(ResourceOutcome.Unknown));

        int Done(string action) => results.Count(r => r.Outcome == ResourceOutcome.Succeeded && r.Action == action);

        int Ended(ResourceOutcome outcome) => results.Count(r => r.Outcome == outcome);
    }
}

/// <param name="Value">Null when it is null, or sensitive: sensitive outputs are not stored.</param>
public sealed record OutputValue(string Name, JsonNode? Value, bool IsSensitive, string? Description);
