using System.Text;
using Kolumn.Sdk.Sql;

namespace Kolumn.Providers.Postgres.Sql;

/// <summary>Other schemas for the qualified names in a statement.</summary>
internal static class SqlRenaming
{
    /// <summary>The statement with every <c>schema.name</c> moved; in strings only where they stand for an object: <c>nextval('a.b')</c>, <c>'a.b'::regclass</c>.</summary>
    /// <param name="schemaOf">Where the object is called so now; null when it stays.</param>
    public static string Move(string sql, Func<QualifiedName, string?> schemaOf)
    {
        var tokens = SqlScanner.Scan(sql, SqlDialect.Postgres).FindAll(token => token.Kind != SqlTokenKind.Comment);
        var text = new StringBuilder();
        var copied = 0;
        for (var at = 0; at < tokens.Count; at++)
        {
            if (tokens[at].Kind == SqlTokenKind.String)
            {
                if (SqlNames.ObjectIn(tokens, at, sql) is { } named && schemaOf(named) is { } moved)
                {
                    Replace(tokens[at], SqlLiteral.Quote(new QualifiedName(moved, named.Name).Quoted));
                }
            }
            else if (at + 2 < tokens.Count && SqlNames.IsName(tokens[at]) && tokens[at + 1].Is(sql, '.') && SqlNames.IsName(tokens[at + 2]))
            {
                var name = new QualifiedName(SqlNames.ValueOf(tokens[at], sql), SqlNames.ValueOf(tokens[at + 2], sql));
                if (schemaOf(name) is { } schema)
                {
                    Replace(tokens[at], SqlIdentifier.Quote(schema));
                }

                at += 2;
            }
        }

        return text.Append(sql, copied, sql.Length - copied).ToString();

        void Replace(SqlToken token, string by)
        {
            text.Append(sql, copied, token.Start - copied).Append(by);
            copied = token.End;
        }
    }
}
