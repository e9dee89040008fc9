using System.Text;

namespace Kolumn.Cli.Rendering;

/// <summary>Text that others wrote (files, databases, providers), made harmless for a terminal.</summary>
internal static class Printable
{
    /// <summary>One line: everything that would move the cursor or colour the terminal becomes a replacement character.</summary>
    public static string Line(string text) => Clean(text, keepLineBreaks: false);

    /// <summary>The same with its line breaks.</summary>
    public static string Text(string text) => Clean(text.ReplaceLineEndings("\n"), keepLineBreaks: true);

    private static string Clean(string text, bool keepLineBreaks)
    {
        if (!text.Any(c => IsHarmful(c, keepLineBreaks)))
        {
            return text;
        }

        var clean = new StringBuilder(text.Length);
        foreach (var c in text)
        {
            clean.Append(IsHarmful(c, keepLineBreaks) ? '\uFFFD' : c);
        }

        return clean.ToString();
    }

    // Bidirectional overrides make a name read as another one.
    private static bool IsHarmful(char c, bool keepLineBreaks) =>
        (char.IsControl(c) && c != '\t' && !(keepLineBreaks && c == '\n')) || c is >= '\u202A' and <= '\u202E' or >= '\u2066' and <= '\u2069';
}
