namespace Kolumn.Sdk.Engine;

/// <summary>Finds the word that a user meant.</summary>
internal static class DidYouMean
{
    /// <summary>The closest of <paramref name="known"/> when it is close enough to be a slip: a third of the letters at most.</summary>
    public static string? Closest(string word, IEnumerable<string> known)
    {
        var limit = Math.Max(1, Math.Min(word.Length, 64) / 3);
        return known
            .Select(candidate => (candidate, distance: Distance(word, candidate, limit)))
            .Where(c => c.distance <= limit)
            .OrderBy(c => c.distance)
            .ThenBy(c => c.candidate, StringComparer.Ordinal)
            .Select(c => c.candidate)
            .FirstOrDefault();
    }

    /// <summary>Insertions, deletions, replacements and swaps of neighbours, without regard to case.</summary>
    private static int Distance(string left, string right, int limit)
    {
        if (Math.Abs(left.Length - right.Length) > limit)
        {
            return int.MaxValue;
        }

        var (before, last, current) = (new int[right.Length + 1], new int[right.Length + 1], new int[right.Length + 1]);
        for (var j = 0; j <= right.Length; j++)
        {
            last[j] = j;
        }

        for (var i = 1; i <= left.Length; i++)
        {
            current[0] = i;
            for (var j = 1; j <= right.Length; j++)
            {
                var cost = Same(left[i - 1], right[j - 1]) ? 0 : 1;
                current[j] = Math.Min(Math.Min(last[j] + 1, current[j - 1] + 1), last[j - 1] + cost);
                if (i > 1 && j > 1 && Same(left[i - 1], right[j - 2]) && Same(left[i - 2], right[j - 1]))
                {
                    current[j] = Math.Min(current[j], before[j - 2] + 1);
                }
            }

            (before, last, current) = (last, current, before);
        }

        return last[right.Length];
    }

    private static bool Same(char left, char right) => char.ToUpperInvariant(left) == char.ToUpperInvariant(right);
}
