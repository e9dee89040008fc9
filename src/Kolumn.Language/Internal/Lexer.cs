namespace Kolumn.Language.Internal;

/// <summary>
/// Cuts a source into tokens in one pass. Templates nest in expressions and expressions in templates, so the lexer keeps a stack of
/// modes instead of calling itself:
/// 1. plain text of the language, also within <c>${ }</c> and <c>%{ }</c>, where the braces are counted (<see cref="LexPlain"/>);
/// 2. the text of a quoted string (<see cref="LexQuoted"/>);
/// 3. the lines of a heredoc (<see cref="LexHeredoc"/>).
/// What is wrong is reported here and becomes an <see cref="TokenKind.Invalid"/> token, so that the parser goes on behind it.
/// </summary>
internal sealed class Lexer
{
    /// <summary>How often the lexer goes back to the start of a template that nothing closes; then it closes everything at the end of the file.</summary>
    private const int MaxRewinds = 32;

    private readonly SourceText _source;
    private readonly string _text;
    private readonly List<LanguageDiagnostic> _diagnostics = [];
    private readonly List<Token> _tokens;
    private readonly Stack<Mode> _modes = new();
    private int _position;
    private int _rewinds;

    private Lexer(SourceText source)
    {
        _source = source;
        _text = source.Text;
        _tokens = new List<Token>((_text.Length / 4) + 16);
    }

    private enum ModeKind
    {
        Quoted,
        Heredoc,
        Template,
        Sequence,
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
            lexer._modes.Push(new Mode(ModeKind.Template, 0, 0, 0));
            lexer.Emit(TokenKind.OpenHeredoc, 0, 0);
        }

