using System.Globalization;
using System.Text;

namespace Kolumn.Language;

/// <summary>
/// What a name may look like: a letter or underscore, then letters, digits, marks, connectors and dashes
/// (Unicode annex 31's ID_Start and ID_Continue by general category, plus the underscore at the start and the dash).
/// </summary>
public static class Identifiers
{
    public static bool IsValid(string text) => !string.IsNullOrEmpty(text) && LengthAt(text, 0) == text.Length;

    /// <summary>How many UTF-16 units the identifier at the offset has; 0 when none starts there.</summary>
    public static int LengthAt(string text, int offset)
    {
        ArgumentNullException.ThrowIfNull(text);
        var end = offset;
        while (end < text.Length)
        {
            var c = text[end];
            if (char.IsAsciiLetter(c) || c == '_')
            {
                end++;
            }
            else if (char.IsAscii(c))
            {
                if (end == offset || !(char.IsAsciiDigit(c) || c == '-'))
                {
                    break;
                }

                end++;
            }
            else if (Rune.TryGetRuneAt(text, end, out var rune) && (end == offset ? IsStart(rune) : IsStart(rune) || IsContinue(rune)))
            {
                end += rune.Utf16SequenceLength;
            }
            else
            {
                break;
            }
        }

        return end - offset;
    }

    private static bool IsStart(Rune rune) => Rune.IsLetter(rune) || Rune.GetUnicodeCategory(rune) == UnicodeCategory.LetterNumber;

    private static bool IsContinue(Rune rune) => Rune.GetUnicodeCategory(rune) is UnicodeCategory.DecimalDigitNumber
        or UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark or UnicodeCategory.ConnectorPunctuation;
}
