using System.Text.Json.Nodes;

namespace Kolumn.Sdk.Engine;

/// <summary>Spells the statements of changes for the server that they are sent to (<see cref="IAdaptingHandler{TSession}"/>).</summary>
internal static class AdaptedChanges<TSession>
    where TSession : IProviderSession
{
    /// <param name="works">By address; what is spelled is written back.</param>
    public static void Spell(TSession session, Dictionary<string, PlannedWork<TSession>> works)
    {
        foreach (var work in works.Values.Where(w => w is { IsChange: true, Prepared.Type.Creator: IAdaptingHandler<TSession> }).ToList())
        {
            var handler = (IAdaptingHandler<TSession>)work.Prepared.Type.Creator;
            works[work.Address] = work with
            {
                Before = Of(work.Before, work.Doomed),
                Statements = work.Statements is { } statements ? Of(statements, work.Desired ?? work.Doomed) : null,
                After = Of(work.After, work.Desired ?? work.Doomed),
                Rollback = work.Rollback is { } rollback ? Of(rollback, work.Doomed ?? work.Desired) : null,
            };

            IReadOnlyList<Statement> Of(IReadOnlyList<Statement> statements, JsonObject? definition) => statements.Count == 0 || definition is null
                ? statements
                : HandlerCall.Run(work.Address, nameof(handler.Adapt), () => handler.Adapt(session, definition, statements));
        }
    }
}
