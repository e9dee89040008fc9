namespace Kolumn.Language.Internal;

/// <summary>Names, numbers, operators and comments: the text outside of strings, and within the sequences of templates.</summary>
internal sealed class PlainLexer(LexerState state)
{
    /// <summary>Reads one token, or skips what is none. The sequence is the one of a template that the text belongs to.</summary>
    public void Lex(LexerMode? sequence)
    {
        var start = state.Position;
        var c = state.Text[start];
        switch (c)
        {
            case ' ' or '\t':
                state.Position++;
                return;
            case '\n':
                state.Emit(TokenKind.Newline, 1);
                return;
            case '\r' when state.Next(1) == '\n':
                state.Emit(TokenKind.Newline, 2);
                return;
            case '#':
            case '/' when state.Next(1) == '/':
                state.Position = state.EndOfLine(start);
                return;
            case '/' when state.Next(1) == '*':
                SkipBlockComment(start);
                return;
            case '"':
                state.Enter(LexerModeKind.Quoted, start);
                state.Emit(TokenKind.OpenQuote, 1);
                return;
            case '<' when state.Next(1) == '<':
                LexHeredocStart(start);
                return;
            case '{':
                if (sequence is not null)
                {
                    sequence.Braces++;
                }

                state.Emit(TokenKind.OpenBrace, 1);
                return;
            case '}' when sequence is { Braces: 0 }:
                state.Modes.Pop();
                state.Emit(TokenKind.CloseSequence, 1);
                return;
            case '~' when state.Next(1) == '}' && sequence is { Braces: 0 }:
                state.Modes.Pop();
                state.Emit(TokenKind.CloseSequence, 2);
                return;
            case '}':
                if (sequence is not null)
                {
                    sequence.Braces--;
                }

                state.Emit(TokenKind.CloseBrace, 1);
                return;
            case >= '0' and <= '9':
                LexNumber(start);
                return;
        }

        var name = Identifiers.LengthAt(state.Text, start);
        if (name > 0)
        {
            state.Emit(TokenKind.Identifier, name);
        }
        else if (Operators.At(c, state.Next(1), state.Next(2)) is var (kind, length) && length > 0)
        {
            state.Emit(kind, length);
        }
        else
        {
            InvalidCharacters.Report(state, start);
        }
    }

    private void LexNumber(int start)
    {
        var end = SkipDigits(start);
        if (end + 1 < state.Text.Length && state.Text[end] == '.' && char.IsAsciiDigit(state.Text[end + 1]))
        {
            end = SkipDigits(end + 1);
        }

        if (end < state.Text.Length && state.Text[end] is 'e' or 'E')
        {
            var digits = end + 1 < state.Text.Length && state.Text[end + 1] is '+' or '-' ? end + 2 : end + 1;
            if (digits < state.Text.Length && char.IsAsciiDigit(state.Text[digits]))
            {
                end = SkipDigits(digits);
            }
        }

        var tail = end;
        while (tail < state.Text.Length && (char.IsAsciiDigit(state.Text[tail]) || Identifiers.LengthAt(state.Text, tail) > 0))
        {
            tail += Math.Max(1, Identifiers.LengthAt(state.Text, tail));
        }

        if (tail > end)
        {
            state.Report(LanguageCodes.InvalidNumber, start, tail, "Invalid number",
                "A number is made of decimal digits and a name does not start with one. Write text in double quotes, or begin the name with a letter.");
            state.Emit(TokenKind.Invalid, tail - start);
            return;
        }

        state.Emit(TokenKind.Number, end - start);
    }

    private void LexHeredocStart(int start)
    {
        var i = start + 2;
        var indented = i < state.Text.Length && state.Text[i] == '-';
        i += indented ? 1 : 0;
        var name = Identifiers.LengthAt(state.Text, i);
        var marker = state.Text.Substring(i, name);
        var lineEnd = state.EndOfLine(i + name);
        if (name == 0 || !state.Text.AsSpan(i + name, lineEnd - i - name).IsWhiteSpace())
        {
            state.Report(LanguageCodes.InvalidExpression, start, i + name, "Invalid heredoc start",
                "A heredoc starts with << or <<- and a marker word at the end of the line, e.g. <<EOT, and ends with that word on a line of its own.");
            state.Emit(TokenKind.Invalid, i + name - start);
            return;
        }

        state.Enter(LexerModeKind.Heredoc, start, marker, i + name);
        state.Emit(TokenKind.OpenHeredoc, Math.Min(lineEnd + 1, state.Text.Length) - start);
    }

    private void SkipBlockComment(int start)
    {
        var end = state.Text.IndexOf("*/", start + 2, StringComparison.Ordinal);
        if (end < 0)
        {
            state.Report(LanguageCodes.UnclosedComment, start, start + 2, "Unclosed comment", "No */ ends the comment that starts here. Add it.");
            state.Position = state.Text.Length;
            return;
        }

        state.Position = end + 2;
    }

    private int SkipDigits(int i)
    {
        while (i < state.Text.Length && char.IsAsciiDigit(state.Text[i]))
        {
            i++;
        }

        return i;
    }
}
