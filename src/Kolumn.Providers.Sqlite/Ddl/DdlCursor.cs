namespace Kolumn.Providers.Sqlite.Ddl;

/// <summary>A reading position in the tokens of one statement.</summary>
internal sealed class DdlCursor(IReadOnlyList<Token> tokens)
{
    private int _at;

    public DdlCursor(string sql)
        : this(Tokenizer.Scan(sql))
    {
    }

    public bool AtEnd => _at >= tokens.Count;

    public Token? Peek(int ahead = 0) => _at + ahead < tokens.Count ? tokens[_at + ahead] : null;

    public bool IsAt(string word) => Peek()?.IsWord(word) == true;

    public bool IsAtSymbol(string symbol) => Peek()?.IsSymbol(symbol) == true;

    public Token Take() => AtEnd ? throw Unexpected("more") : tokens[_at++];

    /// <summary>Takes the words when all of them stand here, in this order; otherwise takes nothing.</summary>
    public bool TryTake(params ReadOnlySpan<string> words)
    {
        for (var i = 0; i < words.Length; i++)
        {
            if (Peek(i)?.IsWord(words[i]) != true)
            {
                return false;
            }
        }

        _at += words.Length;
        return true;
    }

    public bool TryTakeSymbol(string symbol)
    {
        if (!IsAtSymbol(symbol))
        {
            return false;
        }

        _at++;
        return true;
    }

    public void Expect(string word)
    {
        if (!TryTake(word))
        {
            throw Unexpected(word);
        }
    }

    public void ExpectSymbol(string symbol)
    {
        if (!TryTakeSymbol(symbol))
        {
            throw Unexpected($"'{symbol}'");
        }
    }

    /// <summary>A name; SQLite lets a string stand for one.</summary>
    public string TakeName() =>
        Peek() is { } token && (token.IsName || token.Kind == TokenKind.String) ? Take().Name : throw Unexpected("a name");

    /// <summary>A name that a schema's name and a dot may precede; the schema is dropped, since a schema text speaks of its own only.</summary>
    public string TakeQualifiedName()
    {
        var name = TakeName();
        return TryTakeSymbol(".") ? TakeName() : name;
    }

    /// <summary>The tokens between the parenthesis that stands here and the one that closes it.</summary>
    public IReadOnlyList<Token> TakeParenthesised()
    {
        if (!IsAtSymbol("("))
        {
            throw Unexpected("'('");
        }

        var (open, close) = (_at, CanonicalSql.ClosingOf(tokens, _at));
        if (close == tokens.Count)
        {
            throw new DdlException("a parenthesis is never closed");
        }

        _at = close + 1;
        return [.. tokens.Skip(open + 1).Take(close - open - 1)];
    }

    public IReadOnlyList<Token> TakeRest()
    {
        var rest = tokens.Skip(_at).ToList();
        _at = tokens.Count;
        return rest;
    }

    /// <summary>Everything up to the word, outside parentheses; all the rest when it does not come.</summary>
    public IReadOnlyList<Token> TakeUntil(string word)
    {
        var (start, depth) = (_at, 0);
        for (; _at < tokens.Count && !(depth == 0 && tokens[_at].IsWord(word)); _at++)
        {
            depth += tokens[_at].IsSymbol("(") ? 1 : tokens[_at].IsSymbol(")") ? -1 : 0;
        }

        return [.. tokens.Skip(start).Take(_at - start)];
    }

    /// <summary>The tokens between the commas that stand outside parentheses.</summary>
    public static IEnumerable<IReadOnlyList<Token>> SplitAtCommas(IReadOnlyList<Token> list)
    {
        var (element, depth) = (new List<Token>(), 0);
        foreach (var token in list)
        {
            depth += token.IsSymbol("(") ? 1 : token.IsSymbol(")") ? -1 : 0;
            if (depth == 0 && token.IsSymbol(","))
            {
                yield return element;
                element = [];
            }
            else
            {
                element.Add(token);
            }
        }

        if (element.Count > 0)
        {
            yield return element;
        }
    }

    public DdlException Unexpected(string expected) =>
        new(AtEnd ? $"the text ends where {expected} is expected" : $"'{tokens[_at]}' stands where {expected} is expected");
}
