using Kolumn.Sdk.Sql;

namespace Kolumn.Providers.Sqlite.Ddl;

internal enum TokenKind
{
    /// <summary>A name or keyword without quotes.</summary>
    Word,

    /// <summary>A name in <c>""</c>, <c>[]</c> or <c>``</c>.</summary>
    QuotedName,

    String,

    Blob,

    Number,

    /// <summary><c>?1</c>, <c>:a</c>, <c>@a</c>, <c>$a</c></summary>
    Variable,

    /// <summary>An operator or a punctuation mark.</summary>
    Symbol,
}

/// <summary>One token of SQLite's language, with the text it was written as.</summary>
internal readonly record struct Token(TokenKind Kind, string Text)
{
    public bool IsName => Kind is TokenKind.Word or TokenKind.QuotedName;

    public bool IsWord(string keyword) => Kind == TokenKind.Word && Text.Equals(keyword, StringComparison.OrdinalIgnoreCase);

    public bool IsSymbol(string symbol) => Kind == TokenKind.Symbol && Text == symbol;

    /// <summary>What the token names, its quotes taken off.</summary>
    public string Name => Kind is not (TokenKind.QuotedName or TokenKind.String)
        ? Text
        : Text[0] == '[' ? Text[1..^1] : Text[1..^1].Replace($"{Text[0]}{Text[0]}", $"{Text[0]}", StringComparison.Ordinal);

    /// <summary>As Kolumn spells it: reserved words in capitals, <c>[x]</c> and <c>`x`</c> as <c>"x"</c>, all else as written.</summary>
    public string Canonical => Kind switch
    {
        TokenKind.Word when SqliteKeywords.IsReserved(Text) => Text.ToUpperInvariant(),
        TokenKind.QuotedName when Text[0] != '"' && Name.Length > 0 => SqlIdentifier.Quote(Name),
        TokenKind.Symbol when Text == "==" => "=",
        TokenKind.Symbol when Text == "!=" => "<>",
        _ => Text,
    };

    public override string ToString() => Text;
}
