using System.Runtime.CompilerServices;
using Kolumn.Language.Syntax;

namespace Kolumn.Language.Internal;

/// <summary>
/// One evaluation: what each kind of expression means. Operators, steps, templates and calls have files of their own; they call back here
/// for the expressions within them.
/// </summary>
internal sealed class ExpressionEvaluator
{
    private readonly OperatorEvaluator _operators;
    private readonly TraversalEvaluator _traversals;
    private readonly TemplateEvaluator _templates;
    private readonly CollectionEvaluator _collections;
    private readonly CallEvaluator _calls;
    private bool _isOverBudget;

    public ExpressionEvaluator(DiagnosticBag diagnostics, EvaluationBudget budget)
    {
        Diagnostics = diagnostics;
        Budget = budget;
        _operators = new OperatorEvaluator(this);
        _traversals = new TraversalEvaluator(this);
        _templates = new TemplateEvaluator(this);
        _collections = new CollectionEvaluator(this);
        _calls = new CallEvaluator(this);
    }

    public DiagnosticBag Diagnostics { get; }

    public EvaluationBudget Budget { get; }

    public Value Evaluate(Expression expression, EvaluationScope scope)
    {
        if (!RuntimeHelpers.TryEnsureSufficientExecutionStack())
        {
            return Error(LanguageCodes.NestedTooDeeply, expression.Range, "Nested too deeply",
                "Expressions that refer to each other form too long a chain. Look for a circle, or flatten the chain.");
        }

        if (!TrySpend(expression))
        {
            return Value.Unknown;
        }

        return expression switch
        {
            LiteralExpression literal => literal.Value,
            VariableExpression or TraversalExpression => _traversals.Evaluate(expression, scope),
            TemplateExpression template => _templates.Evaluate(template, scope),
            ParenthesizedExpression parenthesized => Evaluate(parenthesized.Inner, scope),
            FunctionCallExpression call => Bounded(_calls.Evaluate(call, scope), call),
            BinaryExpression binary => _operators.Evaluate(binary, scope),
            UnaryExpression unary => _operators.Evaluate(unary, scope),
            ConditionalExpression conditional => EvaluateConditional(conditional, scope),
            TupleExpression tuple => Bounded(_collections.Evaluate(tuple, scope), tuple),
            ObjectExpression obj => Bounded(_collections.Evaluate(obj, scope), obj),
            ForExpression loop => Bounded(_collections.Evaluate(loop, scope), loop),
            _ => Value.Unknown,
        };
    }

    /// <summary>The condition's value as a known bool; null when it is unknown or was reported.</summary>
    public bool? EvaluateCondition(Expression condition, EvaluationScope scope, string what, out bool isSensitive)
    {
        var value = Evaluate(condition, scope);
        isSensitive = value.IsSensitive;
        if (value.IsUnknown)
        {
            return null;
        }

        if (value.IsNull || Conversions.ToBool(value) is not { } known)
        {
            Error(LanguageCodes.InvalidCondition, condition.Range, "Invalid condition",
                $"The condition of {what} must be true or false, and this is {value.Describe()}.");
            return null;
        }

        return known.AsBool();
    }

    /// <summary>Accounts for one more step; false, and reported once, when there were too many.</summary>
    public bool TrySpend(Expression expression)
    {
        if (Budget.TrySpend())
        {
            return true;
        }

        if (!_isOverBudget)
        {
            _isOverBudget = true;
            Error(LanguageCodes.ValueTooLarge, expression.Range, "Evaluation takes too long",
                $"More than {Evaluator.MaxVisits} steps were needed. Loops within loops over large collections are the usual cause.");
        }

        return false;
    }

    /// <summary>Reports and answers what a mistake evaluates to.</summary>
    public Value Error(string code, SourceRange subject, string summary, string detail, SourceRange? context = null)
    {
        Diagnostics.Error(code, subject, summary, detail, context);
        return Value.Unknown;
    }

    /// <summary>The value, unless it became too deep or too large to be worked with.</summary>
    public Value Bounded(Value value, Expression expression)
    {
        if (value.Depth > Value.MaxDepth)
        {
            return Error(LanguageCodes.ValueTooLarge, expression.Range, "Value nested too deeply",
                $"Collections may be nested {Value.MaxDepth} levels deep.");
        }

        return value.Weight > Evaluator.MaxWeight || (value.Kind == ValueKind.String && value.AsString().Length > Evaluator.MaxTextLength)
            ? Error(LanguageCodes.ValueTooLarge, expression.Range, "Value too large",
                $"A collection may hold {Evaluator.MaxWeight} values in all and a string {Evaluator.MaxTextLength} characters.")
            : value;
    }

    private Value EvaluateConditional(ConditionalExpression conditional, EvaluationScope scope)
    {
        var condition = EvaluateCondition(conditional.Condition, scope, "a conditional", out var isSensitive);
        var value = condition is { } known ? Evaluate(known ? conditional.WhenTrue : conditional.WhenFalse, scope) : Value.Unknown;
        return value.SensitiveIf(isSensitive);
    }
}
