using System.Text;

namespace Kolumn.Providers.Sqlite.Ddl;

/// <summary>
/// SQL text in one spelling: SQLite stores what it was given character by character, so white space, comments, the case of
/// keywords and the kind of name quotes must not count as differences.
/// </summary>
internal static class CanonicalSql
{
    private static readonly string[] ClauseStarts = ["FROM", "WHERE", "GROUP", "HAVING", "WINDOW", "ORDER", "LIMIT", "UNION", "EXCEPT", "INTERSECT", "VALUES", "SET"];

    /// <summary>On one line, without parentheses around the whole.</summary>
    public static string Expression(IReadOnlyList<Token> tokens)
    {
        var (start, end) = (0, tokens.Count);
        while (end - start > 2 && tokens[start].IsSymbol("(") && ClosingOf(tokens, start) == end - 1)
        {
            (start, end) = (start + 1, end - 1);
        }

        return Join(tokens.Skip(start).Take(end - start), breakClauses: false);
    }

    /// <exception cref="DdlException">The text cannot be divided into tokens.</exception>
    public static string Expression(string sql) => Expression(Tokenizer.Scan(sql));

    /// <summary>A query or a trigger's body: each clause and each statement on a line of its own.</summary>
    public static string Statements(IReadOnlyList<Token> tokens) => Join(tokens, breakClauses: true);

    /// <summary>
    /// Equal for texts that mean the same to SQLite although they are spelled differently: names in any case, with or without
    /// quotes. Only for text that SQLite accepts: there a quoted word in place of a name is that name.
    /// </summary>
    public static string Fold(string canonical) => Tokenizer.TryScan(canonical) is { } tokens
        ? string.Join(' ', tokens.Select(token => token.Kind == TokenKind.String ? token.Text : SqliteName.Fold(token.IsName ? token.Name : token.Text)))
        : canonical;

    /// <summary>The index of the parenthesis that closes the one at <paramref name="open"/>; the list's length when none does.</summary>
    public static int ClosingOf(IReadOnlyList<Token> tokens, int open)
    {
        var depth = 0;
        for (var at = open; at < tokens.Count; at++)
        {
            depth += tokens[at].IsSymbol("(") ? 1 : tokens[at].IsSymbol(")") ? -1 : 0;
            if (depth == 0)
            {
                return at;
            }
        }

        return tokens.Count;
    }

    private static string Join(IEnumerable<Token> tokens, bool breakClauses)
    {
        var text = new StringBuilder();
        Token? before = null;
        var (beforeIsSign, depth) = (false, 0);
        foreach (var token in tokens)
        {
            depth += token.IsSymbol("(") ? 1 : token.IsSymbol(")") ? -1 : 0;
            if (before is { } previous)
            {
                text.Append(
                    breakClauses && depth == 0 && (previous.IsSymbol(";") || StartsClause(previous, token)) ? "\n"
                    : beforeIsSign || !IsSpaced(previous, token) ? ""
                    : " ");
            }

            text.Append(token.Canonical);
            beforeIsSign = token.Kind == TokenKind.Symbol && token.Text is "-" or "+" or "~" && (before is null || EndsNothing(before.Value));
            before = token;
        }

        return text.ToString();
    }

    private static bool StartsClause(Token previous, Token token) =>
        token.Kind == TokenKind.Word
        && !previous.IsSymbol(".")
        && Array.Exists(ClauseStarts, token.IsWord)
        // IS DISTINCT FROM, DELETE FROM, DO UPDATE SET and what follows AS stay together.
        && !previous.IsWord("DISTINCT") && !previous.IsWord("UPDATE") && !previous.IsWord("AS") && !previous.IsWord("DELETE");

    private static bool IsSpaced(Token previous, Token token) =>
        !previous.IsSymbol("(") && !previous.IsSymbol(".")
        && !token.IsSymbol(")") && !token.IsSymbol(",") && !token.IsSymbol(".") && !token.IsSymbol(";")
        && !(token.IsSymbol("(") && previous.IsName && !SqliteKeywords.IsReserved(previous.Text));

    // What stands after it is the sign of a number and no operator between two.
    private static bool EndsNothing(Token token) => token.Kind switch
    {
        TokenKind.Symbol => token.Text != ")",
        TokenKind.Word => SqliteKeywords.IsReserved(token.Text),
        _ => false,
    };
}
