using System.Text.Json.Nodes;
using Kolumn.Protocol;
using Kolumn.Protocol.Payloads;

namespace Kolumn.Sdk.Engine;

/// <summary>
/// A replaced object takes with it what is made from it: a table its indexes, a view the views on it. Those are dropped first
/// and made again afterwards, as long as they hold no data; the same goes for what says itself that it stands in the way of
/// an update (<see cref="IObstructingHandler"/>). What holds data is left to the database to refuse.
/// </summary>
internal static class Rebuilding<TSession>
    where TSession : IProviderSession
{
    /// <param name="order">In the order of execution.</param>
    /// <param name="works">By address; what is to be rebuilt is written back.</param>
    public static void Spread(IReadOnlyList<PreparedResource<TSession>> order, Dictionary<string, PlannedWork<TSession>> works)
    {
        var moving = works.Values.Where(w => w.Action == ResourceActions.Replace).Select(w => w.Address).ToHashSet(StringComparer.Ordinal);
        if (moving.Count == 0 && works.Values.All(w => w.Action != ResourceActions.Update))
        {
            return;
        }

        // Deletes stand dependants first; here everything has to come after what it is made from. What exists may be made from
        // other things than what is described, in any order: then it takes another round to get to what stands on it.
        var standing = new StandingDependencies<TSession>(works.Values);
        var kept = order.Where(r => r.Request.Action != ResourceActions.Delete);
        var deleted = order.Where(r => r.Request.Action == ResourceActions.Delete).Reverse();
        var resources = kept.Concat(deleted).ToList();
        var rebuilt = new HashSet<string>(StringComparer.Ordinal);
        for (var found = -1; found != rebuilt.Count;)
        {
            found = rebuilt.Count;
            foreach (var resource in resources.Where(r => !rebuilt.Contains(r.Address)))
            {
                var work = works[resource.Address];
                if (work.Doomed is { } existing
                    && resource.Type.Statements is { } handler
                    && IsCarried(work, works) is var carried
                    && resource.Requirements.Union(standing.Of(resource.Address)).FirstOrDefault(r =>
                        StandsInTheWay(resource, existing, works[r]) || (!carried && (moving.Contains(r) || GoesAnyway(work, works[r])))) is { } cause
                    && Rebuild(work, existing, works[cause], handler) is { } again)
                {
                    works[resource.Address] = again;
                    moving.Add(resource.Address);
                    rebuilt.Add(resource.Address);
                }
            }
        }

        // What of that changes starts from whatever is given back with what is made again.
        foreach (var work in works.Values.Where(w => w is { IsChange: true, Action: ResourceActions.Update or ResourceActions.Delete } && IsCarried(w, works) && w.Prepared.Requirements.Any(moving.Contains)).ToList())
        {
            var handler = (ICarriedHandler)work.Prepared.Type.Creator;
            var statements = HandlerCall.Run(work.Address, nameof(handler.ChangeRestored), () => handler.ChangeRestored(work.Actual!, work.Desired));
            works[work.Address] = (work with { Before = [] }).Leaving(statements);
        }

        // What goes early for good takes along what is carried by it.
        foreach (var work in works.Values.Where(w => w is { Action: ResourceActions.Delete, IsChange: true, Before.Count: 0 } && IsCarried(w, works) && w.Prepared.Requirements.Any(GoesEarly)).ToList())
        {
            works[work.Address] = work with { Statements = work.Ledger };
        }

        bool GoesEarly(string address) => works[address] is { Action: ResourceActions.Delete, Before.Count: > 0 };
    }

    /// <summary>The order in which what stands in the way goes: dependants first, as they depend on each other now.</summary>
    public static IEnumerable<PlannedWork<TSession>> TearDownOrder(IReadOnlyList<PlannedWork<TSession>> order)
    {
        var works = order.Where(w => w.Action != ResourceActions.Delete).Concat(order.Where(w => w.Action == ResourceActions.Delete).Reverse()).Where(w => w.Before.Count > 0).ToList();
        var standing = new StandingDependencies<TSession>(works);
        var positions = works.Index().ToDictionary(w => w.Item.Address, w => w.Index, StringComparer.Ordinal);
        var (sorted, cycles) = DependencyOrder.Sort([.. works.Select(w => (IReadOnlyCollection<int>)[.. standing.Of(w.Address).Select(a => positions[a])])]);

        // A circle is one of references that their tables can do without; whatever the order, those go first.
        return cycles.Count > 0 ? works.AsEnumerable().Reverse() : sorted.Select(i => works[i]).Reverse();
    }

    // It comes back by itself, unless what it is about comes back under another name.
    private static bool IsCarried(PlannedWork<TSession> work, Dictionary<string, PlannedWork<TSession>> works) =>
        work.Prepared.Type.Creator is ICarriedHandler
        && work.Action != ResourceActions.Replace
        && work.Prepared.Requirements.All(r => works[r].Former is null);

    private static bool StandsInTheWay(PreparedResource<TSession> resource, JsonObject existing, PlannedWork<TSession> changing) =>
        changing is { Action: ResourceActions.Update, Changes: { } changes }
        && resource.Type.Creator is IObstructingHandler obstructing
        && HandlerCall.Run(resource.Address, nameof(obstructing.StandsInTheWay), () => obstructing.StandsInTheWay(
            existing, new ObjectReference(changing.Prepared.Type.Name, changing.Prepared.Identity), changes));

    /// <summary>What is dropped in any case is out of the way before anything that it is made from changes.</summary>
    private static bool GoesAnyway(PlannedWork<TSession> work, PlannedWork<TSession> changing) =>
        work.Prepared.Type.Creator is IObstructingHandler && work.IsChange && work.Action is ResourceActions.Delete or ResourceActions.Replace && changing.Action == ResourceActions.Update;

    private static PlannedWork<TSession>? Rebuild(PlannedWork<TSession> work, JsonObject existing, PlannedWork<TSession> cause, IStatementHandler handler)
    {
        var drop = HandlerCall.Run(work.Address, nameof(handler.Drop), () => handler.Drop(existing));
        switch (work.Action)
        {
            case ResourceActions.Delete when work.IsChange:
                return work with { Before = work.Statements ?? drop, Statements = [] };
            case ResourceActions.Replace:
                return work with { Before = drop, Statements = Create(work.Desired!) };
            case ResourceActions.NoOp or ResourceActions.Read or ResourceActions.Update when work.Desired is { } desired && drop.Count > 0 && (!LosesData(drop) || GoesWith(work, existing, cause)):
                return work with
                {
                    Action = ResourceActions.Replace,
                    Reason = $"{cause.Address} changes underneath it",
                    Before = [drop[0] with { Hazards = [.. drop[0].Hazards, Hazard(work, cause.Address)] }, .. drop.Skip(1)],
                    Statements = Create(desired),
                    Rollback = [.. HandlerCall.Run(work.Address, nameof(handler.Drop), () => handler.Drop(desired)), .. Create(existing)],
                    RiskLevel = "medium",
                };
            default:
                return null;
        }

        IReadOnlyList<Statement> Create(JsonObject definition) => HandlerCall.Run(work.Address, nameof(handler.Create), () => handler.Create(definition));
    }

    private static Hazard Hazard(PlannedWork<TSession> work, string cause) => new(
        HazardNames.DependencyRebuild, $"{work.Prepared.Identity} is dropped while {cause} changes, and made again afterwards.");

    /// <summary>Its data is lost in any case, and the change that does it says so.</summary>
    private static bool GoesWith(PlannedWork<TSession> work, JsonObject existing, PlannedWork<TSession> cause) =>
        cause.Action == ResourceActions.Replace
        && work.Prepared.Type.Creator is IContainedHandler contained
        && HandlerCall.Run(work.Address, nameof(contained.IsInside), () => contained.IsInside(existing, new ObjectReference(cause.Prepared.Type.Name, cause.Prepared.Identity)));

    private static bool LosesData(IReadOnlyList<Statement> drop) => drop.SelectMany(s => s.Hazards).Any(h => h.Name == HazardNames.DataLoss);
}
