using System.Text.Json.Nodes;
using Kolumn.Protocol;

namespace Kolumn.Sdk.Engine;

/// <summary>
/// Changes of what others may be using (<see cref="IOnlineHandler{TSession}"/>):
/// <list type="number">
/// <item>what the plan makes, and what holds nothing, is nobody's to wait for: its changes lose the hazards that say so;</item>
/// <item>the rest is made in steps that keep nobody waiting. What the plan makes, moves or deletes anyway is left out, and so is what
/// something else is torn down for or waits for: that belongs into one transaction.</item>
/// </list>
/// </summary>
internal static class OnlineChanges<TSession>
    where TSession : IProviderSession
{
    /// <summary>Hazards of those who wait while rows are read or written.</summary>
    private static readonly HashSet<string> Waiting = new([HazardNames.IndexBuild, HazardNames.LongLock, HazardNames.TableRewrite], StringComparer.Ordinal);

    /// <param name="works">By address; what turns out otherwise is written back.</param>
    /// <param name="online">Whether more may follow the transaction.</param>
    public static async Task ChooseAsync(TSession session, Dictionary<string, PlannedWork<TSession>> works, bool online, CancellationToken cancellationToken)
    {
        var undermining = works.Values.Where(w => w.Before.Count > 0).SelectMany(w => w.Prepared.Requirements).ToHashSet(StringComparer.Ordinal);
        var candidates = works.Values
            .Where(w => w.IsChange && w.Prepared.Type.Online is not null && w.Statements is not null)
            .Select(w => (Work: w, HasSteps: online && MayHaveSteps(w) && !undermining.Contains(w.Address)))
            .Where(w => w.HasSteps || w.Work.AllStatements.Any(IsWaitedFor))
            .ToList();
        if (candidates.Count == 0)
        {
            return;
        }

        var changing = works.Values.Where(w => w.IsChange).ToLookup(w => w.Prepared.Identity, w => w.Action, StringComparer.Ordinal);
        foreach (var ofOne in candidates.GroupBy(w => w.Work.Prepared.Type))
        {
            var handler = ofOne.Key.Online!;
            var touched = ofOne.Select(w => (w.Work, w.HasSteps, About: HandlerCall.Run(w.Work.Address, nameof(handler.InUse), () => handler.InUse(w.Work.Doomed ?? w.Work.Desired!)))).ToList();
            var asked = touched.Select(w => w.About).Where(about => !IsMade(about)).ToHashSet(StringComparer.Ordinal);
            var use = asked.Count == 0
                ? new Dictionary<string, ObjectUse>()
                : await HandlerCall.RunAsync(ofOne.Key.Name, nameof(handler.FindUseAsync), () => handler.FindUseAsync(session, asked, cancellationToken));
            foreach (var (work, hasSteps, about) in touched)
            {
                var known = IsMade(about) ? ObjectUse.Empty : use.TryGetValue(about, out var found) ? found : ObjectUse.InTransaction;
                if (known == ObjectUse.Empty && work.AllStatements.Any(IsWaitedFor))
                {
                    works[work.Address] = Unnoticed(work); // 1
                }
                else if (known == ObjectUse.InSteps && hasSteps && changing[about].All(action => action == ResourceActions.Update) && Online(handler, work) is { } statements)
                {
                    works[work.Address] = work with { Statements = [.. work.Ledger, .. statements], RiskLevel = ChangeStatements.RiskOf(work.Action, statements) }; // 2
                }
            }
        }

        bool IsMade(string about) => changing[about].Any(action => action is ResourceActions.Create or ResourceActions.Replace);
    }

    private static bool MayHaveSteps(PlannedWork<TSession> work) =>
        work is { IsKept: false, Former: null, Renames.Count: 0, Before.Count: 0, After.Count: 0, Prepared.Postponed.Count: 0 };

    private static bool IsWaitedFor(Statement statement) => statement.Hazards.Any(h => Waiting.Contains(h.Name));

    private static PlannedWork<TSession> Unnoticed(PlannedWork<TSession> work)
    {
        var unnoticed = work with { Before = Without(work.Before), Statements = Without(work.Statements!), After = Without(work.After) };
        return unnoticed with { RiskLevel = ChangeStatements.RiskOf(work.Action, unnoticed.AllStatements) };

        static IReadOnlyList<Statement> Without(IReadOnlyList<Statement> statements) =>
            [.. statements.Select(s => IsWaitedFor(s) ? s with { Hazards = [.. s.Hazards.Where(h => !Waiting.Contains(h.Name))] } : s)];
    }

    private static IReadOnlyList<Statement>? Online(IOnlineHandler<TSession> handler, PlannedWork<TSession> work) => (work.Action, work.Doomed, work.Desired) switch
    {
        (ResourceActions.Create, _, JsonObject desired) => HandlerCall.Run(work.Address, nameof(handler.CreateOnline), () => handler.CreateOnline(desired)),
        (ResourceActions.Delete, JsonObject doomed, _) => HandlerCall.Run(work.Address, nameof(handler.DropOnline), () => handler.DropOnline(doomed)),
        (_, JsonObject actual, JsonObject desired) => HandlerCall.Run(work.Address, nameof(handler.AlterOnline), () => handler.AlterOnline(actual, desired)),
        _ => null,
    };
}
