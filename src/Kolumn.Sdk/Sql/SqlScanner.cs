namespace Kolumn.Sdk.Sql;

/// <summary>
/// Divides SQL text into tokens: just enough of each dialect's lexical structure to tell what stands inside quotes and
/// comments from what does not.
/// </summary>
public static class SqlScanner
{
    public static List<SqlToken> Scan(string text, SqlDialect dialect)
    {
        var tokens = new List<SqlToken>();
        for (var at = 0; at < text.Length;)
        {
            if (char.IsWhiteSpace(text[at]))
            {
                at++;
                continue;
            }

            var token = Next(text, at, dialect);
            tokens.Add(token);
            at = token.End;
        }

        return tokens;
    }

    private static SqlToken Next(string text, int at, SqlDialect dialect)
    {
        var next = at + 1 < text.Length ? text[at + 1] : '\0';
        switch (text[at])
        {
            case '\'' or '"' when dialect.BackslashEscapes && (text[at] == '\'' || dialect.BacktickNames):
                return EscapeString(text, at, at, text[at]);
            case '\'':
                return Quoted(text, at, at, '\'', SqlTokenKind.String);
            case '"':
                return Quoted(text, at, at, '"', SqlTokenKind.QuotedName);
            case '`' when dialect.ForeignNameQuotes || dialect.BacktickNames:
                return Quoted(text, at, at, '`', SqlTokenKind.QuotedName);
            case '[' when dialect.ForeignNameQuotes:
                var close = text.IndexOf(']', at);
                return new SqlToken(SqlTokenKind.QuotedName, at, close < 0 ? text.Length : close + 1, close >= 0);
            case '#' when dialect.MySqlComments:
            case '-' when next == '-' && (!dialect.MySqlComments || at + 2 >= text.Length || text[at + 2] <= ' '):
                var line = text.IndexOf('\n', at);
                return new SqlToken(SqlTokenKind.Comment, at, line < 0 ? text.Length : line + 1, line >= 0);
            case '/' when next == '*':
                return BlockComment(text, at, dialect.NestedComments);
            case '$' when dialect.DollarQuotes && DollarTag(text, at) is { } tag:
                var end = text.IndexOf(tag, at + tag.Length, StringComparison.Ordinal);
                return new SqlToken(SqlTokenKind.String, at, end < 0 ? text.Length : end + tag.Length, end >= 0);
            case 'e' or 'E' when dialect.EscapeStrings && next == '\'':
                return EscapeString(text, at, at + 1, '\'');
            case 'x' or 'X' or 'b' or 'B' or 'n' or 'N' when next == '\'':
                return dialect.BackslashEscapes ? EscapeString(text, at, at + 1, '\'') : Quoted(text, at, at + 1, '\'', SqlTokenKind.String);
            case var digit when char.IsAsciiDigit(digit):
                return new SqlToken(SqlTokenKind.Number, at, While(text, at, c => char.IsLetterOrDigit(c) || c is '.' or '_'));
            case var letter when char.IsLetter(letter) || letter == '_':
                return new SqlToken(SqlTokenKind.Word, at, While(text, at, c => char.IsLetterOrDigit(c) || c is '_' or '$'));
            default:
                return new SqlToken(SqlTokenKind.Symbol, at, at + 1);
        }
    }

    /// <summary>A doubled quote stands for one and does not end the token.</summary>
    private static SqlToken Quoted(string text, int start, int open, char quote, SqlTokenKind kind)
    {
        for (var at = open + 1; at < text.Length; at++)
        {
            if (text[at] != quote)
            {
                continue;
            }

            if (at + 1 < text.Length && text[at + 1] == quote)
            {
                at++;
                continue;
            }

            return new SqlToken(kind, start, at + 1);
        }

        return new SqlToken(kind, start, text.Length, Closed: false);
    }

    private static SqlToken EscapeString(string text, int start, int open, char quote)
    {
        for (var at = open + 1; at < text.Length; at++)
        {
            if (text[at] == '\\' || (text[at] == quote && at + 1 < text.Length && text[at + 1] == quote))
            {
                at++;
            }
            else if (text[at] == quote)
            {
                return new SqlToken(SqlTokenKind.String, start, at + 1);
            }
        }

        return new SqlToken(SqlTokenKind.String, start, text.Length, Closed: false);
    }

    private static SqlToken BlockComment(string text, int start, bool nested)
    {
        var depth = 1;
        for (var at = start + 2; at + 1 < text.Length; at++)
        {
            if (text[at] == '*' && text[at + 1] == '/')
            {
                at++;
                if (--depth == 0)
                {
                    return new SqlToken(SqlTokenKind.Comment, start, at + 1);
                }
            }
            else if (nested && text[at] == '/' && text[at + 1] == '*')
            {
                at++;
                depth++;
            }
        }

        return new SqlToken(SqlTokenKind.Comment, start, text.Length, Closed: false);
    }

    private static string? DollarTag(string text, int start)
    {
        var end = While(text, start + 1, c => char.IsLetterOrDigit(c) || c == '_');
        return end < text.Length && text[end] == '$' && !(end > start + 1 && char.IsAsciiDigit(text[start + 1]))
            ? text[start..(end + 1)]
            : null;
    }

    private static int While(string text, int at, Func<char, bool> belongs)
    {
        while (at < text.Length && belongs(text[at]))
        {
            at++;
        }

        return at;
    }
}
