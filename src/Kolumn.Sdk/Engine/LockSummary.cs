using Kolumn.Protocol.Payloads;

namespace Kolumn.Sdk.Engine;

/// <summary>The locks that statements take, as a plan shows them: for each object the strongest, and the strongest of all first.</summary>
internal static class LockSummary
{
    /// <param name="created">Identities of what the plan itself creates.</param>
    public static IReadOnlyList<ObjectLock> Strongest(IEnumerable<Statement> statements, IReadOnlySet<string> created) =>
    [
        .. statements.SelectMany(s => s.Locks)
            .Where(taken => !created.Contains(taken.Object))
            .GroupBy(taken => taken.Object, StringComparer.Ordinal)
            .Select(ofOne => ofOne.MaxBy(taken => taken.Strength)!)
            .OrderByDescending(taken => taken.Strength),
    ];

    /// <summary>One for each statement; null when there is nothing to say about any.</summary>
    public static IReadOnlyList<PlannedStatement>? Details(IEnumerable<Statement> statements, IReadOnlySet<string> created)
    {
        var details = statements.Select(s => new PlannedStatement
        {
            Locks = Strongest([s], created) is { Count: > 0 } locks ? locks : null,
            OutsideTransaction = s.Place != StatementPlace.InTransaction,
        }).ToList();
        return details.Exists(detail => detail != new PlannedStatement()) ? details : null;
    }
}
