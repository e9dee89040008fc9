namespace Kolumn.Language.Internal;

/// <summary>The text of strings and heredocs up to their sequences.</summary>
internal sealed class TemplateLexer(LexerState state)
{
    /// <summary>Reads on in a quoted string. False at the end of its line, where it should have been closed.</summary>
    public bool TryLexQuoted()
    {
        var start = state.Position;
        var i = start;
        while (i < state.Text.Length)
        {
            i = state.Text.AsSpan(i).IndexOfAny("\"\\\n$%") is var found && found >= 0 ? i + found : state.Text.Length;
            if (i == state.Text.Length || state.Text[i] is '"' or '\n')
            {
                break;
            }

            if (state.Text[i] == '\\')
            {
                i += i + 1 < state.Text.Length && state.Text[i + 1] is not ('\n' or '\r') ? 2 : 1;
            }
            else if (SequenceAt(i) is { } escaped && !escaped)
            {
                break;
            }
            else
            {
                i += SequenceAt(i) is true ? 3 : 1;
            }
        }

        i = Math.Min(i, state.Text.Length);
        if (i > start)
        {
            var end = i < state.Text.Length && state.Text[i] == '\n' && state.Text[i - 1] == '\r' ? i - 1 : i;
            if (end > start)
            {
                state.Emit(TokenKind.TemplateText, end - start);
            }
        }

        if (i == state.Text.Length)
        {
            return true;
        }

        switch (state.Text[i])
        {
            case '"':
                state.Modes.Pop();
                state.Emit(TokenKind.CloseQuote, 1);
                return true;
            case '\n':
                return false;
            default:
                OpenSequence(i);
                return true;
        }
    }

    /// <summary>Reads on in a heredoc or a text that is a template: at most to the end of the line.</summary>
    public void LexLine(LexerMode mode)
    {
        var start = state.Position;
        if (mode.Kind == LexerModeKind.Heredoc && (start == 0 || state.Text[start - 1] == '\n'))
        {
            var lineEnd = state.EndOfLine(start);
            if (IsClosingLine(mode, start, lineEnd))
            {
                state.Modes.Pop();
                state.Emit(TokenKind.CloseHeredoc, state.Text.AsSpan(start, lineEnd - start).TrimEnd().Length);
                return;
            }
        }

        var i = start;
        while (i < state.Text.Length)
        {
            // Sought step by step: a line of a megabyte may hold a hundred thousand sequences.
            i = state.Text.AsSpan(i).IndexOfAny("\n$%") is var found && found >= 0 ? i + found : state.Text.Length;
            if (i == state.Text.Length || state.Text[i] == '\n')
            {
                i = Math.Min(i + 1, state.Text.Length);
                break;
            }

            if (SequenceAt(i) is false)
            {
                if (i > start)
                {
                    state.Emit(TokenKind.TemplateText, start, i);
                }

                OpenSequence(i);
                return;
            }

            i += SequenceAt(i) is true ? 3 : 1;
        }

        state.Emit(TokenKind.TemplateText, i - start);
    }

    public bool IsClosingLine(LexerMode mode, int start, int lineEnd) =>
        state.Text.AsSpan(start, lineEnd - start).Trim().SequenceEqual(mode.Marker);

    /// <summary>Whether a sequence starts here: false for <c>${</c>, true for its escaped form <c>$${</c>, null for neither.</summary>
    private bool? SequenceAt(int i)
    {
        var c = state.Text[i];
        if (c is not ('$' or '%') || i + 1 >= state.Text.Length)
        {
            return null;
        }

        return state.Text[i + 1] == '{' ? false
            : i + 2 < state.Text.Length && state.Text[i + 1] == c && state.Text[i + 2] == '{' ? true
            : null;
    }

    private void OpenSequence(int start)
    {
        var length = start + 2 < state.Text.Length && state.Text[start + 2] == '~' ? 3 : 2;
        var kind = state.Text[start] == '$' ? TokenKind.OpenInterpolation : TokenKind.OpenDirective;
        state.Enter(LexerModeKind.Sequence, start);
        state.Emit(kind, start, start + length);
        state.Position = start + length;
    }
}
