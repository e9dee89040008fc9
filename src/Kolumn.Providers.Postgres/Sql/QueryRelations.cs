using Kolumn.Sdk.Sql;

namespace Kolumn.Providers.Postgres.Sql;

/// <summary>
/// The tables and views that a query may read: the names that stand where a FROM or JOIN expects a relation. Names of common
/// table expressions are among them; whoever asks knows which relations exist.
/// </summary>
internal static class QueryRelations
{
    /// <summary>A relation as the query names it.</summary>
    /// <param name="Schema">null when the name is not qualified.</param>
    public readonly record struct Mention(string? Schema, string Name)
    {
        /// <summary>An unqualified name is looked for in the default schema.</summary>
        public QualifiedName Relation => new(Schema ?? QualifiedName.DefaultSchema, Name);
    }

    public static IReadOnlyList<Mention> In(string query)
    {
        var mentions = new List<Mention>();
        var tokens = SqlScanner.Scan(query, SqlDialect.Postgres).FindAll(token => token.Kind != SqlTokenKind.Comment);

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
            else if (expected && SqlNames.IsName(token))
            {
                expected = false;
                if (at + 2 < tokens.Count && tokens[at + 1].Is(query, '.') && SqlNames.IsName(tokens[at + 2]))
                {
                    mentions.Add(new Mention(SqlNames.ValueOf(token, query), SqlNames.ValueOf(tokens[at + 2], query)));
                    at += 2;
                }
                else
                {
                    mentions.Add(new Mention(null, SqlNames.ValueOf(token, query)));
                }
            }
            else
            {
                expected = false;
            }
        }

        return mentions;
    }

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
            "FROM" or "JOIN" => ClauseKind.Relation,
            "ONLY" or "LATERAL" => ClauseKind.Modifier,
            "ON" or "USING" => ClauseKind.Condition,
            "SELECT" or "WHERE" or "GROUP" or "HAVING" or "WINDOW" or "ORDER" or "LIMIT" or "OFFSET" or "FETCH" or "UNION" or "INTERSECT"
                or "EXCEPT" or "VALUES" or "WITH" or "RETURNING" => ClauseKind.End,
            _ => null,
        };
    }
}
