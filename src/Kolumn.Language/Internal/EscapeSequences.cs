using System.Globalization;
using System.Text;

namespace Kolumn.Language.Internal;

/// <summary>Resolves what stands for something else in the text of a template.</summary>
internal static class EscapeSequences
{
    /// <summary>
    /// The text a token means: <c>$${</c> and <c>%%{</c> lose their doubled sign; in quoted strings the backslash sequences are
    /// replaced. An unknown one is reported and stays as written. CRLF becomes LF, so that a value does not depend on the checkout.
    /// </summary>
    public static string Resolve(TokenReader reader, Token token, bool isQuoted)
    {
        var raw = reader.Source.Text.AsSpan(token.Start, token.End - token.Start);
        if (raw.IndexOfAny("\\$%\r") < 0)
        {
            return raw.ToString();
        }

        var text = new StringBuilder(raw.Length);
        for (var i = 0; i < raw.Length; i++)
        {
            var c = raw[i];
            if (c is '$' or '%' && i + 2 < raw.Length && raw[i + 1] == c && raw[i + 2] == '{')
            {
                text.Append(c).Append('{');
                i += 2;
            }
            else if (c == '\\' && isQuoted)
            {
                i += ResolveBackslash(reader, token.Start + i, raw[i..], text) - 1;
            }
            else if (!(c == '\r' && i + 1 < raw.Length && raw[i + 1] == '\n'))
            {
                text.Append(c);
            }
        }

        return text.ToString();
    }

    /// <summary>Appends what the sequence at the start of the text means and answers its length.</summary>
    private static int ResolveBackslash(TokenReader reader, int start, ReadOnlySpan<char> raw, StringBuilder text)
    {
        var kind = raw.Length > 1 ? raw[1] : '\0';
        switch (kind)
        {
            case 'n':
                text.Append('\n');
                return 2;
            case 'r':
                text.Append('\r');
                return 2;
            case 't':
                text.Append('\t');
                return 2;
            case '"' or '\\':
                text.Append(kind);
                return 2;
            case 'u' or 'U':
                return ResolveCodePoint(reader, start, raw, kind == 'u' ? 4 : 8, text);
        }

        var length = Math.Min(raw.Length, raw.Length > 2 && char.IsSurrogatePair(raw[1], raw[2]) ? 3 : 2);
        reader.Error(LanguageCodes.InvalidEscape, reader.Source.RangeOf(start, start + length), "Invalid escape sequence",
            "After a backslash only n, r, t, \", \\, u and U can follow. For a backslash itself write two.");
        text.Append(raw[..length]);
        return length;
    }

    private static int ResolveCodePoint(TokenReader reader, int start, ReadOnlySpan<char> raw, int digits, StringBuilder text)
    {
        var end = 2;
        while (end < raw.Length && end < 2 + digits && char.IsAsciiHexDigit(raw[end]))
        {
            end++;
        }

        if (end == 2 + digits
            && uint.TryParse(raw[2..end], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var code)
            && Rune.IsValid(code))
        {
            text.Append(new Rune(code).ToString());
            return end;
        }

        var example = digits == 4 ? "\\u00E9" : "\\U0001F600";
        reader.Error(LanguageCodes.InvalidEscape, reader.Source.RangeOf(start, start + end), "Invalid escape sequence",
            $"After \\{raw[1]} follow exactly {digits} hexadecimal digits that name a Unicode character, e.g. {example}.");
        text.Append(raw[..end]);
        return end;
    }
}
