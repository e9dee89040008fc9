namespace Kolumn;

/// <summary>
/// The rule by which all of Kolumn guesses what a mistyped name was meant to be, so that configuration, command line and
/// providers never disagree.
/// </summary>
/// <remarks>
/// Kolumn.Language, which references nothing, owns the file; Kolumn.Sdk, which must not reference Kolumn.Language, compiles
/// the same file. It is internal in both.
/// </remarks>
internal static class NearestName
{
    /// <summary>Longer names are not compared: nobody mistypes them in a way this could tell.</summary>
    private const int MaxLength = 64;

    /// <summary>
    /// The candidate nearest to the name, if few enough letters are missing, added, exchanged or swapped: one for names of up to
    /// 3 letters, two up to 8, else three. Case counts for nothing; of several equally near the first is taken. Null when none is
    /// near.
    /// </summary>
    public static string? Among(IEnumerable<string> candidates, string name)
    {
        if (name.Length is 0 or > MaxLength)
        {
            return null;
        }

        var limit = name.Length <= 3 ? 1 : name.Length <= 8 ? 2 : 3;
        string? best = null;
        foreach (var candidate in candidates)
        {
            if (Math.Abs(candidate.Length - name.Length) > limit || candidate.Length > MaxLength || candidate == name)
            {
                continue;
            }

            var distance = Distance(name.ToUpperInvariant(), candidate.ToUpperInvariant());
            if (distance <= limit && distance < Math.Max(name.Length, candidate.Length))
            {
                best = candidate;
                limit = distance - 1;
                if (limit < 0)
                {
                    break;
                }
            }
        }

        return best;
    }

    /// <summary>Optimal string alignment: insertions, deletions, substitutions and swaps of neighbours.</summary>
    private static int Distance(string left, string right)
    {
        var beforeLast = new int[right.Length + 1];
        var last = new int[right.Length + 1];
        var current = new int[right.Length + 1];
        for (var j = 0; j <= right.Length; j++)
        {
            last[j] = j;
        }

        for (var i = 1; i <= left.Length; i++)
        {
            current[0] = i;
            for (var j = 1; j <= right.Length; j++)
            {
                var cost = left[i - 1] == right[j - 1] ? 0 : 1;
                current[j] = Math.Min(Math.Min(last[j] + 1, current[j - 1] + 1), last[j - 1] + cost);
                if (i > 1 && j > 1 && left[i - 1] == right[j - 2] && left[i - 2] == right[j - 1])
                {
                    current[j] = Math.Min(current[j], beforeLast[j - 2] + 1);
                }
            }

            (beforeLast, last, current) = (last, current, beforeLast);
        }

        return last[right.Length];
    }
}
