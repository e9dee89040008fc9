namespace Kolumn.Providers.Sqlite.Ddl;

/// <summary>
/// Which tables and views a query reads: the names after FROM and JOIN, between the commas of a FROM clause and after IN, in
/// every subquery; names that a WITH clause defines are its own. Exact enough for an order of execution, without a parser
/// for all of SQL.
/// </summary>
internal static class QuerySources
{
    private static readonly string[] ClauseEnds = ["WHERE", "GROUP", "HAVING", "WINDOW", "ORDER", "LIMIT", "UNION", "EXCEPT", "INTERSECT", "SELECT", "VALUES", "SET"];

    /// <summary>In the order of their appearance, each once.</summary>
    public static IReadOnlyList<string> Of(IReadOnlyList<Token> query)
    {
        var found = new List<string>();
        var defined = new HashSet<string>(SqliteName.Comparer);

        // For each open parenthesis: whether a FROM clause is being read in it, and whether a source comes next.
        var levels = new Stack<(bool InFrom, bool ExpectsSource)>([(false, false)]);
        for (var at = 0; at < query.Count; at++)
        {
            var (inFrom, expects) = levels.Pop();
            var token = query[at];
            switch (token)
            {
                case { Kind: TokenKind.Symbol, Text: "(" }:
                    levels.Push((inFrom, false));
                    levels.Push((expects, expects));
                    continue;
                case { Kind: TokenKind.Symbol, Text: ")" }:
                    if (levels.Count == 0)
                    {
                        levels.Push((false, false));
                    }

                    continue;
                case { Kind: TokenKind.Symbol, Text: "," }:
                    expects = inFrom;
                    break;
                case { Kind: TokenKind.Word } when token.IsWord("FROM") && !IsComparison(query, at):
                    (inFrom, expects) = (true, true);
                    break;
                case { Kind: TokenKind.Word } when token.IsWord("JOIN"):
                    expects = true;
                    break;
                case { Kind: TokenKind.Word } when token.IsWord("IN"):
                    expects = true;
                    break;
                case { Kind: TokenKind.Word } when Array.Exists(ClauseEnds, token.IsWord):
                    (inFrom, expects) = (false, false);
                    break;
                case { IsName: true } when IsDefinition(query, at):
                    defined.Add(token.Name);
                    break;
                case { IsName: true } when expects:
                    (at, var name) = Qualified(query, at);
                    if (at + 1 >= query.Count || !query[at + 1].IsSymbol("("))
                    {
                        found.Add(name);
                    }

                    expects = false;
                    break;
            }

            levels.Push((inFrom, expects));
        }

        return [.. found.Where(name => !defined.Contains(name)).Distinct(SqliteName.Comparer)];
    }

    /// <summary><c>IS [NOT] DISTINCT FROM</c></summary>
    private static bool IsComparison(IReadOnlyList<Token> query, int from) =>
        from >= 2 && query[from - 1].IsWord("DISTINCT") && (query[from - 2].IsWord("IS") || query[from - 2].IsWord("NOT"));

    /// <summary><c>name [(columns)] AS [NOT] [MATERIALIZED] (</c></summary>
    private static bool IsDefinition(IReadOnlyList<Token> query, int at)
    {
        var next = at + 1;
        if (next < query.Count && query[next].IsSymbol("("))
        {
            next = CanonicalSql.ClosingOf(query, next) + 1;
        }

        if (next >= query.Count || !query[next].IsWord("AS"))
        {
            return false;
        }

        next++;
        while (next < query.Count && (query[next].IsWord("NOT") || query[next].IsWord("MATERIALIZED")))
        {
            next++;
        }

        return next < query.Count && query[next].IsSymbol("(") && next + 1 < query.Count
            && (query[next + 1].IsWord("SELECT") || query[next + 1].IsWord("VALUES") || query[next + 1].IsWord("WITH"));
    }

    private static (int At, string Name) Qualified(IReadOnlyList<Token> query, int at) =>
        at + 2 < query.Count && query[at + 1].IsSymbol(".") && query[at + 2].IsName ? (at + 2, query[at + 2].Name) : (at, query[at].Name);
}
