namespace Kolumn.Language.Internal;

/// <summary>
/// Cuts a source into tokens in one pass. Templates nest in expressions and expressions in templates, so the lexer keeps a stack of
/// modes instead of calling itself:
/// 1. plain text of the language, also within <c>${ }</c> and <c>%{ }</c>, where the braces are counted (<see cref="PlainLexer"/>);
/// 2. the text of a quoted string, and
/// 3. the lines of a heredoc (<see cref="TemplateLexer"/>).
/// What is wrong is reported and becomes an <see cref="TokenKind.Invalid"/> token, so that the parser goes on behind it; this class
/// closes what the text leaves open.
/// </summary>
internal sealed class Lexer
{
    /// <summary>How often the lexer goes back to the start of a template that nothing closes; then it closes everything at the end of the file.</summary>
    private const int MaxRewinds = 32;

    private readonly LexerState _state;
    private readonly PlainLexer _plain;
    private readonly TemplateLexer _templates;
    private int _rewinds;

    private Lexer(SourceText source)
    {
        _state = new LexerState(source);
        _plain = new PlainLexer(_state);
        _templates = new TemplateLexer(_state);
    }

    /// <summary>
    /// The tokens of the source, the last of which is <see cref="TokenKind.EndOfFile"/>. A template is read like a heredoc that is the
    /// whole text.
    /// </summary>
    public static List<Token> Tokenize(SourceText source, DiagnosticBag diagnostics, bool isTemplate = false)
    {
        var lexer = new Lexer(source);
        if (isTemplate)
        {
            lexer._state.Enter(LexerModeKind.Template, 0);
            lexer._state.Emit(TokenKind.OpenHeredoc, 0, 0);
        }

        lexer.Run();
        diagnostics.AddRange(lexer._state.Diagnostics);
        return lexer._state.Tokens;
    }

    private void Run()
    {
        var length = _state.Text.Length;
        _state.Position = _state.Text.StartsWith('\uFEFF') ? 1 : 0;
        while (true)
        {
            while (_state.Position < length)
            {
                Step();
            }

            if (_state.Modes.Count == 0)
            {
                break;
            }

            CloseAtEnd();
        }

        _state.Emit(TokenKind.EndOfFile, length, length);
    }

    private void Step()
    {
        _state.Modes.TryPeek(out var mode);
        switch (mode?.Kind)
        {
            case null or LexerModeKind.Sequence: // 1.
                _plain.Lex(mode);
                break;
            case LexerModeKind.Quoted: // 2.
                if (!_templates.TryLexQuoted())
                {
                    CloseAtEndOfLine(mode);
                }

                break;
            default: // 3.
                _templates.LexLine(mode);
                break;
        }
    }

    /// <summary>A string runs into the end of its line. Within a sequence of another string it is that sequence which nobody closed.</summary>
    private void CloseAtEndOfLine(LexerMode quoted)
    {
        var lineStart = _state.Text.LastIndexOf('\n', quoted.Start) + 1;
        var outer = _rewinds < MaxRewinds ? _state.Modes.Last(m => m.Kind == LexerModeKind.Quoted && m.Start >= lineStart) : quoted;
        if (outer != quoted)
        {
            Rewind(outer);
            return;
        }

        var end = _state.Position;
        _state.Report(LanguageCodes.UnclosedString, quoted.Start, end, "Unclosed string",
            "The string has no closing quote on its line. Add the quote, write line breaks as \\n, or use a heredoc (<<EOT) for text of several lines.");
        _state.Modes.Pop();
        _state.Emit(TokenKind.CloseQuote, end, end);
    }

    /// <summary>The file ends within a template: goes back to the start of the outermost one whose sequence is open, or closes the innermost for good.</summary>
    private void CloseAtEnd()
    {
        var outermost = _rewinds < MaxRewinds ? _state.Modes.LastOrDefault(m => m.Kind is LexerModeKind.Quoted or LexerModeKind.Heredoc) : null;
        if (outermost is not null && _state.Modes.TakeWhile(m => m != outermost).Any(m => m.Kind == LexerModeKind.Sequence))
        {
            Rewind(outermost);
            return;
        }

        var mode = _state.Modes.Peek();
        if (mode.Kind == LexerModeKind.Quoted)
        {
            CloseAtEndOfLine(mode);
            return;
        }

        var end = _state.Text.Length;
        _state.Modes.Pop();
        switch (mode.Kind)
        {
            case LexerModeKind.Sequence:
                ReportUnclosedSequence(mode);
                _state.Emit(TokenKind.CloseSequence, end, end);
                return;
            case LexerModeKind.Heredoc:
                _state.Report(LanguageCodes.UnclosedHeredoc, mode.Start, mode.HeaderEnd, "Unclosed heredoc",
                    $"No line with only \"{mode.Marker}\" ends this text. Add one after its last line.");
                break;
        }

        _state.Emit(TokenKind.CloseHeredoc, end, end);
    }

    /// <summary>
    /// Takes back everything since a template was opened, reports the innermost sequence that nobody closed and goes on behind the
    /// template as if it were closed: at the end of its line, or of the heredoc's closing line.
    /// </summary>
    private void Rewind(LexerMode template)
    {
        _rewinds++;
        var sequence = _state.Modes.First(m => m.Kind == LexerModeKind.Sequence);
        while (_state.Modes.Pop() != template)
        {
        }

        _state.Tokens.RemoveRange(template.TokenCount, _state.Tokens.Count - template.TokenCount);
        _state.Diagnostics.RemoveRange(template.DiagnosticCount, _state.Diagnostics.Count - template.DiagnosticCount);
        ReportUnclosedSequence(sequence);
        var end = _state.EndOfLine(template.Start);
        if (template.Kind == LexerModeKind.Heredoc)
        {
            var isClosed = false;
            while (!isClosed && end < _state.Text.Length)
            {
                var lineStart = end + 1;
                end = _state.EndOfLine(lineStart);
                isClosed = _templates.IsClosingLine(template, lineStart, end);
            }
        }

        _state.Emit(TokenKind.Invalid, template.Start, end);
        _state.Position = end;
    }

    private void ReportUnclosedSequence(LexerMode sequence)
    {
        var sign = _state.Text.Substring(sequence.Start, 2);
        _state.Report(LanguageCodes.UnclosedInterpolation, sequence.Start, sequence.Start + 2, $"Unclosed {(sign[0] == '$' ? "interpolation" : "directive")}",
            $"The {sign} has no matching closing brace. Add it, or write {sign[0]}{sign} where the text shall contain {sign} itself.");
    }
}