        lexer.Run();
        diagnostics.AddRange(lexer._diagnostics);
        return lexer._tokens;
    }

    private void Run()
    {
        _position = _text.StartsWith('\uFEFF') ? 1 : 0;

        while (true)
        {
            while (_position < _text.Length)
            {
                var kind = _modes.TryPeek(out var mode) ? mode.Kind : ModeKind.Sequence;
                switch (kind)
                {
                    case ModeKind.Quoted:
                        LexQuoted(mode!);
                        break;
                    case ModeKind.Heredoc or ModeKind.Template:
                        LexHeredoc(mode!);
                        break;
                    default:
                        LexPlain(mode);
                        break;
                }
            }

            if (_modes.Count == 0)
            {
                break;
            }

            CloseAtEnd();
        }

        Emit(TokenKind.EndOfFile, _text.Length, _text.Length);
    }

    private void LexPlain(Mode? sequence)
    {
        var start = _position;
        var c = _text[start];
        switch (c)
        {
            case ' ' or '\t':
                _position++;
                return;
            case '\n':
                Emit(TokenKind.Newline, 1);
                return;
            case '\r' when Next(1) == '\n':
                Emit(TokenKind.Newline, 2);
                return;
            case '#':
            case '/' when Next(1) == '/':
                _position = EndOfLine(start);
                return;
            case '/' when Next(1) == '*':
                SkipBlockComment(start);
                return;
            case '"':
                _modes.Push(new Mode(ModeKind.Quoted, start, _tokens.Count, _diagnostics.Count));
                Emit(TokenKind.OpenQuote, 1);
                return;
            case '<' when Next(1) == '<':
                LexHeredocStart(start);
                return;
            case '{':
                if (sequence is not null)
                {
                    sequence.Braces++;
                }

                Emit(TokenKind.OpenBrace, 1);
                return;
            case '}' when sequence is { Braces: 0 }:
                _modes.Pop();
                Emit(TokenKind.CloseSequence, 1);
                return;
            case '~' when Next(1) == '}' && sequence is { Braces: 0 }:
                _modes.Pop();
                Emit(TokenKind.CloseSequence, 2);
                return;
            case '}':
                if (sequence is not null)
                {
                    sequence.Braces--;
                }

                Emit(TokenKind.CloseBrace, 1);
                return;
            case >= '0' and <= '9':
                LexNumber(start);
                return;
        }

        var name = Identifiers.LengthAt(_text, start);
        if (name > 0)
        {
            Emit(TokenKind.Identifier, name);
        }
        else if (Operator(c, Next(1), Next(2)) is var (kind, length) && length > 0)
        {
            Emit(kind, length);
        }
        else
        {
            LexInvalid(start);
        }
    }

    private static (TokenKind Kind, int Length) Operator(char c, char second, char third) => c switch
    {
        '[' => (TokenKind.OpenBracket, 1),
        ']' => (TokenKind.CloseBracket, 1),
        '(' => (TokenKind.OpenParen, 1),
        ')' => (TokenKind.CloseParen, 1),
        ',' => (TokenKind.Comma, 1),
        '.' when second == '.' && third == '.' => (TokenKind.Ellipsis, 3),
        '.' => (TokenKind.Dot, 1),
        ':' when second == ':' => (TokenKind.DoubleColon, 2),
        ':' => (TokenKind.Colon, 1),
        '?' => (TokenKind.Question, 1),
        '=' when second == '=' => (TokenKind.Equal, 2),
        '=' when second == '>' => (TokenKind.Arrow, 2),
        '=' => (TokenKind.Assign, 1),
        '!' when second == '=' => (TokenKind.NotEqual, 2),
        '!' => (TokenKind.Bang, 1),
        '<' when second == '=' => (TokenKind.LessOrEqual, 2),
        '<' => (TokenKind.Less, 1),
        '>' when second == '=' => (TokenKind.GreaterOrEqual, 2),
        '>' => (TokenKind.Greater, 1),
        '+' => (TokenKind.Plus, 1),
        '-' => (TokenKind.Minus, 1),
        '*' => (TokenKind.Star, 1),
        '/' => (TokenKind.Slash, 1),
        '%' => (TokenKind.Percent, 1),
        '&' when second == '&' => (TokenKind.And, 2),
        '|' when second == '|' => (TokenKind.Or, 2),
        _ => (TokenKind.Invalid, 0),
    };

    private void LexNumber(int start)
    {
        var end = SkipDigits(start);
        if (end + 1 < _text.Length && _text[end] == '.' && char.IsAsciiDigit(_text[end + 1]))
        {
            end = SkipDigits(end + 1);
        }

        if (end < _text.Length && _text[end] is 'e' or 'E')
        {
            var digits = end + 1 < _text.Length && _text[end + 1] is '+' or '-' ? end + 2 : end + 1;
            if (digits < _text.Length && char.IsAsciiDigit(_text[digits]))
            {
                end = SkipDigits(digits);
            }
        }

        var tail = end;
        while (tail < _text.Length && (char.IsAsciiDigit(_text[tail]) || Identifiers.LengthAt(_text, tail) > 0))
        {
            tail += Math.Max(1, Identifiers.LengthAt(_text, tail));
        }

        if (tail > end)
        {
            Report(LanguageCodes.InvalidNumber, start, tail, "Invalid number",
                "A number is made of decimal digits and a name does not start with one. Write text in double quotes, or begin the name with a letter.");
            Emit(TokenKind.Invalid, tail - start);
            return;
        }

        Emit(TokenKind.Number, end - start);
    }

    private void LexQuoted(Mode mode)
    {
        var start = _position;
        var i = start;
        while (i < _text.Length)
        {
            i = _text.AsSpan(i).IndexOfAny("\"\\\n$%") is var found && found >= 0 ? i + found : _text.Length;
            if (i == _text.Length || _text[i] is '"' or '\n')
            {
                break;
            }

            if (_text[i] == '\\')
            {
                i += i + 1 < _text.Length && _text[i + 1] is not ('\n' or '\r') ? 2 : 1;
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

        i = Math.Min(i, _text.Length);
        if (i > start)
        {
            var end = i < _text.Length && _text[i] == '\n' && _text[i - 1] == '\r' ? i - 1 : i;
            if (end > start)
            {
                Emit(TokenKind.TemplateText, end - start);
            }
        }

        if (i == _text.Length)
        {
            return;
        }

        switch (_text[i])
        {
            case '"':
                _modes.Pop();
                Emit(TokenKind.CloseQuote, 1);
                break;
            case '\n':
                Unclosed(mode);
                break;
            default:
                OpenSequence(i);
                break;
        }
    }

    private void LexHeredocStart(int start)
    {
        var i = start + 2;
        var indented = i < _text.Length && _text[i] == '-';
        i += indented ? 1 : 0;
        var name = Identifiers.LengthAt(_text, i);
        var marker = _text.Substring(i, name);
        var lineEnd = EndOfLine(i + name);
        if (name == 0 || !_text.AsSpan(i + name, lineEnd - i - name).IsWhiteSpace())
        {
            Report(LanguageCodes.InvalidExpression, start, i + name, "Invalid heredoc start",
                "A heredoc starts with << or <<- and a marker word at the end of the line, e.g. <<EOT, and ends with that word on a line of its own.");
            Emit(TokenKind.Invalid, i + name - start);
            return;
        }

        _modes.Push(new Mode(ModeKind.Heredoc, start, _tokens.Count, _diagnostics.Count) { Marker = marker, HeaderEnd = i + name });
        Emit(TokenKind.OpenHeredoc, Math.Min(lineEnd + 1, _text.Length) - start);
    }

    private void LexHeredoc(Mode mode)
    {
        var start = _position;
        var lineEnd = EndOfLine(start);
        if (mode.Kind == ModeKind.Heredoc && (start == 0 || _text[start - 1] == '\n') && IsClosingLine(mode, start, lineEnd))
        {
            _modes.Pop();
            var end = start + _text.AsSpan(start, lineEnd - start).TrimEnd().Length;
            Emit(TokenKind.CloseHeredoc, end - start);
            return;
        }

        var next = Math.Min(lineEnd + 1, _text.Length);
        for (var i = start; i < next; i++)
        {
            if (_text[i] is '$' or '%' && SequenceAt(i) is { } escaped)
            {
                if (escaped)
                {
                    i += 2;
                    continue;
                }

                if (i > start)
                {
                    Emit(TokenKind.TemplateText, start, i);
                }

                OpenSequence(i);
                return;
            }
        }

        Emit(TokenKind.TemplateText, next - start);
    }

    private bool IsClosingLine(Mode mode, int start, int lineEnd) =>
        _text.AsSpan(start, lineEnd - start).Trim().SequenceEqual(mode.Marker);

    /// <summary>Whether a sequence starts here: false for <c>${</c>, true for its escaped form <c>$${</c>, null for neither.</summary>
    private bool? SequenceAt(int i)
    {
        var c = _text[i];
        if (c is not ('$' or '%') || i + 1 >= _text.Length)
        {
            return null;
        }

        return _text[i + 1] == '{' ? false
            : i + 2 < _text.Length && _text[i + 1] == c && _text[i + 2] == '{' ? true
            : null;
    }

    private void OpenSequence(int start)
    {
        var length = start + 2 < _text.Length && _text[start + 2] == '~' ? 3 : 2;
        var kind = _text[start] == '$' ? TokenKind.OpenInterpolation : TokenKind.OpenDirective;
        _modes.Push(new Mode(ModeKind.Sequence, start, _tokens.Count, _diagnostics.Count));
        Emit(kind, start, start + length);
        _position = start + length;
    }

    /// <summary>A string runs into the end of its line. Within a sequence of another string it is that sequence which nobody closed.</summary>
    private void Unclosed(Mode quoted)
    {
        var outer = _rewinds < MaxRewinds ? _modes.Last(m => m.Kind == ModeKind.Quoted && SameLine(m.Start, quoted.Start)) : quoted;
        if (outer != quoted)
        {
            Rewind(outer);
            return;
        }

        var end = _position;
        Report(LanguageCodes.UnclosedString, quoted.Start, end, "Unclosed string",
            "The string has no closing quote on its line. Add the quote, write line breaks as \\n, or use a heredoc (<<EOT) for text of several lines.");
        _modes.Pop();
        Emit(TokenKind.CloseQuote, end, end);
    }

    /// <summary>The file ends within a template: goes back to the start of the outermost one, or closes the innermost for good.</summary>
    private void CloseAtEnd()
    {
        var outermost = _rewinds < MaxRewinds ? _modes.LastOrDefault(m => m.Kind is ModeKind.Quoted or ModeKind.Heredoc) : null;
        if (outermost is not null && _modes.Any(m => m.Kind == ModeKind.Sequence))
        {
            Rewind(outermost);
            return;
        }

        var mode = _modes.Peek();
        switch (mode.Kind)
        {
            case ModeKind.Quoted:
                Unclosed(mode);
                break;
            case ModeKind.Heredoc:
                _modes.Pop();
                Report(LanguageCodes.UnclosedHeredoc, mode.Start, mode.HeaderEnd, "Unclosed heredoc",
                    $"No line with only \"{mode.Marker}\" ends this text. Add one after its last line.");
                Emit(TokenKind.CloseHeredoc, _text.Length, _text.Length);
                break;
            case ModeKind.Template:
                _modes.Pop();
                Emit(TokenKind.CloseHeredoc, _text.Length, _text.Length);
                break;
            default:
                _modes.Pop();
                ReportUnclosedSequence(mode);
                Emit(TokenKind.CloseSequence, _text.Length, _text.Length);
                break;
        }
    }

    /// <summary>
    /// Takes back everything since a template was opened, reports the innermost sequence that nobody closed and goes on behind the
    /// template as if it were closed: at the end of its line, or of the heredoc's closing line.
    /// </summary>
    private void Rewind(Mode template)
    {
        _rewinds++;
        var sequence = _modes.First(m => m.Kind == ModeKind.Sequence);
        while (_modes.Pop() != template)
        {
        }

        _tokens.RemoveRange(template.TokenCount, _tokens.Count - template.TokenCount);
        _diagnostics.RemoveRange(template.DiagnosticCount, _diagnostics.Count - template.DiagnosticCount);
        ReportUnclosedSequence(sequence);
        var end = EndOfLine(template.Start);
        if (template.Kind == ModeKind.Heredoc)
        {
            do
            {
                var lineStart = Math.Min(end + 1, _text.Length);
                end = EndOfLine(lineStart);
                if (IsClosingLine(template, lineStart, end))
                {
                    break;
                }
            }
            while (end < _text.Length);
        }

        Emit(TokenKind.Invalid, template.Start, end);
        _position = end;
    }

    private void ReportUnclosedSequence(Mode sequence)
    {
        var kind = _text[sequence.Start] == '$' ? "interpolation" : "directive";
        var sign = _text.Substring(sequence.Start, 2);
        Report(LanguageCodes.UnclosedInterpolation, sequence.Start, sequence.Start + 2, $"Unclosed {kind}",
            $"The {sign} has no matching closing brace. Add it, or write {sign[0]}{sign} where the text shall contain {sign} itself.");
    }

    private void SkipBlockComment(int start)
    {
        var end = _text.IndexOf("*/", start + 2, StringComparison.Ordinal);
        if (end < 0)
        {
            Report(LanguageCodes.UnclosedComment, start, start + 2, "Unclosed comment", "No */ ends the comment that starts here. Add it.");
            _position = _text.Length;
            return;
        }

        _position = end + 2;
    }

    private void LexInvalid(int start)
    {
        var c = _text[start];
        var end = start + 1;
        string summary = "Invalid character", detail;
        switch (c)
        {
            case '\'':
                var close = _text.IndexOf('\'', start + 1, EndOfLine(start) - start - 1);
                end = close < 0 ? start + 1 : close + 1;
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
                end = EndOfGarbage(start);
                detail = "Names consist of letters, digits, underscores and dashes; other characters belong in quoted strings or comments. "
                    + $"Remove {Describe(start)}.";
                break;
        }

        Report(LanguageCodes.InvalidCharacter, start, end, summary, detail);
        Emit(TokenKind.Invalid, end - start);
    }

    /// <summary>The end of a run of characters that mean nothing, so that a run is reported once.</summary>
    private int EndOfGarbage(int start)
    {
        var i = start + 1;
        while (i < _text.Length && _text[i] > 127 && Identifiers.LengthAt(_text, i) == 0)
        {
            i++;
        }

        return i;
    }

    private string Describe(int at) => char.IsControl(_text[at]) || char.IsWhiteSpace(_text[at]) || char.IsSurrogate(_text[at])
        ? $"U+{(at + 1 < _text.Length && char.IsSurrogatePair(_text[at], _text[at + 1]) ? char.ConvertToUtf32(_text[at], _text[at + 1]) : _text[at]):X4}"
        : $"\"{_text[at]}\"";

    private bool SameLine(int left, int right) => _text.IndexOf('\n', left, right - left) < 0;

    private int SkipDigits(int i)
    {
        while (i < _text.Length && char.IsAsciiDigit(_text[i]))
        {
            i++;
        }

        return i;
    }

    private int EndOfLine(int i)
    {
        var end = _text.IndexOf('\n', i);
        return end < 0 ? _text.Length : end;
    }

    private char Next(int distance) => _position + distance < _text.Length ? _text[_position + distance] : '\0';

    private void Emit(TokenKind kind, int length)
    {
        _tokens.Add(new Token(kind, _position, _position + length));
        _position += length;
    }

    private void Emit(TokenKind kind, int start, int end) => _tokens.Add(new Token(kind, start, end));

    private void Report(string code, int start, int end, string summary, string detail)
    {
        if (_diagnostics.Count <= DiagnosticBag.Capacity)
        {
            _diagnostics.Add(new LanguageDiagnostic(LanguageSeverity.Error, code, summary, detail, _source.RangeOf(start, end)));
        }
    }

    /// <summary>Where the lexer is and how it got there, so that it can go back.</summary>
    private sealed class Mode(ModeKind kind, int start, int tokenCount, int diagnosticCount)
    {
        public ModeKind Kind => kind;

        public int Start => start;

        public int TokenCount => tokenCount;

        public int DiagnosticCount => diagnosticCount;

        public int Braces { get; set; }

        public string Marker { get; init; } = "";

        public int HeaderEnd { get; init; }
    }
}
