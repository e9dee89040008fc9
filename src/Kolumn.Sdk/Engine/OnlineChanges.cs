using System.Text.Json.Nodes;
using Kolumn.Protocol;

namespace Kolumn.Sdk.Engine;

/// <summary>
/// Changes of what others are using, made in steps that keep nobody waiting (<see cref="IOnlineHandler{TSession}"/>). What the plan makes,
/// moves or deletes anyway is left out, and so is what something else is torn down for or waits for: that belongs into one transaction.
/// </summary>
internal static class OnlineChanges<TSession>
    where TSession : IProviderSession
{
    /// <param name="works">By address; what is made in steps is written back.</param>
    public static async Task ChooseAsync(TSession session, Dictionary<string, PlannedWork<TSession>> works, CancellationToken cancellationToken)
    {
        var candidates = works.Values.Where(w => w.IsChange && w.Prepared.Type.Online is not null && w is { Former: null, Renames.Count: 0, Before.Count: 0, After.Count: 0, Prepared.Postponed.Count: 0 }).ToList();
        if (candidates.Count == 0)
        {
            return;
        }

        var moving = works.Values
            .Where(w => w.IsChange && w.Action is not ResourceActions.Update)
            .Select(w => w.Prepared.Identity)
            .ToHashSet(StringComparer.Ordinal);
        var undermining = works.Values.Where(w => w.Before.Count > 0).SelectMany(w => w.Prepared.Requirements).ToHashSet(StringComparer.Ordinal);
        foreach (var ofOne in candidates.GroupBy(w => w.Prepared.Type))
        {
            var handler = ofOne.Key.Online!;
            var touched = ofOne
                .Where(w => !w.IsKept && !undermining.Contains(w.Address))
                .Select(w => (Work: w, InUse: HandlerCall.Run(w.Address, nameof(handler.InUse), () => handler.InUse(w.Doomed ?? w.Desired!))))
                .Where(w => !moving.Contains(w.InUse))
                .ToList();
            if (touched.Count == 0)
            {
                continue;
            }

            var inUse = await HandlerCall.RunAsync(
                ofOne.Key.Name, nameof(handler.FindInUseAsync), () => handler.FindInUseAsync(session, touched.Select(w => w.InUse).ToHashSet(StringComparer.Ordinal), cancellationToken));
            foreach (var (work, _) in touched.Where(w => inUse.Contains(w.InUse)))
            {
                if (Online(handler, work) is { } statements)
                {
                    works[work.Address] = work with { Statements = [.. work.Ledger, .. statements], RiskLevel = ChangeStatements.RiskOf(work.Action, statements) };
                }
            }
        }
    }

    private static IReadOnlyList<Statement>? Online(IOnlineHandler<TSession> handler, PlannedWork<TSession> work) => (work.Action, work.Doomed, work.Desired) switch
    {
        (ResourceActions.Create, _, JsonObject desired) => HandlerCall.Run(work.Address, nameof(handler.CreateOnline), () => handler.CreateOnline(desired)),
        (ResourceActions.Delete, JsonObject doomed, _) => HandlerCall.Run(work.Address, nameof(handler.DropOnline), () => handler.DropOnline(doomed)),
        (_, JsonObject actual, JsonObject desired) => HandlerCall.Run(work.Address, nameof(handler.AlterOnline), () => handler.AlterOnline(actual, desired)),
        _ => null,
    };
}
