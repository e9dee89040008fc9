using static Kolumn.Language.Parameters;

namespace Kolumn.Language;

/// <summary>Functions that turn values of one kind into another. Null stays null.</summary>
internal static class ConversionFunctions
{
    public static IEnumerable<KlFunction> All =>
    [
        new("tostring", "The value as a string.", [Any("value")], call => Conversions.ToText(call[0]) ?? Refuse(call, "a string", "Use jsonencode(…) for lists and objects.")),
        new("tonumber", "The value as a number.", [Any("value")], call => Conversions.ToNumber(call[0]) ?? Refuse(call, "a number", "Only decimal digits with an optional sign, point and exponent are a number.")),
        new("tobool", "The value as a bool.", [Any("value")], call => Conversions.ToBool(call[0]) ?? Refuse(call, "a bool", "Only \"true\" and \"false\" are.")),
        new("tolist", "The elements of a list or set as a list.", [Passed("value")],
            call => call[0].IsNull || call[0].Kind == ValueKind.List ? call[0] : call[0].IsSequence ? Value.List(call.Elements(0)) : Refuse(call, "a list", "Use values(…) for an object.")),
        new("toset", "The distinct elements of a list as a set.", [Any("value")],
            call => call[0].IsNull || call[0].Kind == ValueKind.Set ? call[0] : call[0].IsSequence ? Value.Set(call.Elements(0)) : Refuse(call, "a set", "Use values(…) or keys(…) for an object.")),
        new("tomap", "The object as a map.", [Passed("value")],
            call => call[0].IsNull || call[0].Kind == ValueKind.Object ? call[0] : Refuse(call, "a map", "Use zipmap(…) or a for expression to make one.")),
    ];

    private static FunctionParameter Passed(string name) => Any(name) with { PassesContent = true };

    private static Value Refuse(FunctionCall call, string wanted, string hint) => call.Fail(0, $"The value is {call[0].Describe()} and cannot become {wanted}. {hint}");
}
