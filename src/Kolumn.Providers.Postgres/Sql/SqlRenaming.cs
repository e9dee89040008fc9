using System.Text;
using System.Text.RegularExpressions;
using Kolumn.Sdk.Sql;

namespace Kolumn.Providers.Postgres.Sql;

/// <summary>Other names for the objects in a statement or an expression.</summary>
internal static partial class SqlRenaming
{
    /// <summary>The statement with every <c>schema.name</c> moved; in strings only where they stand for an object: <c>nextval('a.b')</c>, <c>'a.b'::regclass</c>.</summary>
    /// <param name="schemaOf">Where the object is called so now; null when it stays.</param>
    public static string Move(string sql, Func<QualifiedName, string?> schemaOf) =>
        Rename(sql, name => schemaOf(name) is { } schema ? name with { Schema = schema } : null, qualifiers: false);

    /// <summary>The text with every <c>schema.name</c> under its new name, in strings as <see cref="Move"/> does it.</summary>
    /// <param name="rename">The new name; null when it stays.</param>
    /// <param name="qualifiers">Whether a column may be qualified by a renamed table: <c>users.id</c> of a query from <c>public.users</c>.</param>
    public static string Rename(string sql, Func<QualifiedName, QualifiedName?> rename, bool qualifiers)
    {
        var tokens = Tokens(sql);
        var edit = new Edit(sql);
        var tables = new Dictionary<string, string>(StringComparer.Ordinal);
        if (qualifiers)
        {
            for (var at = 0; at + 2 < tokens.Count; at++)
            {
                if (NameAt(tokens, at, sql) is { } name && rename(name) is { } now)
                {
                    tables[name.Name] = now.Name;
                }
            }
        }

        for (var at = 0; at < tokens.Count; at++)
        {
            if (tokens[at].Kind == SqlTokenKind.String)
            {
                if (SqlNames.ObjectIn(tokens, at, sql) is { } named && rename(named) is { } moved)
                {
                    edit.Replace(tokens[at], SqlLiteral.Quote($"{Spell(moved.Schema)}.{Spell(moved.Name)}"));
                }
            }
            else if (NameAt(tokens, at, sql) is { } name)
            {
                if (rename(name) is { } now)
                {
                    edit.Replace(tokens[at], now.Schema == name.Schema ? null : Spell(now.Schema));
                    edit.Replace(tokens[at + 2], now.Name == name.Name ? null : Spell(now.Name));
                }
                else if (tables.TryGetValue(name.Schema, out var table))
                {
                    edit.Replace(tokens[at], Spell(table));
                }

                at += 2;
            }
        }

        return edit.ToString();
    }

    /// <summary>The expression with a column under its new name.</summary>
    public static string RenameColumn(string sql, string from, string to)
    {
        var tokens = Tokens(sql);
        var edit = new Edit(sql);
        for (var at = 0; at < tokens.Count; at++)
        {
            var isCall = at + 1 < tokens.Count && tokens[at + 1].Is(sql, '(');
            var isQualifier = at + 1 < tokens.Count && tokens[at + 1].Is(sql, '.');
            var isType = at > 0 && tokens[at - 1].Is(sql, ':');
            if (SqlNames.IsName(tokens[at]) && !isCall && !isQualifier && !isType && SqlNames.ValueOf(tokens[at], sql) == from)
            {
                edit.Replace(tokens[at], Spell(to));
            }
        }

        return edit.ToString();
    }

    private static List<SqlToken> Tokens(string sql) => SqlScanner.Scan(sql, SqlDialect.Postgres).FindAll(token => token.Kind != SqlTokenKind.Comment);

    private static QualifiedName? NameAt(List<SqlToken> tokens, int at, string sql) =>
        at + 2 < tokens.Count && SqlNames.IsName(tokens[at]) && tokens[at + 1].Is(sql, '.') && SqlNames.IsName(tokens[at + 2])
            ? new QualifiedName(SqlNames.ValueOf(tokens[at], sql), SqlNames.ValueOf(tokens[at + 2], sql))
            : null;

    // As the server spells it, but for keywords.
    private static string Spell(string name) => Ordinary().IsMatch(name) ? name : SqlIdentifier.Quote(name);

    [GeneratedRegex("^[a-z_][a-z0-9_]*\\z", RegexOptions.NonBacktracking)]
    private static partial Regex Ordinary();

    /// <summary>A text while tokens of it are replaced, from the left to the right.</summary>
    private sealed class Edit(string sql)
    {
        private readonly StringBuilder _text = new();
        private int _copied;

        /// <param name="by">null leaves it.</param>
        public void Replace(SqlToken token, string? by)
        {
            if (by is not null)
            {
                _text.Append(sql, _copied, token.Start - _copied).Append(by);
                _copied = token.End;
            }
        }

        public override string ToString() => _text.Append(sql, _copied, sql.Length - _copied).ToString();
    }
}
