using Kolumn.Providers.Sqlite.Ddl;

namespace Kolumn.Providers.Sqlite.Resources.Indexes;

/// <summary>Reads the text that SQLite stores for an index: https://www.sqlite.org/lang_createindex.html.</summary>
internal static class IndexDdl
{
    /// <exception cref="DdlException">The text is no CREATE INDEX.</exception>
    public static IndexDefinition Read(string text)
    {
        var sql = new DdlCursor(text);
        sql.Expect("CREATE");
        var unique = sql.TryTake("UNIQUE");
        sql.Expect("INDEX");
        sql.TryTake("IF", "NOT", "EXISTS");
        var name = sql.TakeQualifiedName();
        sql.Expect("ON");
        var table = sql.TakeName();
        var columns = DdlCursor.SplitAtCommas(sql.TakeParenthesised()).Select(Column).ToList();
        var where = sql.TryTake("WHERE") ? CanonicalSql.Expression([.. sql.TakeRest().Where(token => !token.IsSymbol(";"))]) : null;
        return new IndexDefinition { Name = name, Table = table, Unique = unique, Columns = columns, Where = where };
    }

    /// <summary><c>expression [COLLATE name] [ASC|DESC]</c>; an expression that is one name is that column.</summary>
    private static IndexColumn Column(IReadOnlyList<Token> tokens)
    {
        var end = tokens.Count;
        var descending = end > 1 && tokens[end - 1].IsWord("DESC");
        end -= descending || (end > 1 && tokens[end - 1].IsWord("ASC")) ? 1 : 0;
        var collation = end > 2 && tokens[end - 2].IsWord("COLLATE") ? tokens[end - 1].Name.ToUpperInvariant() : null;
        end -= collation is null ? 0 : 2;
        IReadOnlyList<Token> rest = [.. tokens.Take(end)];
        var column = new IndexColumn { Collation = collation, Descending = descending };
        return rest is [{ IsName: true } or { Kind: TokenKind.String }]
            ? column with { Column = rest[0].Name }
            : column with { Expression = CanonicalSql.Expression(rest) };
    }
}
