using Kolumn.Sdk.Sql;

namespace Kolumn.Providers.Postgres.Sql;

/// <summary>
/// The one place where PostgreSQL does not spell an expression as it would spell its own spelling: <c>state IN ('a', 'b')</c>
/// of a varchar is shown as <c>(ARRAY['a'::character varying, …])::text[]</c>, and that, read again, as
/// <c>ARRAY[('a'::character varying)::text, …]</c>. Whatever is read is brought into the second form, which stays.
/// </summary>
internal static class ArrayCasts
{
    /// <summary>Far more than any expression has; each one is rewritten by itself.</summary>
    private const int MaxCasts = 1000;

    public static string MoveInside(string expression)
    {
        for (var count = 0; count < MaxCasts && expression.Contains("(ARRAY[", StringComparison.Ordinal); count++)
        {
            if (First(expression) is not { } rewritten)
            {
                break;
            }

            expression = rewritten;
        }

        return expression;
    }

    /// <summary>The expression with its first array cast moved inside; null when it has none.</summary>
    private static string? First(string text)
    {
        var tokens = SqlScanner.Scan(text, SqlDialect.Postgres);
        for (var at = 0; at + 2 < tokens.Count; at++)
        {
            if (!tokens[at].Is(text, '(') || !tokens[at + 1].In(text).SequenceEqual("ARRAY") || !tokens[at + 2].Is(text, '['))
            {
                continue;
            }

            var (commas, close) = Elements(text, tokens, at + 2);
            if (close is not { } end || end + 3 >= tokens.Count || !tokens[end + 1].Is(text, ')') || !tokens[end + 2].Is(text, ':') || !tokens[end + 3].Is(text, ':'))
            {
                continue;
            }

            if (ElementType(text, tokens, end + 4) is not { } brackets)
            {
                continue;
            }

            var type = text[tokens[end + 4].Start..tokens[brackets].Start];
            int[] ends = [.. commas, end];
            var elements = ends.Select((stop, index) => text[tokens[index == 0 ? at + 3 : ends[index - 1] + 1].Start..tokens[stop].Start].TrimEnd());
            return $"{text[..tokens[at].Start]}ARRAY[{string.Join(", ", elements.Select(element => $"({element})::{type}"))}]{text[tokens[brackets + 1].End..]}";
        }

        return null;
    }

    /// <summary>The commas between the elements, and the bracket that ends them.</summary>
    private static (List<int> Commas, int? Close) Elements(string text, List<SqlToken> tokens, int open)
    {
        var commas = new List<int>();
        var depth = 0;
        for (var at = open; at < tokens.Count; at++)
        {
            if (tokens[at].Is(text, '[') || tokens[at].Is(text, '('))
            {
                depth++;
            }
            else if ((tokens[at].Is(text, ']') || tokens[at].Is(text, ')')) && --depth == 0)
            {
                return (commas, at > open + 1 ? at : null);
            }
            else if (depth == 1 && tokens[at].Is(text, ','))
            {
                commas.Add(at);
            }
        }

        return (commas, null);
    }

    /// <summary>Where the brackets of <c>character varying[]</c> begin; null when what stands there is not an array's type.</summary>
    private static int? ElementType(string text, List<SqlToken> tokens, int start)
    {
        for (var at = start; at + 1 < tokens.Count; at++)
        {
            if (at > start && tokens[at].Is(text, '[') && tokens[at + 1].Is(text, ']'))
            {
                return at;
            }

            if (!SqlNames.IsName(tokens[at]) && !tokens[at].Is(text, '.'))
            {
                return null;
            }
        }

        return null;
    }
}
