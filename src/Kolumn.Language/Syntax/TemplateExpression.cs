using System.Collections.Immutable;

namespace Kolumn.Language.Syntax;

/// <summary>A quoted string or heredoc with at least one sequence in it.</summary>
/// <param name="Parts">
/// In order, escapes resolved, indentation and stripped spaces removed. A single interpolation without text around gives its value
/// as it is, of whatever kind.
/// </param>
/// <param name="Range">With quotes, or from <c>&lt;&lt;</c> to the closing marker.</param>
public sealed record TemplateExpression(ImmutableArray<TemplatePart> Parts, SourceRange Range) : Expression(Range);

/// <summary>A piece of a template.</summary>
public abstract record TemplatePart(SourceRange Range);

/// <summary>Text that is taken as it is.</summary>
public sealed record TemplateText(string Text, SourceRange Range) : TemplatePart(Range);

/// <summary><c>${ expression }</c>.</summary>
public sealed record TemplateInterpolation(Expression Expression, SourceRange Range) : TemplatePart(Range);

/// <summary><c>%{ if condition }…%{ else }…%{ endif }</c>.</summary>
public sealed record TemplateIf(
    Expression Condition,
    ImmutableArray<TemplatePart> WhenTrue,
    ImmutableArray<TemplatePart> WhenFalse,
    SourceRange Range) : TemplatePart(Range);

/// <summary><c>%{ for key, value in collection }…%{ endfor }</c>.</summary>
public sealed record TemplateFor(
    string? KeyName,
    string ValueName,
    Expression Collection,
    ImmutableArray<TemplatePart> Body,
    SourceRange Range) : TemplatePart(Range);
