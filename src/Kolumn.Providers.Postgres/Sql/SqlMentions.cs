using Kolumn.Sdk.Sql;

namespace Kolumn.Providers.Postgres.Sql;

/// <summary>
/// The objects that a piece of SQL may need, by where a name stands: relations behind FROM and JOIN, functions before a
/// parenthesis, types behind a cast, sequences in <c>nextval('…')</c>. Whoever asks knows which of them exist; a name without a
/// schema is looked for in the default one.
/// </summary>
internal static class SqlMentions
{
    public enum Kind
    {
        Relation,
        Function,
        Type,
        Sequence,
    }

    public readonly record struct Mention(Kind Kind, QualifiedName Name);

    /// <summary>Each of them once.</summary>
    public static IReadOnlyCollection<Mention> In(string? sql)
    {
        var mentions = new HashSet<Mention>();

        // Asked for every expression of every plan, and most are as short as "0" or "n > 0".
        var hasRelations = sql?.Contains("from", StringComparison.OrdinalIgnoreCase) == true || sql?.Contains("join", StringComparison.OrdinalIgnoreCase) == true;
        if (sql is null || !(hasRelations || sql.Contains('(', StringComparison.Ordinal) || sql.Contains("::", StringComparison.Ordinal)))
        {
            return mentions;
        }

        foreach (var relation in hasRelations ? QueryRelations.In(sql, SqlDialect.Postgres) : [])
        {
            mentions.Add(new Mention(Kind.Relation, new QualifiedName(relation.Schema ?? QualifiedName.DefaultSchema, relation.Name)));
        }

        var tokens = SqlScanner.Scan(sql, SqlDialect.Postgres).FindAll(token => token.Kind != SqlTokenKind.Comment);
        for (var at = 0; at < tokens.Count; at++)
        {
            if (tokens[at].Kind == SqlTokenKind.String && SqlNames.ObjectIn(tokens, at, sql) is { } named)
            {
                mentions.Add(new Mention(Kind.Sequence, named));
            }

            if (!SqlNames.IsName(tokens[at]))
            {
                continue;
            }

            var first = at;
            var name = new QualifiedName(QualifiedName.DefaultSchema, SqlNames.ValueOf(tokens[at], sql));
            if (at + 2 < tokens.Count && tokens[at + 1].Is(sql, '.') && SqlNames.IsName(tokens[at + 2]))
            {
                name = new QualifiedName(name.Name, SqlNames.ValueOf(tokens[at + 2], sql));
                at += 2;
            }

            if (at + 1 < tokens.Count && tokens[at + 1].Is(sql, '('))
            {
                mentions.Add(new Mention(Kind.Function, name));
            }

            if (IsBehindCast(tokens, first, sql))
            {
                mentions.Add(new Mention(Kind.Type, name));
            }
        }

        return mentions;
    }

    // "x::type" and "CAST (x AS type)"; behind AS an alias stands more often, which names no type.
    private static bool IsBehindCast(List<SqlToken> tokens, int at, string sql) =>
        (at >= 2 && tokens[at - 1].Is(sql, ':') && tokens[at - 2].Is(sql, ':'))
        || (at >= 1 && tokens[at - 1].Kind == SqlTokenKind.Word && tokens[at - 1].In(sql).Equals("AS", StringComparison.OrdinalIgnoreCase));
}
