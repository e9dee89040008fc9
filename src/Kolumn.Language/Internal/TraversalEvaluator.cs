using System.Collections.Immutable;
using System.Globalization;
using Kolumn.Language.Syntax;

namespace Kolumn.Language.Internal;

/// <summary>Names and the steps into values: attributes, indexes and splats.</summary>
internal sealed class TraversalEvaluator(ExpressionEvaluator evaluator)
{
    public Value Evaluate(Expression expression, EvaluationScope scope)
    {
        var steps = expression is TraversalExpression traversal ? traversal.Steps : [];
        if (References.Prefix(expression) is not { } reference)
        {
            var root = ((TraversalExpression)expression).Root;
            return Walk(expression, evaluator.Evaluate(root, scope), steps, 0, root.Range, scope);
        }

        var resolution = scope.Resolve(reference, evaluator.Diagnostics);
        if (resolution.Value is { } value)
        {
            var taken = Math.Min(resolution.Steps, reference.Steps.Length);
            return Walk(expression, value, steps, taken, reference.RangeOf(taken), scope);
        }

        if (!resolution.IsReported)
        {
            var names = resolution.Candidates.Concat(scope.LocalNames());
            evaluator.Error(LanguageCodes.UnknownName, reference.RootRange, "Unknown name",
                $"Nothing here has the name \"{reference.Root}\".{DidYouMean.Ask(reference.Root, names)}"
                + (steps.IsEmpty ? " If it is meant as text, put it in double quotes." : ""), expression.Range);
        }

        return Value.Unknown;
    }

    private Value Walk(Expression expression, Value value, ImmutableArray<TraversalStep> steps, int from, SourceRange before, EvaluationScope scope)
    {
        for (var i = from; i < steps.Length; i++)
        {
            var step = steps[i];
            value = step switch
            {
                AttributeStep attribute => GetAttribute(value, attribute, before),
                IndexStep index => GetIndex(value, index, before, scope),
                _ => Splat(expression, value, (SplatStep)step, before, scope),
            };
            before = before.To(step.Range);
        }

        return value;
    }

    private Value GetAttribute(Value value, AttributeStep step, SourceRange before)
    {
        if (value.TryGetMember(step.Name, out var member))
        {
            return member.SensitiveIf(value.IsSensitive);
        }

        if (value.IsUnknown)
        {
            return value;
        }

        var detail = value.Kind switch
        {
            ValueKind.Object => $"This object has no attribute \"{step.Name}\".{SuggestMember(value, step.Name)}",
            ValueKind.Null => $"The value before the point is null and has no attributes. Ask before, e.g. x == null ? … : x.{step.Name}",
            ValueKind.List or ValueKind.Set =>
                $"The value before the point is {value.Describe()}. For the attribute of one element write [0].{step.Name}, for that of all [*].{step.Name}",
            _ => $"The value before the point is {value.Describe()} and has no attributes.",
        };
        return evaluator.Error(LanguageCodes.UnsupportedAttribute, step.NameRange, "Unsupported attribute", detail, before.To(step.Range));
    }

    private Value GetIndex(Value value, IndexStep step, SourceRange before, EvaluationScope scope)
    {
        var key = evaluator.Evaluate(step.Key, scope);
        var isSensitive = value.IsSensitive || key.IsSensitive;
        var context = before.To(step.Range);
        if (value.Kind is ValueKind.List or ValueKind.Object && key.IsNull)
        {
            return evaluator.Error(LanguageCodes.InvalidIndex, step.Key.Range, "Invalid index", "The index is null.", context);
        }

        if (value.IsUnknown || key.IsUnknown)
        {
            return Value.Unknown.SensitiveIf(isSensitive);
        }

        switch (value.Kind)
        {
            case ValueKind.List:
                return GetElement(value, key, step, context).SensitiveIf(isSensitive);
            case ValueKind.Object:
                return GetMember(value, key, step, context).SensitiveIf(isSensitive);
            case ValueKind.Null:
                return evaluator.Error(LanguageCodes.InvalidIndex, step.Range, "Invalid index",
                    "The value before the bracket is null and has no elements. Ask before whether it is null.", context);
            case ValueKind.Set:
                return evaluator.Error(LanguageCodes.InvalidIndex, step.Range, "Invalid index",
                    "The elements of a set have no position. Use tolist(…) first, or a for expression.", context);
            default:
                return evaluator.Error(LanguageCodes.InvalidIndex, step.Range, "Invalid index",
                    $"The value before the bracket is {value.Describe()} and has no elements.", context);
        }
    }

