using Kolumn.Sdk.Sql;

namespace Kolumn.Providers.Postgres.Resources.Privileges;

/// <summary>
/// Identities of grants, <c>app on table public.orders</c>: there is one for each role and object, so that nobody else grants or revokes
/// what it does not know of. A role with a space or a quote in its name stands in quotes.
/// </summary>
internal static class GrantIdentity
{
    private const string Joint = " on ";

    public static string Of(PrivilegeKind kind, string about, string to) => $"{Show(to)}{Joint}{kind.Word} {about}";

    /// <summary>null for what can be nobody's.</summary>
    public static (PrivilegeKind Kind, string Object, string To)? Parse(string identity)
    {
        var end = EndOfName(identity);
        if (end < 0 || string.CompareOrdinal(identity, end, Joint, 0, Joint.Length) != 0)
        {
            return null;
        }

        var rest = identity[(end + Joint.Length)..];
        var kind = PrivilegeKind.Objects.FirstOrDefault(one => rest.StartsWith(one.Word + " ", StringComparison.Ordinal));
        return kind is null ? null : (kind, rest[(kind.Word.Length + 1)..], Name(identity[..end]));
    }

    public static string Show(string name) => name.AsSpan().IndexOfAny(' ', '"') < 0 ? name : SqlIdentifier.Quote(name);

    private static string Name(string shown) => shown.StartsWith('"') ? shown[1..^1].Replace("\"\"", "\"", StringComparison.Ordinal) : shown;

    /// <summary>The words of an identity all of whose names stand in quotes where they have to.</summary>
    public static IReadOnlyList<string> WordsOf(string identity)
    {
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
