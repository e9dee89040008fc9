namespace Kolumn.Language.Internal;

/// <summary>Characters that mean nothing outside of strings.</summary>
internal static class InvalidCharacters
{
    /// <summary>Reports the character, says what to write instead where that can be guessed, and goes behind it.</summary>
    public static void Report(LexerState state, int start)
    {
        var c = state.Text[start];
        var end = start + 1;
        string summary = "Invalid character", detail;
        switch (c)
        {
            case '\'':
                var next = state.Text.AsSpan(start + 1).IndexOfAny('\'', '\n');
                end = next >= 0 && state.Text[start + 1 + next] == '\'' ? start + next + 2 : start + 1;
                summary = "Invalid quote";
                detail = "Strings are written in double quotes: \"like this\".";
                break;
            case '\u201C' or '\u201D' or '\u2018' or '\u2019':
                summary = "Invalid quote";
                detail = $"The typographic quote {c} was probably put there by a text processor. Strings are written in plain double quotes: \".";
                break;
            case '`':
                detail = "The backtick has no meaning here. Strings are written in double quotes, text of several lines as a heredoc (<<EOT).";
                break;
            case ';':
                detail = "Attributes and blocks are separated by line breaks and not by semicolons.";
                break;
            case '&' or '|':
                detail = $"There are no bitwise operators. For the logical one write {c}{c}.";
                break;
            case '\r':
                detail = "A carriage return stands alone. Lines end with LF or CRLF.";
                break;
            case '@' or '\\' or '^' or '~' or '$':
                detail = $"The character {c} has no meaning here. Text belongs in double quotes.";
                break;
            default:
                end = EndOfGarbage(state.Text, start);
                detail = "Names consist of letters, digits, underscores and dashes; other characters belong in quoted strings or comments. "
                    + $"Remove {Describe(state.Text, start)}.";
                break;
        }

        state.Report(LanguageCodes.InvalidCharacter, start, end, summary, detail);
        state.Emit(TokenKind.Invalid, end - start);
    }

    /// <summary>The end of a run of characters that mean nothing, so that a run is reported once.</summary>
    private static int EndOfGarbage(string text, int start)
    {
        var i = start + 1;
        while (i < text.Length && text[i] > 127 && Identifiers.LengthAt(text, i) == 0)
        {
            i++;
        }

        return i;
    }

    private static string Describe(string text, int at) => char.IsControl(text[at]) || char.IsWhiteSpace(text[at]) || char.IsSurrogate(text[at])
        ? $"U+{(at + 1 < text.Length && char.IsSurrogatePair(text[at], text[at + 1]) ? char.ConvertToUtf32(text[at], text[at + 1]) : text[at]):X4}"
        : $"\"{text[at]}\"";
}
