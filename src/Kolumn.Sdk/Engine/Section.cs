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
    /// Divides a plan at the points where it has to be: what needs something that is made outside the transaction, or has to be committed first, comes in the
    /// section after it, what is deleted goes when nothing is made any more, what goes with another goes where that does, and no transaction takes more locks
    /// than there is room for.
    /// </summary>
    /// <param name="order">In the order of execution, so that it may be cut anywhere but where something is torn down and not made again yet.</param>
    /// <param name="capacity">Entries of the lock table for one transaction.</param>
    public static IReadOnlyList<Section<TSession>> Divide(IReadOnlyList<PlannedWork<TSession>> order, int capacity)
    {
        var changes = order.Where(w => w.IsChange).ToList();
        var numbers = Cut(changes, Places(changes), capacity);
        var outside = changes.Where(w => w.HasOutside).Select(w => w.Address).ToHashSet(StringComparer.Ordinal);

        // What is made outside is there in the section after it, which may hold nothing else.
        var closing = changes.Where(w => w.After.Count > 0)
            .ToLookup(w => w.Prepared.Postponed.Select(a => numbers.GetValueOrDefault(a) + (outside.Contains(a) ? 1 : 0)).Append(numbers[w.Address]).Max());
        var works = changes.ToLookup(w => numbers[w.Address]);
        return changes.Count == 0
            ? [new Section<TSession>([], [])]
            : [.. works.Select(ofOne => ofOne.Key).Union(closing.Select(ofOne => ofOne.Key)).Order().Select(number => new Section<TSession>([.. works[number]], [.. closing[number]]))];
    }

    /// <summary>All in one, for somebody else's transaction.</summary>
    public static Section<TSession> Whole(IReadOnlyList<PlannedWork<TSession>> order)
    {
        var changes = order.Where(w => w.IsChange).ToList();
        return new Section<TSession>(changes, [.. changes.Where(w => w.After.Count > 0)]);
    }

    /// <summary>The first change, if any, that uses something of an earlier one which has to be committed before.</summary>
    public static (PlannedWork<TSession>? Made, PlannedWork<TSession>? User) UsesAfterCommit(IReadOnlyList<PlannedWork<TSession>> order)
    {
        var made = new List<(PlannedWork<TSession> Work, string Text)>();
        foreach (var work in order.Where(w => w.IsChange))
        {
            if (made.FirstOrDefault(m => Uses(work, m.Text)) is { Work: { } earlier })
            {
                return (earlier, work);
            }

            made.AddRange(TextsAfterCommit(work).Select(text => (work, text)));
        }

        return default;
    }

    private static IEnumerable<string> TextsAfterCommit(PlannedWork<TSession> work) => (work.Statements ?? []).Select(s => s.UsableAfterCommit).OfType<string>();

    private static bool Uses(PlannedWork<TSession> work, string text) => work.AllStatements.Any(s => s.UsableAfterCommit is null && s.Text.Contains(text, StringComparison.Ordinal));

    public static int LockEntries(IEnumerable<PlannedWork<TSession>> works) => works.Where(w => w.IsChange).Sum(LockEntries);

    private static int LockEntries(PlannedWork<TSession> work) =>
        work.AllStatements.Where(s => s.Place == StatementPlace.InTransaction).Sum(s => Math.Max(Math.Max(1, s.Locks.Count), s.LockEntries));

    /// <summary>The number of each change's section: places in their order, each cut where the locks would be too many.</summary>
    private static Dictionary<string, int> Cut(List<PlannedWork<TSession>> changes, Dictionary<string, int> places, int capacity)
    {
        var numbers = new Dictionary<string, int>(changes.Count, StringComparer.Ordinal);
        var owners = changes.Where(w => w.GoesWith is not null).ToDictionary(w => w.Address, w => w.GoesWith!, StringComparer.Ordinal);
        var parts = changes.Where(w => w.GoesWith is not null).ToLookup(w => Leaving(w.GoesWith!), StringComparer.Ordinal);
        var number = -1;
        foreach (var place in changes.Where(w => w.GoesWith is null).GroupBy(w => places[w.Address]).OrderBy(ofOne => ofOne.Key).Select(ofOne => ofOne.ToList()))
        {
            number++;
            var torn = place.FindLastIndex(w => w.Before.Count > 0);
            var used = 0;
            for (var at = 0; at < place.Count; at++)
            {
                var entries = LockEntries(place[at]) + parts[place[at].Address].Sum(LockEntries);
                if (used > 0 && used + entries > capacity && at > torn)
                {
                    (number, used) = (number + 1, 0);
                }

                numbers[place[at].Address] = number;
                foreach (var part in parts[place[at].Address])
                {
                    numbers[part.Address] = number;
                }

                used += entries;
            }
        }

        return numbers;

        // A part of a part goes with the whole.
        string Leaving(string address) => owners.TryGetValue(address, out var owner) ? Leaving(owner) : address;
    }

    private static Dictionary<string, int> Places(List<PlannedWork<TSession>> changes)
    {
        var places = new Dictionary<string, int>(changes.Count, StringComparer.Ordinal);
        if (!changes.Exists(w => w.HasOutside || TextsAfterCommit(w).Any()))
        {
            changes.ForEach(w => places[w.Address] = 0);
            return places;
        }

        // The first section in which a change's results are there for those that need it.
        var usable = new Dictionary<string, int>(StringComparer.Ordinal);
        var texts = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var work in changes.Where(w => w.Action != ResourceActions.Delete))
        {
            var place = work.Prepared.Dependencies.Max(d => (int?)usable.GetValueOrDefault(d)) ?? 0;
            Place(work, texts.Where(text => Uses(work, text.Key)).Select(text => text.Value).Append(place).Max());
            foreach (var text in TextsAfterCommit(work))
            {
                texts[text] = places[work.Address] + 1;
            }
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
