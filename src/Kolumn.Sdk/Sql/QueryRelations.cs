namespace Kolumn.Sdk.Sql;

/// <summary>
/// The tables and views that a query may read: the names that stand where a FROM or JOIN expects a relation. Names of common
/// table expressions are among them; whoever asks knows which relations exist.
/// </summary>
public static class QueryRelations
{
    /// <summary>A relation as the query names it.</summary>
    /// <param name="Schema">null when the name is not qualified.</param>
    /// <param name="Start">Where it begins in the text.</param>
    public readonly record struct Mention(string? Schema, string Name, int Start);

    public static IReadOnlyList<Mention> In(string query, SqlDialect dialect)
    {
        var mentions = new List<Mention>();
        var tokens = SqlScanner.Scan(query, dialect).FindAll(token => token.Kind != SqlTokenKind.Comment);

        // One entry for every open parenthesis: whether a comma in it starts another relation.
        var inFrom = new Stack<bool>([false]);
        var expected = false;
        for (var at = 0; at < tokens.Count; at++)
        {
            var token = tokens[at];
            if (token.Is(query, '('))
            {
                // "FROM (a JOIN b …)" lists relations in parentheses, "FROM (SELECT …)" does not.
                inFrom.Push(expected);
            }
            else if (token.Is(query, ')'))
            {
                expected = false;
                if (inFrom.Count > 1)
                {
                    inFrom.Pop();
                }
            }
            else if (token.Is(query, ','))
            {
                expected = inFrom.Peek();
            }
            else if (token.Kind == SqlTokenKind.Word && Clause(token.In(query)) is { } clause)
            {
                expected = clause == ClauseKind.Relation || (clause == ClauseKind.Modifier && expected);
                if (clause != ClauseKind.Modifier && clause != ClauseKind.Condition)
                {
                    inFrom.Pop();
                    inFrom.Push(clause == ClauseKind.Relation);
                }
            }
            else if (expected && IsName(token))
            {
                expected = false;
                if (at + 2 < tokens.Count && tokens[at + 1].Is(query, '.') && IsName(tokens[at + 2]))
                {
                    mentions.Add(new Mention(ValueOf(token), ValueOf(tokens[at + 2]), token.Start));
                    at += 2;
                }
                else
                {
                    mentions.Add(new Mention(null, ValueOf(token), token.Start));
                }
            }
            else
            {
                expected = false;
            }
        }

        return mentions;

        string ValueOf(SqlToken name) => SqlIdentifier.Unquote(name.In(query).ToString(), dialect);
    }

    private static bool IsName(SqlToken token) => token.Kind is SqlTokenKind.Word or SqlTokenKind.QuotedName;

    private enum ClauseKind
    {
        /// <summary>A relation follows.</summary>
        Relation,

        /// <summary>May stand between FROM and the relation.</summary>
        Modifier,

        /// <summary>Follows a join; a comma after it starts the next relation.</summary>
        Condition,

        /// <summary>Ends the list of relations.</summary>
        End,
    }

    private static ClauseKind? Clause(ReadOnlySpan<char> word)
    {
        Span<char> upper = stackalloc char[16];
        if (word.Length > upper.Length)
        {
            return null;
        }

        word.ToUpperInvariant(upper);
        return upper[..word.Length] switch
        {
            "FROM" or "JOIN" or "STRAIGHT_JOIN" => ClauseKind.Relation,
            "ONLY" or "LATERAL" => ClauseKind.Modifier,
            "ON" or "USING" => ClauseKind.Condition,
            "SELECT" or "WHERE" or "GROUP" or "HAVING" or "WINDOW" or "ORDER" or "LIMIT" or "OFFSET" or "FETCH" or "UNION" or "INTERSECT"
                or "EXCEPT" or "VALUES" or "WITH" or "RETURNING" => ClauseKind.End,
            _ => null,
        };
    }
}
