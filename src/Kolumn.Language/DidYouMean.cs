namespace Kolumn.Language;

/// <summary>Finds the name that was probably meant.</summary>
public static class DidYouMean
{
    /// <summary>
    /// The candidate nearest to the name, if few enough letters are missing, added, exchanged or swapped: one for names of up to
    /// 3 letters, two up to 8, else three. Case counts for nothing. Null when none is near.
    /// </summary>
    public static string? Find(string name, IEnumerable<string> candidates)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(candidates);
        return NearestName.Among(candidates, name);
    }

    /// <summary>The question to put at the end of a diagnostic, with a space before it; empty when nothing is near.</summary>
    public static string Ask(string name, IEnumerable<string> candidates) =>
        Find(name, candidates) is { } found ? $" Did you mean \"{found}\"?" : "";
}
