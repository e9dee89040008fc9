using Kolumn.Language.Internal;
using Kolumn.Language.Syntax;

namespace Kolumn.Language;

/// <summary>
/// Computes the values of expressions. Mistakes are collected, not thrown, and what depends on one is unknown, so that one mistake is
/// reported once. Unknown values and the sensitive mark spread to whatever is computed from them.
/// </summary>
public static class Evaluator
{
    /// <summary>How many nodes of expressions one evaluation may visit, loops included; about a second of work.</summary>
    public const int MaxVisits = 5_000_000;

    /// <summary>How many characters a string may grow to.</summary>
    public const int MaxTextLength = 16 * 1024 * 1024;

    /// <summary>How many values in all a collection may hold, shared ones counted as often as they occur.</summary>
    public const int MaxWeight = 10_000_000;

    /// <summary>The value of the expression; unknown where a mistake was reported.</summary>
    public static Value Evaluate(Expression expression, EvaluationScope scope, DiagnosticBag diagnostics)
    {
        ArgumentNullException.ThrowIfNull(expression);
        ArgumentNullException.ThrowIfNull(scope);
        ArgumentNullException.ThrowIfNull(diagnostics);
        return new ExpressionEvaluator(diagnostics, new EvaluationBudget(MaxVisits)).Evaluate(expression, scope);
    }
}
