using System.Globalization;
using System.Numerics;
using static Kolumn.Language.Parameters;

namespace Kolumn.Language;

/// <summary>Functions on numbers.</summary>
internal static class NumberFunctions
{
    public static IEnumerable<KlFunction> All =>
    [
        new("min", "The smallest of the numbers.", [Number("number")], call => Value.Of(call.Arguments.Min(a => a.AsNumber())), Number("numbers")),
        new("max", "The largest of the numbers.", [Number("number")], call => Value.Of(call.Arguments.Max(a => a.AsNumber())), Number("numbers")),
        new("abs", "The number without its sign.", [Number("number")], call => Value.Of(Language.Number.Abs(call.Number(0)))),
        new("ceil", "The smallest whole number that is not below.", [Number("number")], call => Value.Of(Language.Number.Ceiling(call.Number(0)))),
        new("floor", "The largest whole number that is not above.", [Number("number")], call => Value.Of(Language.Number.Floor(call.Number(0)))),
        new("signum", "-1, 0 or 1, as the number is below, at or above zero.", [Number("number")], call => Value.Of(call.Number(0).Sign)),
        new("sum", "All numbers of the list together.", [NumberList("list")], Sum),
        new("pow", "The number to the power of a whole number.", [Number("number"), Number("power")], Power),
        new("parseint", "The whole number that the text means in the base, 2 to 36.", [Text("text"), Number("base")], ParseInteger),
    ];

    private static Value Sum(FunctionCall call)
    {
        Number? sum = Language.Number.Zero;
        foreach (var element in call.Elements(0))
        {
            if (element.IsNull)
            {
                return call.Fail(0, "The list holds a null, which cannot be added.");
            }

            sum = sum is { } total ? Language.Number.Add(total, element.AsNumber()) : null;
        }

        return sum is { } result ? Value.Of(result) : call.Fail(0, "The sum is beyond the range of numbers.");
    }

    private static Value Power(FunctionCall call)
    {
        if (!call.Number(1).TryToInt32(out var power) || Math.Abs((long)power) > 10_000)
        {
            return call.Fail(1, "The power must be a whole number from -10000 to 10000.");
        }

        Number? result = Language.Number.From(1L);
        for (var i = 0; i < Math.Abs(power) && result is { } product; i++)
        {
            result = Language.Number.Multiply(product, call.Number(0));
        }

        if (power < 0 && result is { } divisor)
        {
            result = Language.Number.Divide(Language.Number.From(1L), divisor);
        }

        return result is { } value ? Value.Of(value) : call.Fail(0, "The power is beyond the range of numbers.");
    }

    private static Value ParseInteger(FunctionCall call)
    {
        if (!call.Number(1).TryToInt32(out var radix) || radix is < 2 or > 36)
        {
            return call.Fail(1, "The base must be a whole number from 2 to 36.");
        }

        var text = call.Text(0);
        var digits = text.StartsWith('-') ? text[1..] : text;
        var value = BigInteger.Zero;
        foreach (var c in digits)
        {
            var digit = char.IsAsciiDigit(c) ? c - '0' : char.IsAsciiLetter(c) ? char.ToUpperInvariant(c) - 'A' + 10 : int.MaxValue;
            if (digit >= radix || digits.Length > Language.Number.Limit)
            {
                return Wrong();
            }

            value = (value * radix) + digit;
        }

        var signed = (text.StartsWith('-') ? -value : value).ToString(CultureInfo.InvariantCulture);
        return digits.Length > 0 && Language.Number.Parse(signed) is { } number ? Value.Of(number) : Wrong();

        Value Wrong() => call.Fail(0, $"The text is no whole number in base {radix}.");
    }
}
