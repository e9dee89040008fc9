namespace Kolumn.Language.Internal;

/// <summary>
/// Reads the tokens one after another for the parsers, and keeps what they share: whether line breaks count at the moment,
/// how deep they are nested, and the diagnostics.
/// </summary>
internal sealed class TokenReader(SourceText source, List<Token> tokens, DiagnosticBag diagnostics)
{
    /// <summary>How deep blocks, brackets and operators may be nested in each other; the parsers call themselves that often.</summary>
    public const int MaxDepth = 256;

    /// <summary>Names recur: each is one string.</summary>
    private readonly HashSet<string> _names = new(StringComparer.Ordinal);

    private int _depth;

    public SourceText Source => source;

    /// <summary>The index of the next token in the list, line breaks included.</summary>
    public int Index { get; set; }

    /// <summary>Line breaks are no tokens at the moment: within parentheses, square brackets and sequences of templates.</summary>
    public bool SkipsNewlines { get; set; }

    /// <summary>The token before the next one.</summary>
    public Token Previous { get; private set; }

    public Token Peek() => tokens[IndexOfNext(Index)];

    public TokenKind PeekKind => Peek().Kind;

    /// <summary>The token behind the next one.</summary>
    public Token PeekSecond()
    {
        var next = IndexOfNext(Index);
        return tokens[next].Kind == TokenKind.EndOfFile ? tokens[next] : tokens[IndexOfNext(next + 1)];
    }

    public Token Read()
    {
        Index = IndexOfNext(Index);
        var token = tokens[Index];
        if (token.Kind != TokenKind.EndOfFile)
        {
            Index++;
        }

        Previous = token;
        return token;
    }

    /// <summary>Reads the next token when it is of the kind.</summary>
    public bool TryRead(TokenKind kind)
    {
        if (PeekKind != kind)
        {
            return false;
        }

        Read();
        return true;
    }

    public bool IsWord(Token token, string word) =>
        token.Kind == TokenKind.Identifier && source.Text.AsSpan(token.Start, token.End - token.Start).SequenceEqual(word);

    public string TextOf(Token token)
    {
        var text = source.Text.AsSpan(token.Start, token.End - token.Start);
        if (token.Kind != TokenKind.Identifier)
        {
            return text.ToString();
        }

        var names = _names.GetAlternateLookup<ReadOnlySpan<char>>();
        if (!names.TryGetValue(text, out var name))
        {
            name = text.ToString();
            _names.Add(name);
        }

        return name;
    }

    public SourceRange RangeOf(Token token) => source.RangeOf(token.Start, token.End);

    public SourceRange RangeFrom(int start) => source.RangeOf(start, Math.Max(start, Previous.End));

    /// <summary>Goes one level deeper; false, with a diagnostic, when that is too deep. Every true is followed by <see cref="Leave"/>.</summary>
    public bool TryEnter()
    {
        if (_depth >= MaxDepth)
        {
            Error(LanguageCodes.NestedTooDeeply, Peek(), "Nested too deeply",
                $"Blocks and expressions may be nested {MaxDepth} levels deep. Give parts of it names with locals.");
            return false;
        }

        _depth++;
        return true;
    }

    public void Leave() => _depth--;

    /// <summary>Reports that the token is not what belongs there, unless the lexer has said so already. Always null, for the callers' return.</summary>
    public T? Unexpected<T>(Token found, string code, string summary, string detail, SourceRange? context = null)
        where T : class
    {
        if (found.Kind != TokenKind.Invalid)
        {
            var end = found.Kind == TokenKind.Newline ? found.Start : found.End;
            Error(code, source.RangeOf(found.Start, end), summary, detail, context);
        }

        return null;
    }

    public void Error(string code, Token subject, string summary, string detail, SourceRange? context = null) =>
        Error(code, RangeOf(subject), summary, detail, context);

    public void Error(string code, SourceRange subject, string summary, string detail, SourceRange? context = null) =>
        diagnostics.Error(code, subject, summary, detail, context);

    public void Warning(string code, SourceRange subject, string summary, string detail, SourceRange? context = null) =>
        diagnostics.Warning(code, subject, summary, detail, context);

    /// <summary>A token as a message names it.</summary>
    public string Describe(Token token) => token.Kind switch
    {
        TokenKind.EndOfFile => "the end of the file",
        TokenKind.Newline => "the end of the line",
        TokenKind.OpenQuote => "a string",
        TokenKind.OpenHeredoc => "a heredoc",
        TokenKind.CloseSequence => "the end of the template sequence",
        TokenKind.TemplateText => "text",
        TokenKind.CloseQuote or TokenKind.CloseHeredoc => "the end of the string",
        _ when token.End - token.Start <= 40 => $"\"{TextOf(token)}\"",
        _ => $"\"{source.Text.AsSpan(token.Start, 40)}…\"",
    };

    private int IndexOfNext(int index)
    {
        if (SkipsNewlines)
        {
            while (tokens[index].Kind == TokenKind.Newline)
            {
                index++;
            }
        }

        return index;
    }
}
