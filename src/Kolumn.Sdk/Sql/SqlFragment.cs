namespace Kolumn.Sdk.Sql;

/// <summary>What a piece of a user's SQL is to become part of.</summary>
public enum SqlFragmentKind
{
    /// <summary>A check, a default, an index expression: no comment and no semicolon in it.</summary>
    Expression,

    /// <summary>A view's query: comments are allowed, a semicolon is not.</summary>
    Query,

    /// <summary>A trigger's or function's body: statements divided by semicolons.</summary>
    Statements,
}

/// <summary>
/// A sanity check on SQL that a user wrote and that becomes part of a statement: it must end where it seems to end, so that
/// what the statement says after it keeps its meaning. Whether it is good SQL is for the database to say.
/// </summary>
public static class SqlFragment
{
    /// <summary>Why <paramref name="text"/> cannot stand in a statement, for a user to read; null when it can.</summary>
    public static string? FaultOf(string? text, SqlFragmentKind kind, SqlDialect dialect)
    {
        if (string.IsNullOrWhiteSpace(text))
        {
            return "it is empty";
        }

        if (text.Contains('\0', StringComparison.Ordinal))
        {
            return "it holds the NUL character";
        }

        var open = new Stack<SqlToken>();
        foreach (var token in SqlScanner.Scan(text, dialect))
        {
            if (dialect.MySqlComments && token.Kind == SqlTokenKind.Comment && IsRun(token.In(text)))
            {
                return $"the comment at position {token.Start + 1} would be run by the server";
            }

            if (TokenFault(text, token, kind, open) is { } fault)
            {
                return fault;
            }
        }

        return open.TryPop(out var unclosed) ? $"'{text[unclosed.Start]}' at position {unclosed.Start + 1} is never closed" : null;
    }

    private static bool IsRun(ReadOnlySpan<char> comment) =>
        comment.StartsWith("/*!", StringComparison.Ordinal) || comment.StartsWith("/*M!", StringComparison.OrdinalIgnoreCase);

    private static string? TokenFault(string text, SqlToken token, SqlFragmentKind kind, Stack<SqlToken> open)
    {
        var place = $"at position {token.Start + 1}";
        switch (token.Kind)
        {
            case SqlTokenKind.Comment when kind == SqlFragmentKind.Expression:
                return $"the comment {place} has no place in an expression";
            case SqlTokenKind.Comment when !token.Closed:
                return $"the comment {place} never ends: it would swallow what follows";
            case SqlTokenKind.String or SqlTokenKind.QuotedName when !token.Closed:
                return $"the quote {place} is never closed";
            case not SqlTokenKind.Symbol:
                return null;
        }

        switch (text[token.Start])
        {
            case ';' when kind != SqlFragmentKind.Statements:
                return $"the semicolon {place} would end the statement: leave it out";
            case '(' or '[':
                open.Push(token);
                return null;
            case ')' or ']':
                var expected = text[token.Start] == ')' ? '(' : '[';
                return open.TryPop(out var opening) && text[opening.Start] == expected
                    ? null
                    : $"'{text[token.Start]}' {place} closes nothing";
            default:
                return null;
        }
    }
}
