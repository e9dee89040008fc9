using static Kolumn.Language.Parameters;

namespace Kolumn.Language;

/// <summary>Functions that choose between values, or say whether there is one; they evaluate only what they need.</summary>
internal static class ChoiceFunctions
{
    public static IEnumerable<KlFunction> All =>
    [
        KlFunction.Lazy("try", "The first argument that evaluates without a mistake.", [Any("expression")], Try, Any("expressions")),
        KlFunction.Lazy("can", "Whether the expression evaluates without a mistake.", [Any("expression")], Can),
        KlFunction.Lazy("conditional", "The second argument when the first is true, else the third.",
            [Bool("condition"), Any("when_true"), Any("when_false")], Conditional),
        KlFunction.Lazy("coalesce", "The first argument that is neither null nor an empty string.", [Any("value")], Coalesce, Any("values")),
        KlFunction.Lazy("sensitive", "The value, marked as not to be shown.", [Any("value")], call => call.Evaluate(0).WithSensitive(true)),
        KlFunction.Lazy("nonsensitive", "The value without the mark that it is not to be shown.", [Any("value")], call => call.Evaluate(0).WithSensitive(false)),
        KlFunction.Lazy("issensitive", "Whether the value is marked as not to be shown.", [Any("value")], call => Value.Of(call.Evaluate(0).IsSensitive)),
    ];

    private static Value Try(LazyCall call)
    {
        LanguageDiagnostic? last = null;
        for (var i = 0; i < call.Call.Arguments.Length; i++)
        {
            if (call.Attempt(i, out var mistake) is { } value)
            {
                return value;
            }

            last = mistake;
        }

        return call.Error(LanguageCodes.InvalidArgument, call.Call.Range, "No argument can be evaluated",
            $"Every argument of try has a mistake; that of the last is: {last!.Summary}. {last.Detail}");
    }

    private static Value Can(LazyCall call) => call.Attempt(0, out _) is not { } value ? Value.False
        : value.IsUnknown ? value
        : Value.True;

    private static Value Conditional(LazyCall call)
    {
        var condition = call.EvaluateCondition(0, out var isSensitive);
        return (condition is { } known ? call.Evaluate(known ? 1 : 2) : Value.Unknown).SensitiveIf(isSensitive);
    }

    private static Value Coalesce(LazyCall call)
    {
        var isSensitive = false;
        for (var i = 0; i < call.Call.Arguments.Length; i++)
        {
            var value = call.Evaluate(i);
            isSensitive |= value.IsSensitive;
            if (!value.IsNull && !(value.Kind == ValueKind.String && value.AsString().Length == 0))
            {
                return value.SensitiveIf(isSensitive);
            }
        }

        return call.Error(LanguageCodes.InvalidArgument, call.Call.Range, "Nothing to choose", "Every argument of coalesce is null or an empty string.");
    }
}
