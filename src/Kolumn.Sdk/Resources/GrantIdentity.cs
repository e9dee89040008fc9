using Kolumn.Sdk.Sql;

namespace Kolumn.Sdk.Resources;

/// <summary>
/// Identities of grants, <c>app on table public.orders</c>: there is one for each role and object, so that nobody else grants or revokes
/// what it does not know of. A role with a space or a quote in its name stands in quotes.
/// </summary>
public static class GrantIdentity
{
    private const string Joint = " on ";

    /// <param name="kind">What sort of object it is about: <c>table</c>.</param>
    /// <param name="about">Its identity.</param>
    /// <param name="to">Who has the rights.</param>
    public static string Of(string kind, string about, string to) => $"{Show(to)}{Joint}{kind} {about}";

    /// <summary>null for what can be nobody's.</summary>
    public static (string Kind, string About, string To)? Parse(string identity)
    {
        ArgumentNullException.ThrowIfNull(identity);
        var end = EndOfName(identity);
        return end >= 0 && string.CompareOrdinal(identity, end, Joint, 0, Joint.Length) == 0 && identity[(end + Joint.Length)..].Split(' ', 2) is [var kind, var about]
            ? (kind, about, Name(identity[..end]))
            : null;
    }

    /// <summary>A name as identities have it.</summary>
    public static string Show(string name) => name.AsSpan().IndexOfAny(' ', '"') < 0 ? name : SqlIdentifier.Quote(name);

    private static string Name(string shown) => shown.StartsWith('"') ? shown[1..^1].Replace("\"\"", "\"", StringComparison.Ordinal) : shown;

    /// <summary>The words of an identity all of whose names stand in quotes where they have to.</summary>
    public static IReadOnlyList<string> WordsOf(string identity)
    {
        ArgumentNullException.ThrowIfNull(identity);
        var words = new List<string>();
        for (var rest = identity; rest.Length > 0;)
        {
            var end = EndOfName(rest) is var at and >= 0 ? at : rest.Length;
            words.Add(Name(rest[..end]));
            rest = rest[Math.Min(end + 1, rest.Length)..];
        }

        return words;
    }

    private static int EndOfName(string identity)
    {
        if (!identity.StartsWith('"'))
        {
            return identity.IndexOf(' ', StringComparison.Ordinal);
        }

        for (var at = 1; at < identity.Length; at++)
        {
            if (identity[at] == '"' && (at + 1 == identity.Length || identity[at + 1] != '"'))
            {
                return at + 1;
            }

            at += identity[at] == '"' ? 1 : 0;
        }

        return -1;
    }
}
