using System.Text.Json.Nodes;
using Kolumn.Protocol;

namespace Kolumn.Sdk.Engine;

/// <summary>
/// Objects that refer to each other in a circle cannot be made one whole object after the other. What is made first is made
/// without its reference to what comes later, and altered once everything exists; what is deleted first loses that reference
/// before anything is deleted.
/// </summary>
internal static class Postponing<TSession>
    where TSession : IProviderSession
{
    /// <param name="order">In the order of execution.</param>
    /// <param name="works">By address; what is divided is written back.</param>
    public static void Divide(IReadOnlyList<PreparedResource<TSession>> order, Dictionary<string, PlannedWork<TSession>> works)
    {
        foreach (var resource in order.Where(r => r.Postponed.Count > 0))
        {
            var work = works[resource.Address];
            var waiting = resource.Postponed.Select(address => works[address])
                .Where(other => work.Action == ResourceActions.Delete ? other.IsChange : other.Action is ResourceActions.Create or ResourceActions.Replace)
                .Select(other => new ObjectReference(other.Prepared.Type.Name, other.Prepared.Identity))
                .ToList();
            if (work.IsChange && waiting.Count > 0 && resource.Type is { Statements: { } handler, Creator: IPostponingHandler postponing })
            {
                works[resource.Address] = HandlerCall.Run(
                    resource.Address, nameof(postponing.Without), () => Divide(work, handler, definition => postponing.Without(definition, waiting)));
            }
        }
    }

    private static PlannedWork<TSession> Divide(PlannedWork<TSession> work, IStatementHandler handler, Func<JsonObject, JsonObject> without)
    {
        if (work.Action == ResourceActions.Delete)
        {
            var last = without(work.Doomed!);
            return handler.Alter(work.Doomed!, last) is { } detach && work.Before.Count == 0
                ? work with { Before = detach, Statements = handler.Drop(last) }
                : work;
        }

        var first = without(work.Desired!);
        if (handler.Alter(first, work.Desired!) is not { Count: > 0 } attach)
        {
            return work;
        }

        return work with
        {
            Statements = work.Action switch
            {
                ResourceActions.Update => handler.Alter(work.Doomed!, first) ?? work.Statements,
                ResourceActions.Replace when work.Before.Count == 0 => [.. handler.Drop(work.Doomed!), .. handler.Create(first)],
                _ => handler.Create(first),
            },
            After = attach,
            Rollback = work.Action == ResourceActions.Create ? [.. handler.Alter(work.Desired!, first) ?? [], .. handler.Drop(first)] : work.Rollback,
        };
    }
}
