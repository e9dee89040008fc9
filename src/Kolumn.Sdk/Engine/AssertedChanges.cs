using Kolumn.Protocol;

namespace Kolumn.Sdk.Engine;

/// <summary>Has changes of what exists say how they may be done (<see cref="IAssertingHandler{TSession}"/>). What the plan makes itself is in nobody's use yet.</summary>
internal static class AssertedChanges<TSession>
    where TSession : IProviderSession
{
    /// <param name="works">By address; what is asserted is written back.</param>
    public static async Task AddAsync(TSession session, Dictionary<string, PlannedWork<TSession>> works, CancellationToken cancellationToken)
    {
        var made = works.Values.Where(w => w.Action is ResourceActions.Create or ResourceActions.Replace).Select(w => w.Address).ToHashSet(StringComparer.Ordinal);
        var candidates = works.Values.Where(w => w is { IsChange: true, Statements.Count: > 0, Renames.Count: 0, Prepared.Type.Creator: IAssertingHandler<TSession> }
            && w.Action is ResourceActions.Create or ResourceActions.Update or ResourceActions.Delete
            && !w.IsKept && !w.Prepared.Requirements.Any(made.Contains));
        var torn = works.Values.Where(w => w.Before.Count > 0).ToList();
        foreach (var ofOne in candidates.GroupBy(w => w.Prepared.Type).ToList())
        {
            var (type, changed) = (ofOne.Key, ofOne.ToList());
            var handler = (IAssertingHandler<TSession>)type.Creator;
            var asserted = await HandlerCall.RunAsync(
                type.Name, nameof(handler.AssertAsync), () => handler.AssertAsync(session, [.. changed.Select(w => new AssertedChange(w.Doomed ?? w.Desired!, w.Statements!, Ahead(w)))], cancellationToken));
            foreach (var (work, statements) in changed.Zip(asserted))
            {
                works[work.Address] = work with { Statements = statements, RiskLevel = ChangeStatements.RiskOf(work.Action, statements) };
            }
        }

        // What stands in the way of the same change is gone by then.
        IReadOnlyList<Statement> Ahead(PlannedWork<TSession> work)
        {
            var about = work.Prepared.Requirements.Append(work.Address).ToHashSet(StringComparer.Ordinal);
            return
            [
                .. torn.Where(w => w.Address != work.Address && w.Prepared.Requirements.Any(about.Contains)).SelectMany(w => w.Before),
                .. work.Action == ResourceActions.Delete ? [] : work.Prepared.Requirements.Select(address => works[address]).Where(w => w.IsChange && w.Action == ResourceActions.Update).SelectMany(w => w.Statements ?? []),
            ];
        }
    }
}
