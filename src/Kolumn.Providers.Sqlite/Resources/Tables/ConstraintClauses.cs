using Kolumn.Providers.Sqlite.Ddl;
using Kolumn.Sdk.Sql;

namespace Kolumn.Providers.Sqlite.Resources.Tables;

/// <summary>The clauses that constraints of columns and constraints of tables have in common: https://www.sqlite.org/syntax/column-constraint.html.</summary>
internal static class ConstraintClauses
{
    /// <summary>
    /// https://www.sqlite.org/lang_createtable.html#dfltval; a name where a value is expected is a string to SQLite.
    /// </summary>
    public static string? Default(DdlCursor sql)
    {
        if (sql.IsAtSymbol("("))
        {
            return NoNull(CanonicalSql.Expression(sql.TakeParenthesised()));
        }

        var sign = sql.TryTakeSymbol("-") ? "-" : "";
        if (sign.Length == 0)
        {
            sql.TryTakeSymbol("+");
        }

        var token = sql.Take();
        return NoNull(token.Kind switch
        {
            TokenKind.QuotedName => SqlLiteral.Quote(token.Name),
            TokenKind.Word when IsValueWord(token) => token.Text.ToUpperInvariant(),
            TokenKind.Word => SqlLiteral.Quote(token.Text),
            _ => sign + token.Canonical,
        });
    }

    public static ForeignKey Reference(DdlCursor sql, string? name, IReadOnlyList<string> columns)
    {
        var key = new ForeignKey(name, columns, sql.TakeName());
        if (sql.IsAtSymbol("("))
        {
            key = key with { ReferencedColumns = [.. KeyColumns(sql.TakeParenthesised()).Select(column => column.Name)] };
        }

        while (true)
        {
            if (sql.TryTake("ON", "DELETE"))
            {
                key = key with { OnDelete = ReferenceAction(sql) };
            }
            else if (sql.TryTake("ON", "UPDATE"))
            {
                key = key with { OnUpdate = ReferenceAction(sql) };
            }
            else if (sql.TryTake("ON", "INSERT"))
            {
                ReferenceAction(sql);
            }
            else if (sql.TryTake("MATCH"))
            {
                sql.TakeName();
            }
            else if (Deferral(sql) is { } deferred)
            {
                key = key with { InitiallyDeferred = deferred };
            }
            else
            {
                return key;
            }
        }
    }

    /// <summary>Whether the check waits for the commit; null when nothing of the kind stands here. DEFERRABLE alone does not wait.</summary>
    public static bool? Deferral(DdlCursor sql)
    {
        var not = sql.TryTake("NOT", "DEFERRABLE");
        if (!not && !sql.TryTake("DEFERRABLE"))
        {
            return null;
        }

        var deferred = sql.TryTake("INITIALLY", "DEFERRED");
        _ = deferred || sql.TryTake("INITIALLY", "IMMEDIATE");
        return deferred && !not;
    }

    public static List<KeyColumn> KeyColumns(IReadOnlyList<Token> list)
    {
        var columns = new List<KeyColumn>();
        foreach (var element in DdlCursor.SplitAtCommas(list))
        {
            var cursor = new DdlCursor(element);
            var name = cursor.TakeName();
            var collation = cursor.TryTake("COLLATE") ? cursor.TakeName().ToUpperInvariant() : null;
            var descending = cursor.TryTake("DESC");
            _ = descending || cursor.TryTake("ASC");
            columns.Add(cursor.AtEnd ? new KeyColumn(name, descending, collation) : throw cursor.Unexpected("',' or ')'"));
        }

        return columns;
    }

    public static string? OnConflict(DdlCursor sql)
    {
        if (!sql.TryTake("ON", "CONFLICT"))
        {
            return null;
        }

        var action = sql.Take().Text.ToUpperInvariant();
        return action == "ABORT" ? null : action;
    }

    /// <summary>BINARY is what a column has without being told.</summary>
    public static string? CollationName(string name) => name.Equals("BINARY", StringComparison.OrdinalIgnoreCase) ? null : name.ToUpperInvariant();

    private static bool IsValueWord(Token token) =>
        Array.Exists(["NULL", "TRUE", "FALSE", "CURRENT_TIMESTAMP", "CURRENT_DATE", "CURRENT_TIME"], token.IsWord);

    private static string? NoNull(string expression) => expression.Equals("NULL", StringComparison.OrdinalIgnoreCase) ? null : expression;

    private static string? ReferenceAction(DdlCursor sql) =>
        sql.TryTake("NO", "ACTION") ? null
        : sql.TryTake("SET", "NULL") ? "SET NULL"
        : sql.TryTake("SET", "DEFAULT") ? "SET DEFAULT"
        : sql.Take().Text.ToUpperInvariant();
}
