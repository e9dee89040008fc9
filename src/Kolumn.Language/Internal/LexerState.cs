namespace Kolumn.Language.Internal;

/// <summary>What the parts of the lexer share: the text, how far they have come, and what they have found.</summary>
internal sealed class LexerState(SourceText source)
{
    public string Text => source.Text;

    public int Position { get; set; }

    public List<Token> Tokens { get; } = new((source.Text.Length / 4) + 16);

    /// <summary>Not a bag: the lexer takes some back.</summary>
    public List<LanguageDiagnostic> Diagnostics { get; } = [];

    public Stack<LexerMode> Modes { get; } = new();

    public char Next(int distance) => Position + distance < Text.Length ? Text[Position + distance] : '\0';

    public int EndOfLine(int i)
    {
        var end = Text.IndexOf('\n', i);
        return end < 0 ? Text.Length : end;
    }

    public void Enter(LexerModeKind kind, int start, string marker = "", int headerEnd = 0) =>
        Modes.Push(new LexerMode(kind, start, Tokens.Count, Diagnostics.Count) { Marker = marker, HeaderEnd = headerEnd });

    /// <summary>A token at the position, which goes behind it.</summary>
    public void Emit(TokenKind kind, int length)
    {
        Tokens.Add(new Token(kind, Position, Position + length));
        Position += length;
    }

    public void Emit(TokenKind kind, int start, int end) => Tokens.Add(new Token(kind, start, end));

    public void Report(string code, int start, int end, string summary, string detail)
    {
        if (Diagnostics.Count <= DiagnosticBag.Capacity)
        {
            Diagnostics.Add(new LanguageDiagnostic(LanguageSeverity.Error, code, summary, detail, source.RangeOf(start, end)));
        }
    }
}
