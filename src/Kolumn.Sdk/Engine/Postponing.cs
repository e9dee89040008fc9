using System.Text.Json.Nodes;
using Kolumn.Protocol;

namespace Kolumn.Sdk.Engine;

/// <summary>
/// Objects that refer to each other in a circle cannot be made one whole object after the other. What is made first is made
/// without its reference to what comes later, and altered once everything exists; what is deleted first loses that reference
/// before anything is deleted. The same way a reference makes room while what it rests on is changed.
/// </summary>
internal static class Postponing<TSession>
    where TSession : IProviderSession
{
    /// <param name="order">In the order of execution.</param>
    /// <param name="works">By address; what is divided is written back.</param>
    public static void Divide(IReadOnlyList<PreparedResource<TSession>> order, Dictionary<string, PlannedWork<TSession>> works)
    {
        var standing = new Lazy<StandingDependencies<TSession>>(() => new StandingDependencies<TSession>(works.Values));
        var positions = order.Index().ToDictionary(r => r.Item.Address, r => r.Index, StringComparer.Ordinal);
        var anyUpdate = works.Values.Any(w => w.Action is ResourceActions.Update or ResourceActions.Replace);
        foreach (var resource in order)
        {
            if (resource.Type is not { Statements: { } handler, Creator: IPostponingHandler postponing })
            {
                continue;
            }

            var work = works[resource.Address];
            var waiting = !work.IsChange ? [] : resource.Postponed.Select(address => works[address])
                .Where(other => work.Action == ResourceActions.Delete ? other.IsChange : other.Action is ResourceActions.Create or ResourceActions.Replace)
                .Select(Reference)
                .ToList();
            if (work.Action is ResourceActions.Create or ResourceActions.Update)
            {
                // It exists, and is changed only later: a reference made now would be in the way.
                waiting.AddRange(resource.Requirements.Where(address => positions[address] > positions[resource.Address])
                    .Select(address => works[address])
                    .Where(other => other is { Action: ResourceActions.Update, Changes: { } changes } && postponing.CanPostpone(Reference(other)) && postponing.MustLetGo(resource.Described!, Reference(other), changes))
                    .Select(Reference));
            }

            var released = anyUpdate ? Released(work, standing.Value, works, postponing) : [];
            if (waiting.Count + released.Count > 0)
            {
                works[resource.Address] = HandlerCall.Run(
                    resource.Address, nameof(postponing.Without), () => Divide(work, handler, postponing, waiting, [.. released.Select(r => r.Reference)], released.Select(r => r.Address).FirstOrDefault()));
            }
        }
    }

    private static ObjectReference Reference(PlannedWork<TSession> work) => new(work.Prepared.Type.Name, work.Prepared.Identity);

    private static List<(ObjectReference Reference, string Address)> Released(
        PlannedWork<TSession> work, StandingDependencies<TSession> standing, Dictionary<string, PlannedWork<TSession>> works, IPostponingHandler handler) =>
    [
        .. standing.RequirementsOf(work.Address).Where(r => handler.CanPostpone(r.Reference) && works[r.Address] switch
        {
            { Action: ResourceActions.Replace } => true,
            { Action: ResourceActions.Update, Changes: { } changes } => HandlerCall.Run(work.Address, nameof(handler.MustLetGo), () => handler.MustLetGo(work.Doomed!, r.Reference, changes)),
            _ => false,
        }),
    ];

    /// <param name="waiting">What does not exist yet.</param>
    /// <param name="released">What exists and is changed.</param>
    /// <param name="cause">The address of one of these.</param>
    private static PlannedWork<TSession> Divide(
        PlannedWork<TSession> work, IStatementHandler handler, IPostponingHandler postponing, IReadOnlyList<ObjectReference> waiting, IReadOnlyList<ObjectReference> released, string? cause)
    {
        IReadOnlyCollection<ObjectReference> apart = [.. waiting, .. released];
        if (work.Action == ResourceActions.Delete)
        {
            var last = postponing.Without(work.Doomed!, apart);
            if (!work.IsChange || handler.Alter(work.Doomed!, last) is not { } detach || work.Before.Count > 0)
            {
                return work;
            }

            var detached = work with { Before = detach };
            return work.QuarantineId is not { } id ? detached with { Statements = handler.Drop(last) }
                : work is { QuarantineLocation: not null, Prepared.Type.Quarantiner: { } mover } ? detached.Leaving(mover.Quarantine(last, id))
                : detached;
        }

        if (work.Desired is not { } desired || (released.Count > 0 && work.Before.Count > 0))
        {
            return work;
        }

        var first = postponing.Without(desired, apart);
        var start = released.Count > 0 ? postponing.Without(work.Doomed!, released) : work.Doomed;
        IReadOnlyList<Statement> before = released.Count > 0 ? handler.Alter(work.Doomed!, start!) ?? [] : [];
        var attach = handler.Alter(first, desired) ?? [];
        if (before.Count + attach.Count == 0)
        {
            return work;
        }

        return work with
        {
            Action = work.IsChange ? work.Action : ResourceActions.Update,
            Reason = work.IsChange ? work.Reason : $"{cause} changes underneath it",
            Before = before.Count > 0 ? before : work.Before,
            Statements = work.Action switch
            {
                ResourceActions.Create => handler.Create(first),
                ResourceActions.Replace when work.Before.Count == 0 => [.. handler.Drop(start!), .. handler.Create(first)],
                ResourceActions.Replace => handler.Create(first),
                _ => handler.Alter(start!, first) ?? work.Statements,
            },
            After = attach,
            Rollback = work.Action == ResourceActions.Create ? [.. handler.Alter(desired, first) ?? [], .. handler.Drop(first)] : work.Rollback,
        };
    }
}