    private Value GetElement(Value list, Value key, IndexStep step, SourceRange context)
    {
        if (Conversions.ToNumber(key) is not { Kind: ValueKind.Number } number || !number.AsNumber().IsInteger)
        {
            return evaluator.Error(LanguageCodes.InvalidIndex, step.Key.Range, "Invalid index",
                $"The index of a list is a whole number, and this is {(key.Kind == ValueKind.Number ? key.AsNumber().ToString() : key.Describe())}.", context);
        }

        var length = list.Elements.Length;
        if (number.AsNumber().TryToInt32(out var index) && index >= 0 && index < length)
        {
            return list.Elements[index];
        }

        var size = length switch
        {
            0 => "The list is empty",
            1 => "The list has one element, so the only index is 0",
            _ => $"The list has {length} elements, so an index is from 0 to {(length - 1).ToString(CultureInfo.InvariantCulture)}",
        };
        var shown = key.IsSensitive ? "" : $", not {number.AsNumber()}";
        return evaluator.Error(LanguageCodes.InvalidIndex, step.Key.Range, "Index out of range", $"{size}{(length == 0 ? "" : shown)}.", context);
    }

    private Value GetMember(Value obj, Value key, IndexStep step, SourceRange context)
    {
        if (Conversions.ToText(key) is not { Kind: ValueKind.String } text)
        {
            return evaluator.Error(LanguageCodes.InvalidIndex, step.Key.Range, "Invalid index",
                $"The key of an object is a string, and this is {key.Describe()}.", context);
        }

        var name = text.AsString();
        if (obj.TryGetMember(name, out var member))
        {
            return member;
        }

        var shown = key.IsSensitive ? "this key" : $"the key {ValueText.Quote(name)}";
        return evaluator.Error(LanguageCodes.InvalidIndex, step.Key.Range, "Unknown key",
            $"The object has no member with {shown}.{(key.IsSensitive ? "" : SuggestMember(obj, name))}", context);
    }

    /// <summary>Null has no elements; what is neither list nor set counts as a list of itself.</summary>
    private Value Splat(Expression expression, Value value, SplatStep step, SourceRange before, EvaluationScope scope)
    {
        if (value.IsUnknown)
        {
            return value;
        }

        var range = before.To(step.Range);
        var elements = value.IsNull ? [] : value.IsSequence ? value.Elements : [value];
        var results = ImmutableArray.CreateBuilder<Value>(elements.Length);
        foreach (var element in elements)
        {
            if (!evaluator.TrySpend(expression))
            {
                return Value.Unknown;
            }

            results.Add(Walk(expression, element, step.Each, 0, range, scope));
        }

        return Value.List(results.MoveToImmutable()).SensitiveIf(value.IsSensitive);
    }

    /// <summary>The names in a sensitive object are not shown either.</summary>
    private static string SuggestMember(Value obj, string name)
    {
        if (obj.IsSensitive)
        {
            return "";
        }

        var names = obj.Members.Select(m => m.Key).ToList();
        if (DidYouMean.Ask(name, names) is { Length: > 0 } question)
        {
            return question;
        }

        return names.Count is > 0 and <= 8 ? $" It has: {string.Join(", ", names)}." : "";
    }
}
