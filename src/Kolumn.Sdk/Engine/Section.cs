using Kolumn.Protocol;

namespace Kolumn.Sdk.Engine;

/// <summary>What one transaction makes, and what follows it outside. A plan is made section by section; most have one.</summary>
/// <param name="Works">The changes whose statements run here, in order.</param>
/// <param name="Closing">Those whose <see cref="PlannedWork{TSession}.After"/> has all it needs at the end of this section's transaction.</param>
internal sealed record Section<TSession>(IReadOnlyList<PlannedWork<TSession>> Works, IReadOnlyList<PlannedWork<TSession>> Closing)
    where TSession : IProviderSession
{
    /// <summary>The changes that are complete when the transaction is committed.</summary>
    public IReadOnlyList<PlannedWork<TSession>> Complete { get; } = [.. Works.Where(w => w.After.Count == 0).Concat(Closing).Where(w => !w.HasOutside)];

    /// <summary>
    /// Divides a plan at the points where it has to be: what needs something that is made outside the transaction comes in the
    /// section after it, and what is deleted goes when nothing is made any more.
    /// </summary>
    /// <param name="order">In the order of execution.</param>
    public static IReadOnlyList<Section<TSession>> Divide(IReadOnlyList<PlannedWork<TSession>> order)
    {
        var changes = order.Where(w => w.IsChange).ToList();
        var places = Places(changes);
        return changes.Count == 0 ? [new Section<TSession>([], [])] :
        [
            .. changes.GroupBy(w => places[w.Address]).OrderBy(ofOne => ofOne.Key).Select(ofOne => new Section<TSession>(
                [.. ofOne],
                [.. changes.Where(w => w.After.Count > 0 && w.Prepared.Postponed.Append(w.Address).Max(a => places.GetValueOrDefault(a)) == ofOne.Key)])),
        ];
    }

    private static Dictionary<string, int> Places(List<PlannedWork<TSession>> changes)
    {
        var places = new Dictionary<string, int>(changes.Count, StringComparer.Ordinal);
        if (!changes.Exists(w => w.HasOutside))
        {
            changes.ForEach(w => places[w.Address] = 0);
            return places;
        }

        // The first section in which a change's results are there for those that need it.
        var usable = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var work in changes.Where(w => w.Action != ResourceActions.Delete))
        {
            Place(work, work.Prepared.Dependencies.Max(d => (int?)usable.GetValueOrDefault(d)) ?? 0);
        }

        var first = usable.Count == 0 ? 0 : usable.Values.Max();
        var dependants = changes.Where(w => w.Action == ResourceActions.Delete)
            .SelectMany(w => w.Prepared.Dependencies.Select(d => (Dependency: d, w.Address)))
            .ToLookup(d => d.Dependency, d => d.Address, StringComparer.Ordinal);
        foreach (var work in changes.Where(w => w.Action == ResourceActions.Delete))
        {
            Place(work, Math.Max(first, dependants[work.Address].Max(d => (int?)usable.GetValueOrDefault(d)) ?? 0));
        }

        return places;

        void Place(PlannedWork<TSession> work, int place)
        {
            places[work.Address] = place;
            usable[work.Address] = work.HasOutside ? place + 1 : place;
        }
    }
}
