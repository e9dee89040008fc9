namespace Kolumn.Language.Syntax;

/// <summary><c>name = expression</c>.</summary>
/// <param name="Name">The name as written.</param>
/// <param name="NameRange">Where the name stands.</param>
/// <param name="Expression">The value; an <see cref="InvalidExpression"/> when it could not be parsed.</param>
/// <param name="Range">Name and value.</param>
public sealed record AttributeSyntax(string Name, SourceRange NameRange, Expression Expression, SourceRange Range) : BodyItem(Range);
