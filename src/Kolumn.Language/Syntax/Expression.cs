using System.Collections.Immutable;

namespace Kolumn.Language.Syntax;

/// <summary>Something that has a value. The cases are the records of this file, of TraversalExpression.cs and of TemplateExpression.cs.</summary>
/// <param name="Range">All of its text.</param>
public abstract record Expression(SourceRange Range)
{
    /// <summary>The text of the expression as written.</summary>
    public sealed override string ToString() => Range.Text;
}

/// <summary>A number, bool or null, a quoted string or heredoc without sequences, or the bare word that names a member of an object.</summary>
public sealed record LiteralExpression(Value Value, SourceRange Range) : Expression(Range);

/// <summary>What could not be parsed; it is reported already and evaluates to unknown without a further word.</summary>
public sealed record InvalidExpression(SourceRange Range) : Expression(Range);

/// <summary><c>(inner)</c>.</summary>
public sealed record ParenthesizedExpression(Expression Inner, SourceRange Range) : Expression(Range);

/// <summary><c>[a, b]</c>.</summary>
public sealed record TupleExpression(ImmutableArray<Expression> Elements, SourceRange Range) : Expression(Range);

/// <summary><c>{ a = 1, "b" = 2, (c) = 3 }</c>.</summary>
public sealed record ObjectExpression(ImmutableArray<ObjectItem> Items, SourceRange Range) : Expression(Range);

/// <summary>
/// A member of an object; a bare word as key is a <see cref="LiteralExpression"/> of its text. A key such as <c>a.b</c> without
/// parentheses parses but does not evaluate: it is for those who read the references themselves.
/// </summary>
public sealed record ObjectItem(Expression Key, Expression Value);

/// <summary>
/// <c>[for k, v in c : value if condition]</c>, or with braces <c>{for k, v in c : key => value... if condition}</c>.
/// </summary>
/// <param name="KeyName">The name for index or key, or null when only the value is named.</param>
/// <param name="ValueName">The name for the element.</param>
/// <param name="Collection">What is gone through.</param>
/// <param name="Key">The key of each member: null in the form that makes a list.</param>
/// <param name="Value">The value of each element.</param>
/// <param name="Condition">Which elements count; null for all.</param>
/// <param name="IsGrouped">With <c>...</c>: each key holds the list of its values.</param>
/// <param name="Range">Brackets included.</param>
public sealed record ForExpression(
    string? KeyName,
    string ValueName,
    Expression Collection,
    Expression? Key,
    Expression Value,
    Expression? Condition,
    bool IsGrouped,
    SourceRange Range) : Expression(Range);

/// <summary><c>name(a, b...)</c>.</summary>
/// <param name="Name">The name of the function.</param>
/// <param name="NameRange">Where the name stands.</param>
/// <param name="Arguments">As written; the last one may stand for several.</param>
/// <param name="ExpandsLast">The last argument is followed by <c>...</c>: its elements are the remaining arguments.</param>
/// <param name="Range">Name and parentheses.</param>
public sealed record FunctionCallExpression(
    string Name,
    SourceRange NameRange,
    ImmutableArray<Expression> Arguments,
    bool ExpandsLast,
    SourceRange Range) : Expression(Range);

/// <summary><c>condition ? whenTrue : whenFalse</c>.</summary>
public sealed record ConditionalExpression(Expression Condition, Expression WhenTrue, Expression WhenFalse, SourceRange Range) : Expression(Range);

/// <summary><c>left operator right</c>.</summary>
public sealed record BinaryExpression(BinaryOperator Operator, SourceRange OperatorRange, Expression Left, Expression Right, SourceRange Range)
    : Expression(Range);

/// <summary><c>-operand</c> or <c>!operand</c>.</summary>
public sealed record UnaryExpression(UnaryOperator Operator, SourceRange OperatorRange, Expression Operand, SourceRange Range) : Expression(Range);

public enum UnaryOperator
{
    Negate,
    Not,
}

public enum BinaryOperator
{
    Or,
    And,
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    Add,
    Subtract,
    Multiply,
    Divide,
    Remainder,
}
