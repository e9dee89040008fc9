namespace Kolumn.Language.Internal;

/// <summary>The signs of the language.</summary>
internal static class Operators
{
    /// <summary>The sign that starts with the first of three characters, and its length; 0 when none does.</summary>
    public static (TokenKind Kind, int Length) At(char c, char second, char third) => c switch
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
}
