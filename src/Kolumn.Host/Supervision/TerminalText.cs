using System.Globalization;
using System.Text;

namespace Kolumn.Host.Supervision;

/// <summary>Foreign text made harmless for a terminal and a log file.</summary>
internal static class TerminalText
{
    /// <summary>Control characters, escape sequences' introducers and direction overrides become visible: <c>\x1b</c>, <c>\u202e</c>.</summary>
    public static string Neutralise(string text)
    {
        var first = 0;
        while (first < text.Length && !IsHarmful(text[first]))
        {
            first++;
        }

        if (first == text.Length)
        {
            return text;
        }

        var result = new StringBuilder(text, 0, first, text.Length + 16);
        foreach (var character in text.AsSpan(first))
        {
            if (!IsHarmful(character))
            {
                result.Append(character);
            }
            else
            {
                result.Append(character < 0x100 ? "\\x" : "\\u").Append(((int)character).ToString(character < 0x100 ? "x2" : "x4", CultureInfo.InvariantCulture));
            }
        }

        return result.ToString();
    }

    public static string Neutralise(ReadOnlySpan<byte> utf8) => Neutralise(Encoding.UTF8.GetString(utf8));

    // C0 but tab, DEL, C1, line and paragraph separators, and the characters that reorder text (Unicode UAX 9).
    private static bool IsHarmful(char c) =>
        (c < ' ' && c != '\t') || c is (>= '\u007f' and <= '\u009f') or '\u2028' or '\u2029' or (>= '\u202a' and <= '\u202e') or (>= '\u2066' and <= '\u2069');
}
