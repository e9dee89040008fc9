using Kolumn.Sdk.Sql;

namespace Kolumn.Providers.Postgres.Sql;

/// <summary>What names in a user's SQL mean: unquoted ones are folded to lower case (PostgreSQL manual, section 4.1.1).</summary>
internal static class SqlNames
{
    private static readonly string[] SequenceCalls = ["nextval", "currval", "setval"];

    public static string ValueOf(SqlToken token, string text)
    {
        var spelled = token.In(text).ToString();
        return token.Kind == SqlTokenKind.QuotedName
            ? spelled[1..^1].Replace("\"\"", "\"", StringComparison.Ordinal)
            : spelled.ToLowerInvariant();
    }

    public static bool IsName(SqlToken token) => token.Kind is SqlTokenKind.Word or SqlTokenKind.QuotedName;

    /// <summary>The object that the string at <paramref name="at"/> names because a regclass is expected there; null when it is just a text.</summary>
    public static QualifiedName? ObjectIn(IReadOnlyList<SqlToken> tokens, int at, string sql)
    {
        var spelled = tokens[at].In(sql);
        if (spelled.Length < 2 || spelled[0] != '\'' || !(IsArgumentOfSequenceCall(tokens, at, sql) || IsCastToRegclass(tokens, at, sql)))
        {
            return null;
        }

        var content = spelled[1..^1].ToString().Replace("''", "'", StringComparison.Ordinal);
        var names = SqlScanner.Scan(content, SqlDialect.Postgres);
        return names switch
        {
            [var name] when IsName(name) => new QualifiedName(QualifiedName.DefaultSchema, ValueOf(name, content)),
            [var schema, var dot, var name] when IsName(schema) && dot.Is(content, '.') && IsName(name) => new QualifiedName(ValueOf(schema, content), ValueOf(name, content)),
            _ => null,
        };
    }

    private static bool IsArgumentOfSequenceCall(IReadOnlyList<SqlToken> tokens, int at, string sql) =>
        at >= 2 && tokens[at - 1].Is(sql, '(') && SequenceCalls.Contains(ValueOf(tokens[at - 2], sql));

    private static bool IsCastToRegclass(IReadOnlyList<SqlToken> tokens, int at, string sql) =>
        at + 3 < tokens.Count && tokens[at + 1].Is(sql, ':') && tokens[at + 2].Is(sql, ':') && ValueOf(tokens[at + 3], sql) == "regclass";
}
