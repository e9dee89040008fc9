using System.Collections.Immutable;
using Kolumn.Language.Syntax;

namespace Kolumn.Language.Internal;

/// <summary>Lists, objects and the for expressions that make them.</summary>
internal sealed class CollectionEvaluator(ExpressionEvaluator evaluator)
{
    public Value Evaluate(TupleExpression tuple, EvaluationScope scope) =>
        Value.List(tuple.Elements.Select(e => evaluator.Evaluate(e, scope)));

    public Value Evaluate(ObjectExpression obj, EvaluationScope scope)
    {
        var members = new List<KeyValuePair<string, Value>>(obj.Items.Length);
        var isKnown = true;
        var isSensitive = false;
        foreach (var item in obj.Items)
        {
            var name = item.Key is TraversalExpression ? Ambiguous(item.Key) : Key(item.Key, scope, ref isSensitive);
            var value = evaluator.Evaluate(item.Value, scope);
            isKnown &= name is not null;
            members.Add(new KeyValuePair<string, Value>(name ?? "", value));
        }

        return (isKnown ? Value.Object(members) : Value.Unknown).SensitiveIf(isSensitive);
    }

    public Value Evaluate(ForExpression loop, EvaluationScope scope)
    {
        var collection = evaluator.Evaluate(loop.Collection, scope);
        if (Iteration.Over(collection, loop.Collection, evaluator) is not { } items)
        {
            return Value.Unknown.SensitiveIf(collection.IsSensitive);
        }

        var run = new ForRun(loop, collection.IsSensitive);
        foreach (var (key, value) in items)
        {
            if (!evaluator.TrySpend(loop))
            {
                return Value.Unknown;
            }

            Visit(run, Iteration.Scope(scope, loop.KeyName, loop.ValueName, key, value));
        }

        return run.Result();
    }

    private void Visit(ForRun run, EvaluationScope scope)
    {
        var loop = run.Loop;
        if (loop.Condition is { } condition)
        {
            var included = evaluator.EvaluateCondition(condition, scope, "a for expression", out var isSensitive);
            run.IsSensitive |= isSensitive;
            run.IsUnknown |= included is null;
            if (included != true)
            {
                return;
            }
        }

        if (loop.Key is null)
        {
            run.Elements.Add(evaluator.Evaluate(loop.Value, scope));
            return;
        }

        var keyIsSensitive = run.IsSensitive;
        var name = Key(loop.Key, scope, ref keyIsSensitive);
        run.IsSensitive = keyIsSensitive;
        var value = evaluator.Evaluate(loop.Value, scope);
        if (name is null)
        {
            run.IsUnknown = true;
        }
        else if (!run.TryAdd(name, value))
        {
            run.IsUnknown = true;
            evaluator.Error(LanguageCodes.DuplicateKey, loop.Key.Range, "Duplicate key",
                $"Two elements make {(keyIsSensitive ? "the same key" : $"the key {ValueText.Quote(name)}")}. To collect the values of equal keys in a list, put ... after the value.", loop.Range);
        }
    }

    /// <summary><c>{ a.b = 1 }</c> has a meaning only for whoever reads the references in it, such as a list of providers.</summary>
    private string? Ambiguous(Expression key)
    {
        evaluator.Error(LanguageCodes.InvalidKey, key.Range, "Ambiguous key",
            $"To use the value of {key.Range.Text} as key, put it in parentheses; to use the text itself, put it in quotes.");
        return null;
    }

    /// <summary>The text of a key; null when it is unknown or reported.</summary>
    private string? Key(Expression expression, EvaluationScope scope, ref bool isSensitive)
    {
        var key = evaluator.Evaluate(expression, scope);
        isSensitive |= key.IsSensitive;
        if (key.IsUnknown)
        {
            return null;
        }

        if (key.IsNull || Conversions.ToText(key) is not { } text)
        {
            evaluator.Error(LanguageCodes.InvalidKey, expression.Range, "Invalid key", $"The key of a member is a string, and this is {key.Describe()}.");
            return null;
        }

        return text.AsString();
    }

    /// <summary>What a for expression has made so far.</summary>
    private sealed class ForRun(ForExpression loop, bool isSensitive)
    {
        private readonly OrderedDictionary<string, Value> _members = new(StringComparer.Ordinal);
        private readonly OrderedDictionary<string, List<Value>> _groups = new(StringComparer.Ordinal);

        public ForExpression Loop => loop;

        public ImmutableArray<Value>.Builder Elements { get; } = ImmutableArray.CreateBuilder<Value>();

        public bool IsSensitive { get; set; } = isSensitive;

        public bool IsUnknown { get; set; }

        public bool TryAdd(string name, Value value)
        {
            if (!loop.IsGrouped)
            {
                return _members.TryAdd(name, value);
            }

            if (!_groups.TryGetValue(name, out var group))
            {
                group = [];
                _groups.Add(name, group);
            }

            group.Add(value);
            return true;
        }

        public Value Result()
        {
            var value = IsUnknown ? Value.Unknown
                : loop.Key is null ? Value.List(Elements)
                : loop.IsGrouped ? Value.Object(_groups.Select(g => new KeyValuePair<string, Value>(g.Key, Value.List(g.Value))))
                : Value.Object(_members);
            return value.SensitiveIf(IsSensitive);
        }
    }
}
