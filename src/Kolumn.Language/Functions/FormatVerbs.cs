using System.Collections.Immutable;
using System.Globalization;
using System.Text;

namespace Kolumn.Language;

/// <summary>
/// The format language of Go's fmt as far as Terraform's format function has it: <c>%[flags][width][.precision][[argument]]verb</c> with
/// the flags minus, plus, space, zero and sharp, and the verbs v, t, d, b, o, x, X, e, E, f, F, g, G, s, q and %.
/// </summary>
internal static class FormatVerbs
{
    private const int MaxWidth = 1024;

    public static Value Format(FunctionCall call, string format, ImmutableArray<Value> values)
    {
        var text = new StringBuilder();
        var next = 0;
        var used = 0;
        for (var i = 0; i < format.Length; i++)
        {
            if (format[i] != '%')
            {
                text.Append(format[i]);
                continue;
            }

            if (!TryReadVerb(format, ref i, out var verb))
            {
                return call.Fail(0, "A percent sign begins a verb such as %s or %05.2f, and this one is incomplete. For the sign itself write %%.");
            }

            if (verb.Letter == '%')
            {
                text.Append('%');
                continue;
            }

            next = verb.Argument ?? next;
            if (next >= values.Length)
            {
                return call.Fail(0, $"The format asks for value {next + 1}, and there {(values.Length == 1 ? "is 1" : $"are {values.Length}")}.");
            }

            if (Render(verb, values[next]) is not { } part)
            {
                return call.Fail(next + 1, $"The verb %{verb.Letter} does not fit {values[next].Describe()}.{(values[next].IsNull ? " Only %v and %q show null." : "")}");
            }

            text.Append(part);
            if (text.Length > Evaluator.MaxTextLength)
            {
                return call.TooLong(0);
            }

            next++;
            used = Math.Max(used, next);
        }

        return used < values.Length
            ? call.Fail(used + 1, $"The format uses {used} of {values.Length} values. Remove the others or add verbs for them.")
            : Value.Of(text.ToString());
    }

    private static bool TryReadVerb(string format, ref int i, out Verb verb)
    {
        var flags = new StringBuilder();
        for (i++; i < format.Length && format[i] is '-' or '+' or ' ' or '0' or '#'; i++)
        {
            flags.Append(format[i]);
        }

        var width = ReadNumber(format, ref i);
        int? precision = null;
        if (i < format.Length && format[i] == '.')
        {
            i++;
            precision = ReadNumber(format, ref i) ?? 0;
        }

        int? argument = null;
        if (i < format.Length && format[i] == '[')
        {
            i++;
            argument = ReadNumber(format, ref i) - 1;
            if (argument is null or < 0 || i >= format.Length || format[i++] != ']')
            {
                verb = default;
                return false;
            }
        }

        verb = i < format.Length ? new Verb(format[i], flags.ToString(), width, precision, argument) : default;
        return i < format.Length && "vtdboxXeEfFgGsq%".Contains(format[i], StringComparison.Ordinal) && width is null or <= MaxWidth && precision is null or <= MaxWidth;
    }

    private static int? ReadNumber(string format, ref int i)
    {
        var start = i;
        while (i < format.Length && char.IsAsciiDigit(format[i]))
        {
            i++;
        }

        return i == start ? null
            : int.TryParse(format.AsSpan(start, i - start), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number
            : int.MaxValue;
    }

    /// <summary>The value as the verb shows it, or null when it does not fit.</summary>
    private static string? Render(Verb verb, Value value)
    {
        switch (verb.Letter)
        {
            case 'v' when verb.Has('#'):
                return Pad(verb, EncodingFunctions.ToJsonText(value));
            case 'v':
                return Pad(verb, Conversions.ToText(value) is { Kind: ValueKind.String } plain ? plain.AsString() : EncodingFunctions.ToJsonText(value));
            case 't':
                return !value.IsNull && Conversions.ToBool(value) is { } flag ? Pad(verb, flag.AsBool() ? "true" : "false") : null;
            case 's':
                return !value.IsNull && Conversions.ToText(value) is { } text ? Pad(verb, Cut(text.AsString(), verb.Precision)) : null;
            case 'q':
                return value.IsNull ? "null" : Conversions.ToText(value) is { } quoted ? Pad(verb, EncodingFunctions.ToJsonText(quoted)) : null;
            default:
                return !value.IsNull && Conversions.ToNumber(value) is { } number ? RenderNumber(verb, number.AsNumber()) : null;
        }
    }

    private static string? RenderNumber(Verb verb, Number number)
    {
        var magnitude = Number.Abs(number);
        var digits = verb.Letter switch
        {
            'd' => WholeText(magnitude),
            'b' or 'o' or 'x' or 'X' => Based(verb, magnitude),
            'f' or 'F' => Number.ToFixed(magnitude, verb.Precision ?? 6),
            'e' or 'E' => Exponent(magnitude.ToDouble().ToString($"{verb.Letter}{verb.Precision ?? 6}", CultureInfo.InvariantCulture)),
            _ => magnitude.ToDouble().ToString(verb.Precision is { } precision ? $"G{Math.Max(1, precision)}" : "R", CultureInfo.InvariantCulture),
        };
        if (digits is null)
        {
            return null;
        }

        var sign = number.Sign < 0 ? "-" : verb.Has('+') ? "+" : verb.Has(' ') ? " " : "";
        return verb.Has('0') && !verb.Has('-') && verb.Width is { } width
            ? sign + digits.PadLeft(Math.Max(0, width - sign.Length), '0')
            : Pad(verb, sign + digits);
    }

    private static string? WholeText(Number number) => number.IsInteger ? number.ToString() : null;

    private static string? Based(Verb verb, Number number)
    {
        if (!number.TryToInt64(out var whole))
        {
            return null;
        }

        return verb.Letter switch
        {
            'b' => whole.ToString("b", CultureInfo.InvariantCulture),
            'o' => Convert.ToString(whole, 8),
            var letter => whole.ToString(letter.ToString(), CultureInfo.InvariantCulture),
        };
    }

    /// <summary>.NET writes three digits in an exponent where Go and C write two.</summary>
    private static string Exponent(string text) =>
        text.Length > 3 && text[^3] == '0' && text[^4] is '+' or '-' ? text.Remove(text.Length - 3, 1) : text;

    private static string Cut(string text, int? length)
    {
        if (length is not { } limit)
        {
            return text;
        }

        var info = new StringInfo(text);
        return limit == 0 ? "" : info.LengthInTextElements <= limit ? text : info.SubstringByTextElements(0, limit);
    }

    private static string Pad(Verb verb, string text)
    {
        var missing = (verb.Width ?? 0) - new StringInfo(text).LengthInTextElements;
        return missing <= 0 ? text : verb.Has('-') ? text + new string(' ', missing) : new string(' ', missing) + text;
    }

    private readonly record struct Verb(char Letter, string Flags, int? Width, int? Precision, int? Argument)
    {
        public bool Has(char flag) => Flags.Contains(flag, StringComparison.Ordinal);
    }
}
