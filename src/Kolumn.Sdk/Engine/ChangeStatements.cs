using System.Text.Json.Nodes;
using Kolumn.Protocol;

namespace Kolumn.Sdk.Engine;

/// <summary>The statements of a change, those that would undo it, and what the change may do to a live system.</summary>
/// <param name="Action">An update becomes a replace where nothing else helps.</param>
/// <param name="Forward">null where the handler does its changes itself.</param>
internal sealed record ChangeStatements(string Action, IReadOnlyList<Statement>? Forward, IReadOnlyList<Statement>? Rollback, string RiskLevel)
{
    /// <param name="doomed">What exists before the change.</param>
    /// <param name="desired">What shall exist after it.</param>
    /// <param name="forcesReplace">An attribute changes that cannot change in place.</param>
    public static ChangeStatements For<TSession>(
        ResourceType<TSession> type, string address, string action, JsonObject? doomed, JsonObject? desired, bool forcesReplace)
        where TSession : IProviderSession
    {
        if (action == ResourceActions.Update && forcesReplace)
        {
            action = ResourceActions.Replace;
        }

        if (type.Statements is not { } handler)
        {
            return new ChangeStatements(action, null, null, action switch
            {
                ResourceActions.Delete or ResourceActions.Replace => "high",
                ResourceActions.Update => "medium",
                _ => "low",
            });
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
