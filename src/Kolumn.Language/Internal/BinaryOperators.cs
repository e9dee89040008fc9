using Kolumn.Language.Syntax;

namespace Kolumn.Language.Internal;

/// <summary>The binary operators and how tightly they bind: higher binds tighter, equals go from left to right.</summary>
internal static class BinaryOperators
{
    public static (BinaryOperator Operator, int Precedence)? Of(TokenKind kind) => kind switch
    {
        TokenKind.Or => (BinaryOperator.Or, 1),
        TokenKind.And => (BinaryOperator.And, 2),
        TokenKind.Equal => (BinaryOperator.Equal, 3),
        TokenKind.NotEqual => (BinaryOperator.NotEqual, 3),
        TokenKind.Less => (BinaryOperator.Less, 4),
        TokenKind.LessOrEqual => (BinaryOperator.LessOrEqual, 4),
        TokenKind.Greater => (BinaryOperator.Greater, 4),
        TokenKind.GreaterOrEqual => (BinaryOperator.GreaterOrEqual, 4),
        TokenKind.Plus => (BinaryOperator.Add, 5),
        TokenKind.Minus => (BinaryOperator.Subtract, 5),
        TokenKind.Star => (BinaryOperator.Multiply, 6),
        TokenKind.Slash => (BinaryOperator.Divide, 6),
        TokenKind.Percent => (BinaryOperator.Remainder, 6),
        _ => null,
    };

    public static string Sign(BinaryOperator kind) => kind switch
    {
        BinaryOperator.Or => "||",
        BinaryOperator.And => "&&",
        BinaryOperator.Equal => "==",
        BinaryOperator.NotEqual => "!=",
        BinaryOperator.Less => "<",
        BinaryOperator.LessOrEqual => "<=",
        BinaryOperator.Greater => ">",
        BinaryOperator.GreaterOrEqual => ">=",
        BinaryOperator.Add => "+",
        BinaryOperator.Subtract => "-",
        BinaryOperator.Multiply => "*",
        BinaryOperator.Divide => "/",
        _ => "%",
    };
}
