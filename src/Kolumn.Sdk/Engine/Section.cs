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

    /// <summary>So many locks fit everywhere: for fewer nobody has to ask the database.</summary>
    public const int SmallPlan = 500;

    /// <summary>
    /// Divides a plan at the points where it has to be: what needs something that is made outside the transaction comes in the
    /// section after it, what is deleted goes when nothing is made any more, and no transaction takes more locks than there is room for.
    /// </summary>
    /// <param name="order">In the order of execution, so that it may be cut anywhere but where something is torn down and not made again yet.</param>
    /// <param name="capacity">Entries of the lock table for one transaction.</param>
    public static IReadOnlyList<Section<TSession>> Divide(IReadOnlyList<PlannedWork<TSession>> order, int capacity)
    {
        var changes = order.Where(w => w.IsChange).ToList();
        var numbers = Cut(changes, Places(changes), capacity);
        var closing = changes.Where(w => w.After.Count > 0)
            .ToLookup(w => w.Prepared.Postponed.Append(w.Address).Max(a => numbers.GetValueOrDefault(a)));
        return changes.Count == 0
            ? [new Section<TSession>([], [])]
            : [.. changes.GroupBy(w => numbers[w.Address]).OrderBy(ofOne => ofOne.Key).Select(ofOne => new Section<TSession>([.. ofOne], [.. closing[ofOne.Key]]))];
    }

    public static int LockEntries(IEnumerable<PlannedWork<TSession>> works) => works.Where(w => w.IsChange).Sum(LockEntries);

    private static int LockEntries(PlannedWork<TSession> work) =>
        work.AllStatements.Where(s => s.Place == StatementPlace.InTransaction).Sum(s => Math.Max(Math.Max(1, s.Locks.Count), s.LockEntries));

    /// <summary>The number of each change's section: places in their order, each cut where the locks would be too many.</summary>
    private static Dictionary<string, int> Cut(List<PlannedWork<TSession>> changes, Dictionary<string, int> places, int capacity)
    {
        var numbers = new Dictionary<string, int>(changes.Count, StringComparer.Ordinal);
        var number = -1;
        foreach (var place in changes.GroupBy(w => places[w.Address]).OrderBy(ofOne => ofOne.Key).Select(ofOne => ofOne.ToList()))
        {
            number++;
            var torn = place.FindLastIndex(w => w.Before.Count > 0);
            var used = 0;
            for (var at = 0; at < place.Count; at++)
            {
                var entries = LockEntries(place[at]);
                if (used > 0 && used + entries > capacity && at > torn)
                {
                    (number, used) = (number + 1, 0);
                }

                numbers[place[at].Address] = number;
                used += entries;
            }
        }

        return numbers;
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
