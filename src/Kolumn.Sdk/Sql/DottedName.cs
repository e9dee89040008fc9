using System.Text;

namespace Kolumn.Sdk.Sql;

/// <summary>Names as users read and write them, and as identities are made of them: <c>public.users</c>, <c>"my.schema".users</c>.</summary>
public static class DottedName
{
    /// <summary>The names between the dots, their quotes taken off; null when a quote stays open or a part is empty.</summary>
    public static IReadOnlyList<string>? Split(string text)
    {
        var parts = new List<string>();
        var part = new StringBuilder();
        var quoted = false;
        for (var at = 0; at < text.Length; at++)
        {
            if (text[at] == '"' && quoted && at + 1 < text.Length && text[at + 1] == '"')
            {
                part.Append('"');
                at++;
            }
            else if (text[at] == '"')
            {
                quoted = !quoted;
            }
            else if (text[at] == '.' && !quoted)
            {
                parts.Add(part.ToString());
                part.Clear();
            }
            else
            {
                part.Append(text[at]);
            }
        }

        parts.Add(part.ToString());
        return quoted || parts.Contains("") ? null : parts;
    }

    /// <summary>One part of a shown name.</summary>
    public static string Show(string part) =>
        part.AsSpan().IndexOfAny('.', '"') < 0 ? part : SqlIdentifier.Quote(part);
}
