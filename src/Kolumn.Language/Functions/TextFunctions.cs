using System.Globalization;
using static Kolumn.Language.Parameters;

namespace Kolumn.Language;

/// <summary>Functions on strings. A character is what a reader takes for one: a letter with its marks, an emoji.</summary>
internal static class TextFunctions
{
    public static IEnumerable<KlFunction> All =>
    [
        new("upper", "The text in capitals.", [Text("text")], call => Value.Of(call.Text(0).ToUpperInvariant())),
        new("lower", "The text in small letters.", [Text("text")], call => Value.Of(Lower(call.Text(0)))),
        new("title", "The text with a capital at the start of each word.", [Text("text")], call => Value.Of(Title(call.Text(0)))),
        new("trimspace", "The text without white space at its ends.", [Text("text")], call => Value.Of(call.Text(0).Trim())),
        new("trim", "The text without these characters at its ends.", [Text("text"), Text("characters")], call => Value.Of(Trim(call))),
        new("trimprefix", "The text without the prefix, if it has it.", [Text("text"), Text("prefix")],
            call => Value.Of(call.Text(0).StartsWith(call.Text(1), StringComparison.Ordinal) ? call.Text(0)[call.Text(1).Length..] : call.Text(0))),
        new("trimsuffix", "The text without the suffix, if it has it.", [Text("text"), Text("suffix")],
            call => Value.Of(call.Text(0).EndsWith(call.Text(1), StringComparison.Ordinal) ? call.Text(0)[..^call.Text(1).Length] : call.Text(0))),
        new("chomp", "The text without line breaks at its end.", [Text("text")], call => Value.Of(call.Text(0).TrimEnd('\r', '\n'))),
        new("indent", "The text with so many spaces before each line but the first.", [Number("spaces"), Text("text")], Indent),
        new("startswith", "Whether the text starts with the prefix.", [Text("text"), Text("prefix")],
            call => Value.Of(call.Text(0).StartsWith(call.Text(1), StringComparison.Ordinal))),
        new("endswith", "Whether the text ends with the suffix.", [Text("text"), Text("suffix")],
            call => Value.Of(call.Text(0).EndsWith(call.Text(1), StringComparison.Ordinal))),
        new("strcontains", "Whether the text holds the other.", [Text("text"), Text("part")],
            call => Value.Of(call.Text(0).Contains(call.Text(1), StringComparison.Ordinal))),
        new("strrev", "The characters from the end to the start.", [Text("text")], call => Value.Of(string.Concat(Characters(call.Text(0)).Reverse()))),
        new("substr", "So many characters from the offset; a negative offset counts from the end, a length of -1 means all.",
            [Text("text"), Number("offset"), Number("length")], Substring),
        new("split", "The parts of the text between the separators.", [Text("separator"), Text("text")], Split),
        new("join", "The strings with the separator between them.", [Text("separator")], Join, TextList("lists")),
        new("format", "The format with its verbs (%s, %d, %v, %q, %05.2f, %t, %x …) replaced by the values.", [Text("format")],
            call => FormatVerbs.Format(call, call.Text(0), [.. call.Arguments.Skip(1)]), Any("values")),
        new("formatlist", "The format applied to the first elements of the lists, then the second, and so on.", [Text("format")], FormatList, Any("values")),
    ];

    /// <summary>The characters a reader sees.</summary>
    private static IEnumerable<string> Characters(string text)
    {
        var elements = StringInfo.GetTextElementEnumerator(text);
        while (elements.MoveNext())
        {
            yield return elements.GetTextElement();
        }
    }

#pragma warning disable CA1308 // Small letters are what the function is for.
    private static string Lower(string text) => text.ToLowerInvariant();
#pragma warning restore CA1308

    private static string Title(string text) => string.Create(text.Length, text, static (title, source) =>
    {
        for (var i = 0; i < source.Length; i++)
        {
            var startsWord = i == 0 || !(char.IsLetterOrDigit(source[i - 1]) || source[i - 1] is '_' or '\'');
            title[i] = startsWord ? char.ToUpperInvariant(source[i]) : source[i];
        }
    });

    private static string Trim(FunctionCall call)
    {
        var unwanted = Characters(call.Text(1)).ToHashSet(StringComparer.Ordinal);
        var characters = Characters(call.Text(0)).ToList();
        var start = characters.FindIndex(c => !unwanted.Contains(c));
        return start < 0 ? "" : string.Concat(characters[start..(characters.FindLastIndex(c => !unwanted.Contains(c)) + 1)]);
    }

    private static Value Indent(FunctionCall call)
    {
        if (!call.Number(0).TryToInt32(out var spaces) || spaces is < 0 or > 1000)
        {
            return call.Fail(0, "The number of spaces must be a whole number from 0 to 1000.");
        }

        var text = call.Text(1);
        return text.Length + ((long)text.AsSpan().Count('\n') * spaces) > Evaluator.MaxTextLength
            ? call.TooLong(1)
            : Value.Of(text.Replace("\n", "\n" + new string(' ', spaces), StringComparison.Ordinal));
    }

    private static Value Substring(FunctionCall call)
    {
        if (!call.Number(1).TryToInt32(out var offset) || !call.Number(2).TryToInt32(out var length) || length < -1)
        {
            return call.Fail(1, "Offset and length must be whole numbers, and a length is at least -1.");
        }

        var characters = Characters(call.Text(0)).ToList();
        var start = Math.Clamp(offset < 0 ? characters.Count + offset : offset, 0, characters.Count);
        var count = length == -1 ? characters.Count - start : Math.Min(length, characters.Count - start);
        return Value.Of(string.Concat(characters.Skip(start).Take(count)));
    }

    private static Value Split(FunctionCall call)
    {
        var (separator, text) = (call.Text(0), call.Text(1));
        return Value.List((separator.Length == 0 ? Characters(text) : text.Split(separator, StringSplitOptions.None)).Select(Value.Of));
    }

    private static Value Join(FunctionCall call)
    {
        var texts = call.Arguments.Skip(1).SelectMany(a => a.Elements).ToList();
        return texts.Exists(t => t.IsNull)
            ? call.Fail(1, "The list holds a null, which has no text. Remove it with compact(…).")
            : Value.Of(string.Join(call.Text(0), texts.Select(t => t.AsString())));
    }

    private static Value FormatList(FunctionCall call)
    {
        var values = call.Arguments.Skip(1).ToList();
        var lengths = values.Where(v => v.IsSequence).Select(v => v.Elements.Length).Distinct().ToList();
        if (lengths.Count > 1)
        {
            return call.Fail(1, "The lists must have the same length.");
        }

        var texts = new List<Value>();
        var length = 0L;
        for (var i = 0; i < (lengths.Count == 0 ? 1 : lengths[0]); i++)
        {
            var text = FormatVerbs.Format(call, call.Text(0), [.. values.Select(v => v.IsSequence ? v.Elements[i] : v)]);
            length += text.Weight * 16;
            if (text.IsUnknown || length > Evaluator.MaxWeight * 16L)
            {
                return text.IsUnknown ? text : call.TooLong(0);
            }

            texts.Add(text);
        }

        return Value.List(texts);
    }
}
