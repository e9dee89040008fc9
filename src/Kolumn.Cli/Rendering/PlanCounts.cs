using Kolumn.Protocol;
using Kolumn.Protocol.Payloads;

namespace Kolumn.Cli.Rendering;

/// <summary>How many resources a plan does what with.</summary>
internal sealed record PlanCounts(int Create, int Update, int Replace, int Delete, int Adopt, int Unchanged)
{
    public bool HasChanges => Create + Update + Replace + Delete + Adopt > 0;

    public static PlanCounts Of(IReadOnlyList<PlannedResource> operations)
    {
        return new PlanCounts(
            Count(ResourceActions.Create),
            Count(ResourceActions.Update),
            Count(ResourceActions.Replace),
            Count(ResourceActions.Delete),
            Count(ResourceActions.Read),
            Count(ResourceActions.NoOp));

        int Count(string action) => operations.Count(o => o.Action == action);
    }
}
