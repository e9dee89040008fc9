using System.Collections.Frozen;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Kolumn.Sdk.Sql;

/// <summary>
/// What a user's <c>default</c> means in SQL. Users write an expression (<c>NOW()</c>), a quoted literal (<c>'USD'</c>) and a
/// bare one (<c>draft</c>) into the same string, so the text decides:
/// <list type="number">
/// <item>a number or a boolean stands as it is, whether it was written as one or as text;</item>
/// <item>a text that is quoted already, in parentheses, a keyword such as <c>CURRENT_TIMESTAMP</c>, starts with a function
/// call or holds a <c>::</c> cast is an expression, provided that it is one that ends where it seems to end;</item>
/// <item>every other text is a literal and becomes a quoted one.</item>
/// </list>
/// </summary>
public static class SqlDefault
{
    // USER is left out on purpose: people mean the word when they write it.
    private static readonly FrozenSet<string> Keywords = FrozenSet.ToFrozenSet(
        [
            "NULL", "TRUE", "FALSE", "CURRENT_TIMESTAMP", "CURRENT_DATE", "CURRENT_TIME", "LOCALTIME", "LOCALTIMESTAMP",
            "CURRENT_USER", "SESSION_USER", "CURRENT_ROLE", "CURRENT_CATALOG", "CURRENT_SCHEMA",
        ],
        StringComparer.OrdinalIgnoreCase);

    /// <summary>The SQL expression for a default; null when there is none.</summary>
    /// <param name="value">A string, number or boolean.</param>
    /// <exception cref="ArgumentException">The value is a list or an object, or holds NUL.</exception>
    public static string? ToSql(JsonNode? value, SqlDialect dialect) => value?.GetValueKind() switch
    {
        null or JsonValueKind.Null => null,
        JsonValueKind.True => "TRUE",
        JsonValueKind.False => "FALSE",
        JsonValueKind.Number => value.ToJsonString(),
        JsonValueKind.String => ToSql(value.GetValue<string>(), dialect),
        _ => throw new ArgumentException("A default is a string, a number or a boolean.", nameof(value)),
    };

    private static string ToSql(string text, SqlDialect dialect)
    {
        var trimmed = text.Trim();
        return IsNumber(trimmed) || IsExpression(trimmed, dialect) ? trimmed : SqlLiteral.Quote(text, dialect);
    }

    private static bool IsNumber(string text) =>
        text.Length > 0
        && (char.IsAsciiDigit(text[^1]) || text[^1] == '.')
        && double.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent, CultureInfo.InvariantCulture, out _);

    private static bool IsExpression(string text, SqlDialect dialect)
    {
        if (Keywords.Contains(text))
        {
            return true;
        }

        if (SqlFragment.FaultOf(text, SqlFragmentKind.Expression, dialect) is not null)
        {
            return false;
        }

        var tokens = SqlScanner.Scan(text, dialect);
        return tokens is [{ Kind: SqlTokenKind.String }]
            || IsParenthesised(text, tokens)
            || StartsWithCall(text, tokens)
            || HoldsCast(text, tokens);
    }

    // "(a) or (b)" starts and ends with parentheses too, but it is an expression all the same.
    private static bool IsParenthesised(string text, List<SqlToken> tokens) =>
        tokens.Count >= 3 && tokens[0].Is(text, '(') && tokens[^1].Is(text, ')');

    private static bool StartsWithCall(string text, List<SqlToken> tokens)
    {
        var at = 0;
        while (at + 1 < tokens.Count && IsName(tokens[at]) && tokens[at + 1].Is(text, '.'))
        {
            at += 2;
        }

        // Prose puts a space before its parenthesis, a call does not.
        return at + 1 < tokens.Count && IsName(tokens[at]) && tokens[at + 1].Is(text, '(') && tokens[at].End == tokens[at + 1].Start;
    }

    private static bool HoldsCast(string text, List<SqlToken> tokens) =>
        tokens.Zip(tokens.Skip(1)).Any(pair =>
            pair.First.Is(text, ':') && pair.Second.Is(text, ':') && pair.First.End == pair.Second.Start && pair.First.Start > 0);

    private static bool IsName(SqlToken token) => token.Kind is SqlTokenKind.Word or SqlTokenKind.QuotedName;
}
