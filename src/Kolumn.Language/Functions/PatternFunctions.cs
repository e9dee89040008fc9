using System.Text.RegularExpressions;
using static Kolumn.Language.Parameters;

namespace Kolumn.Language;

/// <summary>
/// Functions on regular expressions. They run without backtracking, so that no pattern can take more than linear time; what needs it
/// (look-around, back-references) is refused.
/// </summary>
internal static class PatternFunctions
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(5);

    public static IEnumerable<KlFunction> All =>
    [
        new("regex", "The first match: its text, or the list or object of its groups.", [Text("pattern"), Text("text")], First),
        new("regexall", "The list of all matches, each as regex answers it.", [Text("pattern"), Text("text")], EveryMatch),
        new("replace", "The text with each occurrence of the part replaced; a part between slashes is a pattern, and $1 or ${name} in the replacement a group.",
            [Text("text"), Text("part"), Text("replacement")], Replace),
    ];

    private static Value First(FunctionCall call) => WithPattern(call, 0, call.Text(0), pattern =>
    {
        var match = pattern.Match(call.Text(1));
        return match.Success
            ? Captured(pattern, match)
            : call.Fail(1, "The pattern does not match the text. Ask with can(regex(…)) before, or give try(…) another value.");
    });

    private static Value EveryMatch(FunctionCall call) =>
        WithPattern(call, 0, call.Text(0), pattern => Value.List(pattern.Matches(call.Text(1)).Select(m => Captured(pattern, m))));

    private static Value Replace(FunctionCall call)
    {
        var (text, part, replacement) = (call.Text(0), call.Text(1), call.Text(2));
        if (part.Length > 1 && part.StartsWith('/') && part.EndsWith('/'))
        {
            return WithPattern(call, 1, part[1..^1], pattern => ReplacePattern(call, pattern, replacement));
        }

        // An empty part matches before each character and at the end.
        if (part.Length == 0)
        {
            return WithPattern(call, 1, "", pattern => ReplacePattern(call, pattern, replacement.Replace("$", "$$", StringComparison.Ordinal)));
        }

        return text.Length + ((long)text.AsSpan().Count(part) * replacement.Length) > Evaluator.MaxTextLength
            ? call.TooLong(0)
            : Value.Of(text.Replace(part, replacement, StringComparison.Ordinal));
    }

    /// <summary>Each match becomes the replacement, and each group that it names is at most the match itself.</summary>
    private static Value ReplacePattern(FunctionCall call, Regex pattern, string replacement)
    {
        var text = call.Text(0);
        var longest = ((long)pattern.Count(text) * replacement.Length) + (text.Length * (1L + replacement.AsSpan().Count('$')));
        return longest > Evaluator.MaxTextLength ? call.TooLong(0) : Value.Of(pattern.Replace(text, replacement));
    }

    private static Value Captured(Regex pattern, Match match)
    {
        var names = pattern.GetGroupNames().Skip(1).ToList();
        if (names.Count == 0)
        {
            return Value.Of(match.Value);
        }

        return names.TrueForAll(n => int.TryParse(n, out _))
            ? Value.List(names.Select(n => GroupValue(match.Groups[n])))
            : Value.Object(names.Where(n => !int.TryParse(n, out _)).Select(n => new KeyValuePair<string, Value>(n, GroupValue(match.Groups[n]))));
    }

    private static Value GroupValue(Group group) => group.Success ? Value.Of(group.Value) : Value.Null;

    private static Value WithPattern(FunctionCall call, int argument, string pattern, Func<Regex, Value> use)
    {
        try
        {
            return use(new Regex(pattern.Replace("(?P<", "(?<", StringComparison.Ordinal), RegexOptions.NonBacktracking | RegexOptions.CultureInvariant, Timeout));
        }
        catch (ArgumentException e)
        {
            return call.Fail(argument, $"The pattern is no regular expression{(call[argument].IsSensitive ? "." : $": {e.Message}")}");
        }
        catch (NotSupportedException)
        {
            return call.Fail(argument, "The pattern uses look-around, back-references or another construct that needs backtracking, which is not supported.");
        }
        catch (RegexMatchTimeoutException)
        {
            return call.Fail(argument, $"The pattern took more than {Timeout.TotalSeconds} seconds on this text.");
        }
    }
}
