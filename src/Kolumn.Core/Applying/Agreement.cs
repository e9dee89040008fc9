using Kolumn.Core.Planning;
using Kolumn.Core.State;
using Kolumn.Protocol;

namespace Kolumn.Core.Applying;

/// <summary>Whether a plan may be applied: what it destroys is allowed, somebody agrees, and it still fits.</summary>
internal static class Agreement
{
    /// <summary>Shows the plan, if there is something to do, and asks.</summary>
    public static async Task<bool> IsGivenAsync(ApplyOptions apply, ProjectPlan plan, DiagnosticList diagnostics, CancellationToken cancellationToken)
    {
        if (!plan.HasChanges)
        {
            return true;
        }

        apply.Show?.Invoke(plan);
        var forbidden = plan.Destructive.Where(d => !apply.AllowedHazards.Contains(d.Hazard.Name)).ToList();
        foreach (var (address, hazard) in forbidden)
        {
            diagnostics.Add(Diagnostic.Error(
                CoreCodes.HazardNotAllowed, "The plan is not allowed to lose data",
                $"{hazard.Detail} If that is meant: --allow {hazard.Name}. Nothing has been changed.") with { Address = address });
        }

        try
        {
            return forbidden.Count == 0 && await apply.Approve(plan, cancellationToken);
        }
        catch (OperationCanceledException)
        {
            diagnostics.Error(DiagnosticCodes.Cancelled, "Cancelled", "Nothing has been changed.");
            return false;
        }
    }

    /// <summary>Whether a saved plan was made from the state as it is.</summary>
    public static bool IsCurrent(ProjectPlan saved, StateStore store, DiagnosticList diagnostics)
    {
        if (saved.Lineage == store.State.Lineage && saved.Serial == store.Serial)
        {
            return true;
        }

        diagnostics.Error(
            DiagnosticCodes.StalePlan, "The plan is stale",
            saved.Lineage == store.State.Lineage
                ? $"It was made from serial {saved.Serial} of the state, which has serial {store.Serial} now: something has been applied in between. Make a new plan and look at it."
                : "It was made from another state. Run it in the project it belongs to, or make a new plan.");
        return false;
    }
}
