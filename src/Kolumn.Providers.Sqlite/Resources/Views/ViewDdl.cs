using Kolumn.Providers.Sqlite.Ddl;
using Kolumn.Sdk.Sql;

namespace Kolumn.Providers.Sqlite.Resources.Views;

/// <summary>Reads the text that SQLite stores for a view and writes it: https://www.sqlite.org/lang_createview.html.</summary>
internal static class ViewDdl
{
    /// <exception cref="DdlException">The text is no CREATE VIEW.</exception>
    public static ViewDefinition Read(string text)
    {
        var sql = new DdlCursor(text);
        sql.Expect("CREATE");
        _ = sql.TryTake("TEMP") || sql.TryTake("TEMPORARY");
        sql.Expect("VIEW");
        sql.TryTake("IF", "NOT", "EXISTS");
        var name = sql.TakeQualifiedName();
        List<string> columns = sql.IsAtSymbol("(") ? [.. DdlCursor.SplitAtCommas(sql.TakeParenthesised()).Select(column => column[0].Name)] : [];
        sql.Expect("AS");
        return new ViewDefinition { Name = name, Columns = columns, Query = CanonicalSql.Statements([.. sql.TakeRest().Where(token => !token.IsSymbol(";"))]) };
    }

    public static string Create(ViewDefinition view) =>
        $"CREATE VIEW {SqlIdentifier.Quote(view.Name)}{(view.Columns.Count > 0 ? $" ({SqlIdentifier.QuoteAll(view.Columns)})" : "")} AS\n{view.Query}";
}
