namespace Kolumn.Sdk.Engine;

/// <summary>
/// An order in which things take each other's names: whoever wants a free name goes first; where all wait for each other, one
/// steps aside under a name of its own.
/// </summary>
internal static class RenameSequence
{
    private const string Interim = "_kolumn_rename_";

    /// <param name="moves">Each from the name that it has to the one it gets.</param>
    /// <param name="taken">Every name in use.</param>
    /// <param name="from">The name that a move begins with.</param>
    /// <param name="to">The name that it ends with.</param>
    /// <returns>Single steps; a move that steps aside occurs twice.</returns>
    public static IEnumerable<(T Move, string From, string To)> Of<T>(
        IEnumerable<T> moves, IEnumerable<string> taken, Func<T, string> from, Func<T, string> to, StringComparer comparer)
    {
        var pending = new LinkedList<(T Move, string At)>(moves.Select(m => (m, from(m))));
        var used = taken.ToHashSet(comparer);
        var aside = 0;
        while (pending.First is not null)
        {
            var free = pending.First;
            while (free is not null && used.Contains(to(free.Value.Move)))
            {
                free = free.Next;
            }

            var (move, at) = (free ?? pending.First).Value;
            var next = free is null ? $"{Interim}{++aside}" : to(move);
            yield return (move, at, next);
            used.Remove(at);
            used.Add(next);
            if (free is null)
            {
                pending.First.Value = (move, next);
            }
            else
            {
                pending.Remove(free);
            }
        }
    }
}
