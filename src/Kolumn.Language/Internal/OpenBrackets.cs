namespace Kolumn.Language.Internal;

/// <summary>The brackets that are open while the parser skips what it could not understand.</summary>
internal sealed class OpenBrackets
{
    private readonly Stack<TokenKind> _stack = new();
    private readonly Dictionary<TokenKind, int> _counts = [];

    public bool IsEmpty => _stack.Count == 0;

    public TokenKind Innermost => _stack.Peek();

    public bool Contains(TokenKind opener) => _counts.GetValueOrDefault(opener) > 0;

    /// <summary>Takes a token into account. A closing bracket also closes what was left open within it; one that closes nothing counts for nothing.</summary>
    public void Pass(TokenKind kind)
    {
        switch (kind)
        {
            case TokenKind.OpenBrace or TokenKind.OpenBracket or TokenKind.OpenParen:
                Open(kind);
                break;
            case TokenKind.OpenInterpolation or TokenKind.OpenDirective:
                Open(TokenKind.OpenInterpolation);
                break;
            case TokenKind.CloseBrace:
                Close(TokenKind.OpenBrace);
                break;
            case TokenKind.CloseBracket:
                Close(TokenKind.OpenBracket);
                break;
            case TokenKind.CloseParen:
                Close(TokenKind.OpenParen);
                break;
            case TokenKind.CloseSequence:
                Close(TokenKind.OpenInterpolation);
                break;
        }
    }

    private void Open(TokenKind opener)
    {
        _stack.Push(opener);
        _counts[opener] = _counts.GetValueOrDefault(opener) + 1;
    }

    private void Close(TokenKind opener)
    {
        if (!Contains(opener))
        {
            return;
        }

        TokenKind closed;
        do
        {
            closed = _stack.Pop();
            _counts[closed]--;
        }
        while (closed != opener);
    }
}
