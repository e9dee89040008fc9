namespace Kolumn.Sdk.Sql;

public enum SqlTokenKind
{
    /// <summary>A name or a keyword that is not quoted.</summary>
    Word,

    Number,

    /// <summary>With its prefix, <c>E'…'</c>, <c>x'…'</c>, <c>$$…$$</c>.</summary>
    String,

    QuotedName,

    Comment,

    /// <summary>One character.</summary>
    Symbol,
}

/// <param name="Closed">false when the text ends inside it.</param>
public readonly record struct SqlToken(SqlTokenKind Kind, int Start, int End, bool Closed = true)
{
    public ReadOnlySpan<char> In(string text) => text.AsSpan(Start, End - Start);

    public bool Is(string text, char symbol) => Kind == SqlTokenKind.Symbol && text[Start] == symbol;
}
