using System.Collections.Immutable;

namespace Kolumn.Language.Syntax;

/// <summary>A bare name: a root that whoever evaluates supplies, or the variable of an enclosing <c>for</c>.</summary>
public sealed record VariableExpression(string Name, SourceRange Range) : Expression(Range);

/// <summary>A value and the steps into it, e.g. <c>var.tables["a"].columns[*].name</c>.</summary>
/// <param name="Root">A <see cref="VariableExpression"/> or any other term.</param>
/// <param name="Steps">At least one.</param>
/// <param name="Range">Root and steps.</param>
public sealed record TraversalExpression(Expression Root, ImmutableArray<TraversalStep> Steps, SourceRange Range) : Expression(Range);

/// <summary>One step into a value.</summary>
/// <param name="Range">The point or brackets and what belongs to them.</param>
public abstract record TraversalStep(SourceRange Range);

/// <summary><c>.name</c>.</summary>
public sealed record AttributeStep(string Name, SourceRange NameRange, SourceRange Range) : TraversalStep(Range);

/// <summary><c>[key]</c>, or the older <c>.0</c>.</summary>
public sealed record IndexStep(Expression Key, SourceRange Range) : TraversalStep(Range);

/// <summary><c>[*]</c> or <c>.*</c>: what follows is done to each element.</summary>
/// <param name="Each">The steps into each element. After <c>[*]</c> these are all that follow, after <c>.*</c> only names and <c>.0</c>.</param>
/// <param name="Range">The splat sign only.</param>
public sealed record SplatStep(ImmutableArray<TraversalStep> Each, SourceRange Range) : TraversalStep(Range);
