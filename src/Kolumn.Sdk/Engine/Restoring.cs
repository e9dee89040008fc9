using Kolumn.Protocol;

namespace Kolumn.Sdk.Engine;

/// <summary>Gives objects that are dropped and made again what their definitions do not tell (<see cref="IRestoringHandler{TSession}"/>).</summary>
internal static class Restoring<TSession>
    where TSession : IProviderSession
{
    /// <param name="works">By address; what is made again is written back.</param>
    public static async Task AddAsync(TSession session, Dictionary<string, PlannedWork<TSession>> works, CancellationToken cancellationToken)
    {
        var replaced = works.Values.Where(w => w is { Action: ResourceActions.Replace, Statements: not null, Doomed: not null, Desired: not null }).ToList();
        foreach (var group in replaced.GroupBy(w => w.Prepared.Type))
        {
            if (group.Key.Creator is not IRestoringHandler<TSession> handler)
            {
                continue;
            }

            var made = group.ToList();
            var restored = await HandlerCall.RunAsync(
                group.Key.Name, nameof(handler.RestoreAsync), () => handler.RestoreAsync(session, [.. made.Select(w => (w.Doomed!, w.Desired!))], cancellationToken));
            foreach (var (work, statements) in made.Zip(restored).Where(pair => pair.Second.Count > 0))
            {
                works[work.Address] = work with { Statements = [.. work.Statements!, .. statements] };
            }
        }
    }
}
