using System.Collections.Immutable;
using System.Text;
using Kolumn.Language.Syntax;

namespace Kolumn.Language.Internal;

/// <summary>Strings with sequences in them.</summary>
internal sealed class TemplateEvaluator(ExpressionEvaluator evaluator)
{
    public Value Evaluate(TemplateExpression template, EvaluationScope scope)
    {
        if (template.Parts is [TemplateInterpolation only])
        {
            return evaluator.Evaluate(only.Expression, scope);
        }

        var result = new Result();
        Append(template.Parts, scope, result);
        if (result.Text.Length > Evaluator.MaxTextLength)
        {
            return evaluator.Error(LanguageCodes.ValueTooLarge, template.Range, "Value too large",
                $"A string may have {Evaluator.MaxTextLength} characters.");
        }

        return (result.IsUnknown ? Value.Unknown : Value.Of(result.Text.ToString())).SensitiveIf(result.IsSensitive);
    }

    private void Append(ImmutableArray<TemplatePart> parts, EvaluationScope scope, Result result)
    {
        foreach (var part in parts)
        {
            if (result.Text.Length > Evaluator.MaxTextLength)
            {
                return;
            }

            switch (part)
            {
                case TemplateText text:
                    result.Text.Append(text.Text);
                    break;
                case TemplateInterpolation interpolation:
                    AppendValue(interpolation.Expression, scope, result);
                    break;
                case TemplateIf choice:
                    AppendChoice(choice, scope, result);
                    break;
                case TemplateFor loop:
                    AppendLoop(loop, scope, result);
                    break;
            }
        }
    }

    private void AppendValue(Expression expression, EvaluationScope scope, Result result)
    {
        var value = evaluator.Evaluate(expression, scope);
        result.IsSensitive |= value.ContainsSensitive;
        if (value.IsUnknown)
        {
            result.IsUnknown = true;
        }
        else if (value.IsNull)
        {
            Invalid("The value is null, which has no text. Use coalesce(…) or a conditional to say what shall stand there instead.");
        }
        else if (Conversions.ToText(value) is { } text)
        {
            result.Text.Append(text.AsString());
        }
        else
        {
            Invalid($"The value is {value.Describe()}, which has no text. Pick a part of it, or use join(…) or jsonencode(…).");
        }

        void Invalid(string detail)
        {
            evaluator.Error(LanguageCodes.InvalidTemplateValue, expression.Range, "Invalid value in a string", detail);
            result.IsUnknown = true;
        }
    }

    private void AppendChoice(TemplateIf choice, EvaluationScope scope, Result result)
    {
        var condition = evaluator.EvaluateCondition(choice.Condition, scope, "an if directive", out var isSensitive);
        result.IsSensitive |= isSensitive;
        if (condition is { } known)
        {
            Append(known ? choice.WhenTrue : choice.WhenFalse, scope, result);
        }
        else
        {
            result.IsUnknown = true;
        }
    }

    private void AppendLoop(TemplateFor loop, EvaluationScope scope, Result result)
    {
        var collection = evaluator.Evaluate(loop.Collection, scope);
        result.IsSensitive |= collection.IsSensitive;
        if (Iteration.Over(collection, loop.Collection, evaluator) is not { } items)
        {
            result.IsUnknown = true;
            return;
        }

        foreach (var (key, value) in items)
        {
            if (!evaluator.TrySpend(loop.Collection))
            {
                result.IsUnknown = true;
                return;
            }

            Append(loop.Body, Iteration.Scope(scope, loop.KeyName, loop.ValueName, key, value), result);
        }
    }

    private sealed class Result
    {
        public StringBuilder Text { get; } = new();

        public bool IsUnknown { get; set; }

        public bool IsSensitive { get; set; }
    }
}
