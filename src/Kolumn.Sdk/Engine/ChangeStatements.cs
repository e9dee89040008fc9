using System.Text.Json.Nodes;
using Kolumn.Protocol;
using Kolumn.Protocol.Payloads;

namespace Kolumn.Sdk.Engine;

/// <summary>The statements of a change, those that would undo it, and what the change may do to a live system.</summary>
/// <param name="Action">An update becomes a replace where nothing else helps.</param>
/// <param name="Forward">null where the handler does its changes itself.</param>
internal sealed record ChangeStatements(string Action, IReadOnlyList<Statement>? Forward, IReadOnlyList<Statement>? Rollback, string RiskLevel)
{
    /// <summary>Of a change that the handler makes itself.</summary>
    public IReadOnlyList<Hazard> Hazards { get; private init; } = [];

    /// <param name="doomed">What exists before the change.</param>
    /// <param name="desired">What shall exist after it.</param>
    /// <param name="changes">Empty for a delete; one may be of an attribute that cannot change in place.</param>
    public static ChangeStatements For<TSession>(
        ResourceType<TSession> type, string address, string action, JsonObject? doomed, JsonObject? desired, IReadOnlyDictionary<string, AttributeChange> changes)
        where TSession : IProviderSession
    {
        if (action == ResourceActions.Update && changes.Values.Any(c => c.RequiresReplace))
        {
            action = ResourceActions.Replace;
        }

        if (type.Statements is not { } handler)
        {
            IReadOnlyList<Hazard> hazards = type.Creator is IHazardHandler knowing && doomed is not null && action != ResourceActions.Create
                ? HandlerCall.Run(address, nameof(knowing.HazardsOf), () => knowing.HazardsOf(action, doomed, changes))
                : [];
            return new ChangeStatements(action, null, null, hazards.Any(h => h.Name == HazardNames.DataLoss) ? "critical" : action switch
            {
                ResourceActions.Delete or ResourceActions.Replace => "high",
                ResourceActions.Update => "medium",
                _ => "low",
            })
            {
                Hazards = hazards,
            };
        }

        IReadOnlyList<Statement> Create(JsonObject definition) => HandlerCall.Run(address, nameof(handler.Create), () => handler.Create(definition));
        IReadOnlyList<Statement> Drop(JsonObject definition) => HandlerCall.Run(address, nameof(handler.Drop), () => handler.Drop(definition));
        IReadOnlyList<Statement>? Alter(JsonObject from, JsonObject to) => HandlerCall.Run(address, nameof(handler.Alter), () => handler.Alter(from, to));

        switch (action)
        {
            case ResourceActions.Create:
                return Of(action, Create(desired!), Drop(desired!));
            case ResourceActions.Delete:
                return Of(action, Drop(doomed!), Create(doomed!));
            case ResourceActions.Update when Alter(doomed!, desired!) is { } alterations:
                return Of(action, alterations, Alter(desired!, doomed!) ?? [.. Drop(desired!), .. Create(doomed!)]);
            default:
                return Of(ResourceActions.Replace, [.. Drop(doomed!), .. Create(desired!)], [.. Drop(desired!), .. Create(doomed!)]);
        }
    }

    private static ChangeStatements Of(string action, IReadOnlyList<Statement> forward, IReadOnlyList<Statement> rollback)
    {
        return new ChangeStatements(action, forward, rollback, RiskOf(action, forward));
    }

    /// <summary><c>low</c>, <c>medium</c>, <c>high</c> or <c>critical</c>.</summary>
    public static string RiskOf(string action, IEnumerable<Statement> forward)
    {
        var hazards = forward.SelectMany(s => s.Hazards).Select(h => h.Name).ToHashSet(StringComparer.Ordinal);
        return hazards.Contains(HazardNames.DataLoss) ? "critical"
            : hazards.Contains(HazardNames.TableRewrite) || hazards.Contains(HazardNames.LongLock) ? "high"
            : hazards.Count > 0 || action == ResourceActions.Replace ? "medium"
            : "low";
    }
}
