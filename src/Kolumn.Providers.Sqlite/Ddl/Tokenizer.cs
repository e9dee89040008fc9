namespace Kolumn.Providers.Sqlite.Ddl;

/// <summary>The text is not SQL that SQLite would have stored; the message says where.</summary>
internal sealed class DdlException(string message) : Exception(message);

/// <summary>
/// Divides SQL text into tokens as SQLite's own tokenizer does (https://www.sqlite.org/c3ref/complete.html, tokenize.c);
/// white space and comments are left out.
/// </summary>
internal static class Tokenizer
{
    private static readonly string[] LongSymbols = ["->>", "->", "||", "<<", ">>", "<=", ">=", "<>", "==", "!="];

    /// <exception cref="DdlException">A quote is never closed, or a character belongs to no token.</exception>
    public static List<Token> Scan(string sql)
    {
        var tokens = new List<Token>();
        for (var at = 0; at < sql.Length;)
        {
            var afterBlank = SkipBlank(sql, at);
            if (afterBlank > at)
            {
                at = afterBlank;
                continue;
            }

            var token = Next(sql, at);
            tokens.Add(token);
            at += token.Text.Length;
        }

        return tokens;
    }

    /// <summary>As <see cref="Scan"/>; null when the text cannot be divided.</summary>
    public static List<Token>? TryScan(string sql)
    {
        try
        {
            return Scan(sql);
        }
        catch (DdlException)
        {
            return null;
        }
    }

    private static int SkipBlank(string sql, int at)
    {
        if (char.IsWhiteSpace(sql[at]))
        {
            return at + 1;
        }

        if (StartsWith(sql, at, "--"))
        {
            var line = sql.IndexOf('\n', at);
            return line < 0 ? sql.Length : line + 1;
        }

        if (StartsWith(sql, at, "/*"))
        {
            var end = sql.IndexOf("*/", at + 2, StringComparison.Ordinal);
            return end < 0 ? sql.Length : end + 2;
        }

        return at;
    }

    private static Token Next(string sql, int at)
    {
        var first = sql[at];
        switch (first)
        {
            case '\'':
                return Quoted(sql, at, at, TokenKind.String);
            case '"' or '`':
                return Quoted(sql, at, at, TokenKind.QuotedName);
            case '[':
                var close = sql.IndexOf(']', at);
                return close < 0 ? throw Unclosed(at) : new Token(TokenKind.QuotedName, sql[at..(close + 1)]);
            case 'x' or 'X' when at + 1 < sql.Length && sql[at + 1] == '\'':
                return Quoted(sql, at, at + 1, TokenKind.Blob);
            case '.' when at + 1 < sql.Length && char.IsAsciiDigit(sql[at + 1]):
                return Number(sql, at);
            case '?' or ':' or '@' or '#' or '$':
                return new Token(TokenKind.Variable, sql[at..While(sql, at + 1, IsNamePart)]);
        }

        if (char.IsAsciiDigit(first))
        {
            return Number(sql, at);
        }

        if (IsNamePart(first))
        {
            return new Token(TokenKind.Word, sql[at..While(sql, at, IsNamePart)]);
        }

        if (Array.Find(LongSymbols, symbol => StartsWith(sql, at, symbol)) is { } known)
        {
            return new Token(TokenKind.Symbol, known);
        }

        return "()+-*/%,.;=<>&|~".Contains(first, StringComparison.Ordinal)
            ? new Token(TokenKind.Symbol, first.ToString())
            : throw new DdlException($"the character '{first}' at position {at + 1} belongs to no token of SQL");
    }

    private static Token Quoted(string sql, int start, int open, TokenKind kind)
    {
        for (var at = open + 1; at < sql.Length; at++)
        {
            if (sql[at] != sql[open])
            {
                continue;
            }

            if (at + 1 < sql.Length && sql[at + 1] == sql[open])
            {
                at++;
                continue;
            }

            return new Token(kind, sql[start..(at + 1)]);
        }

        throw Unclosed(start);
    }

    private static Token Number(string sql, int start)
    {
        if (StartsWith(sql, start, "0x") || StartsWith(sql, start, "0X"))
        {
            return new Token(TokenKind.Number, sql[start..While(sql, start + 2, c => char.IsAsciiHexDigit(c) || c == '_')]);
        }

        var at = While(sql, start, c => char.IsAsciiDigit(c) || c is '.' or '_');
        if (at < sql.Length && sql[at] is 'e' or 'E')
        {
            var digits = at + 1 < sql.Length && sql[at + 1] is '+' or '-' ? at + 2 : at + 1;
            if (digits < sql.Length && char.IsAsciiDigit(sql[digits]))
            {
                at = While(sql, digits, char.IsAsciiDigit);
            }
        }

        return new Token(TokenKind.Number, sql[start..at]);
    }

    private static bool IsNamePart(char c) => char.IsAsciiLetterOrDigit(c) || c is '_' or '$' || c >= 0x80;

    private static bool StartsWith(string sql, int at, string symbol) => string.CompareOrdinal(sql, at, symbol, 0, symbol.Length) == 0;

    private static int While(string sql, int at, Func<char, bool> belongs)
    {
        while (at < sql.Length && belongs(sql[at]))
        {
            at++;
        }

        return at;
    }

    private static DdlException Unclosed(int at) => new($"the quote at position {at + 1} is never closed");
}
