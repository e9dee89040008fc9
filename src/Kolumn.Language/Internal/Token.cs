namespace Kolumn.Language.Internal;

/// <summary>A stretch of text with a meaning; its offsets are those of the source.</summary>
internal readonly record struct Token(TokenKind Kind, int Start, int End);

internal enum TokenKind : byte
{
    EndOfFile,
    Newline,
    Identifier,
    Number,
    OpenBrace,
    CloseBrace,
    OpenBracket,
    CloseBracket,
    OpenParen,
    CloseParen,
    Comma,
    Dot,
    Ellipsis,
    Colon,
    DoubleColon,
    Question,
    Assign,
    Arrow,
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    Plus,
    Minus,
    Star,
    Slash,
    Percent,
    And,
    Or,
    Bang,

    /// <summary>The quotes of a string.</summary>
    OpenQuote,
    CloseQuote,

    /// <summary><c>&lt;&lt;MARKER</c> with its line break, and the closing marker with the spaces before it.</summary>
    OpenHeredoc,
    CloseHeredoc,

    /// <summary>Text between the sequences of a template, escapes unresolved; in a heredoc at most one line, its break included.</summary>
    TemplateText,

    /// <summary><c>${</c> or <c>${~</c>.</summary>
    OpenInterpolation,

    /// <summary><c>%{</c> or <c>%{~</c>.</summary>
    OpenDirective,

    /// <summary><c>}</c> or <c>~}</c> that ends a sequence.</summary>
    CloseSequence,

    /// <summary>Something the lexer has reported; the parser need not say another word about it.</summary>
    Invalid,
}
