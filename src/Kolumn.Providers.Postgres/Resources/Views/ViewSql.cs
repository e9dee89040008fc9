using System.Text;
using Kolumn.Providers.Postgres.Sql;
using Kolumn.Sdk;
using Kolumn.Sdk.Sql;

namespace Kolumn.Providers.Postgres.Resources.Views;

/// <summary>Views as SQL: PostgreSQL manual, CREATE VIEW.</summary>
internal static class ViewSql
{
    public static IReadOnlyList<Statement> Create(ViewDefinition view)
    {
        var create = new Statement($"CREATE VIEW {view.Identity.Quoted} AS\n{view.Query}");
        return view.Comment is null ? [create] : [create, Comment(view)];
    }

    public static Statement Replace(ViewDefinition view) => new($"CREATE OR REPLACE VIEW {view.Identity.Quoted} AS\n{view.Query}");

    public static Statement Drop(ViewDefinition view) => new($"DROP VIEW {view.Identity.Quoted}");

    public static Statement Comment(ViewDefinition view) =>
        new($"COMMENT ON VIEW {view.Identity.Quoted} IS {(view.Comment is null ? "NULL" : SqlLiteral.Quote(view.Comment))}");

    /// <summary>The query with every <c>schema.relation</c> that is tried out too renamed to where that happens.</summary>
    public static string QueryIn(Scratch scratch, string query)
    {
        var tokens = SqlScanner.Scan(query, SqlDialect.Postgres).FindAll(token => token.Kind != SqlTokenKind.Comment);
        var text = new StringBuilder();
        var copied = 0;
        for (var at = 0; at + 2 < tokens.Count; at++)
        {
            if (!SqlNames.IsName(tokens[at]) || !tokens[at + 1].Is(query, '.') || !SqlNames.IsName(tokens[at + 2]))
            {
                continue;
            }

            var relation = new QualifiedName(SqlNames.ValueOf(tokens[at], query), SqlNames.ValueOf(tokens[at + 2], query));
            if (scratch.Holds(relation))
            {
                text.Append(query, copied, tokens[at].Start - copied).Append(SqlIdentifier.Quote(scratch.SchemaOf(relation.Schema)));
                copied = tokens[at].End;
            }
        }

        return text.Append(query, copied, query.Length - copied).ToString();
    }
}
