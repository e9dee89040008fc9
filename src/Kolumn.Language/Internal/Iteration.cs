using Kolumn.Language.Syntax;

namespace Kolumn.Language.Internal;

/// <summary>What for expressions and directives go through.</summary>
internal static class Iteration
{
    /// <summary>Keys and values in order; of a set both are the element. Null when the collection is unknown, or none, which is reported.</summary>
    public static IEnumerable<(Value Key, Value Value)>? Over(Value collection, Expression source, ExpressionEvaluator evaluator)
    {
        switch (collection.Kind)
        {
            case ValueKind.Unknown:
                return null;
            case ValueKind.List:
                return collection.Elements.Select((element, i) => (Value.Of(i), element));
            case ValueKind.Set:
                return collection.Elements.Select(element => (element, element));
            case ValueKind.Object:
                return collection.Members.Select(member => (Value.Of(member.Key), member.Value));
            default:
                evaluator.Error(LanguageCodes.NotIterable, source.Range, "Not a collection",
                    $"A for goes through a list, set or object, and this is {collection.Describe()}.");
                return null;
        }
    }

    public static EvaluationScope Scope(EvaluationScope outer, string? keyName, string valueName, Value key, Value value) =>
        (keyName is null ? outer : outer.With(keyName, key)).With(valueName, value);
}
