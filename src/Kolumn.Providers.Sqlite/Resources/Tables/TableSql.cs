using System.Text;
using Kolumn.Providers.Sqlite.Ddl;
using Kolumn.Sdk;
using Kolumn.Sdk.Sql;

namespace Kolumn.Providers.Sqlite.Resources.Tables;

/// <summary>Spells a table as SQL. Expressions are the user's own, checked when they were described.</summary>
internal static class TableSql
{
    /// <param name="table">What to create.</param>
    /// <param name="name">Under which name, when not under its own.</param>
    public static string Create(TableDefinition table, string? name = null)
    {
        var items = table.Columns.Select(column => Column(table, column))
            .Concat(TableKey(table))
            .Concat(table.UniqueConstraints.Select(unique => $"{Named(unique.Name)}UNIQUE ({KeyColumns(unique.Columns)}){OnConflict(unique.OnConflict)}"))
            .Concat(table.Checks.Select(Check))
            .Concat(table.ForeignKeys.Select(key => $"{Named(key.Name)}FOREIGN KEY ({SqlIdentifier.QuoteAll(key.Columns)}) {References(key)}"));
        var options = (table.WithoutRowid, table.Strict) switch
        {
            (true, true) => " WITHOUT ROWID, STRICT",
            (true, false) => " WITHOUT ROWID",
            (false, true) => " STRICT",
            _ => "",
        };
        return $"CREATE TABLE {SqlIdentifier.Quote(name ?? table.Name)} (\n  {string.Join(",\n  ", items)}\n){options}";
    }

    /// <param name="table">The table as it will be.</param>
    /// <param name="column">The new column.</param>
    /// <param name="checks">New checks to come with it.</param>
    /// <param name="key">A new foreign key of this column alone.</param>
    public static string AddColumn(TableDefinition table, ColumnDefinition column, IEnumerable<CheckConstraint> checks, ForeignKey? key)
    {
        var constraints = checks.Select(Check).Concat(key is null ? [] : [Named(key.Name) + References(key)]);
        return $"ALTER TABLE {SqlIdentifier.Quote(table.Name)} ADD COLUMN {string.Join(' ', constraints.Prepend(Column(table, column)))}";
    }

    /// <summary>With everything that names it: foreign keys, views and triggers, wherever they are.</summary>
    public static IReadOnlyList<Statement> Rename(string from, string to) => Following($"ALTER TABLE {SqlIdentifier.Quote(from)} RENAME TO {SqlIdentifier.Quote(to)}");

    public static IReadOnlyList<Statement> RenameColumn(string table, string from, string to) =>
        Following($"ALTER TABLE {SqlIdentifier.Quote(table)} RENAME COLUMN {SqlIdentifier.Quote(from)} TO {SqlIdentifier.Quote(to)}");

    // The session renames without touching the rest, as a rebuild needs it: https://www.sqlite.org/pragma.html#pragma_legacy_alter_table
    private static IReadOnlyList<Statement> Following(string rename) =>
        [new("PRAGMA legacy_alter_table = OFF"), new(rename), new("PRAGMA legacy_alter_table = ON")];

    public static string KeyColumn(KeyColumn column) =>
        SqlIdentifier.Quote(column.Name) + (column.Collation is { } collation ? $" COLLATE {SqlIdentifier.Quote(collation)}" : "") + (column.Descending ? " DESC" : "");

    /// <summary>Whether the default needs no parentheses: https://www.sqlite.org/syntax/column-constraint.html.</summary>
    public static bool IsPlainDefault(string expression) => Tokenizer.TryScan(expression) switch
    {
        [{ Kind: TokenKind.String or TokenKind.Blob or TokenKind.Number }] => true,
        [{ Text: "-" or "+" }, { Kind: TokenKind.Number }] => true,
        [var word] => word.IsWord("TRUE") || word.IsWord("FALSE") || IsCurrentTime(word),
        _ => false,
    };

    public static bool IsCurrentTime(Token word) => word.IsWord("CURRENT_TIMESTAMP") || word.IsWord("CURRENT_DATE") || word.IsWord("CURRENT_TIME");

    private static string Column(TableDefinition table, ColumnDefinition column)
    {
        var sql = new StringBuilder(SqlIdentifier.Quote(column.Name));
        if (column.Type is { } type)
        {
            sql.Append(' ').Append(type);
        }

        if (InlineKey(table) is { } key && SqliteName.AreEqual(key.Columns[0].Name, column.Name))
        {
            sql.Append(' ').Append(Named(key.Name)).Append("PRIMARY KEY").Append(key.Columns[0].Descending ? " DESC" : "").Append(OnConflict(key.OnConflict)).Append(key.Autoincrement ? " AUTOINCREMENT" : "");
        }

        if (!column.Nullable)
        {
            sql.Append(" NOT NULL").Append(OnConflict(column.NullConflict));
        }

        if (column.Default is { } expression)
        {
            sql.Append(" DEFAULT ").Append(IsPlainDefault(expression) ? expression : $"({expression})");
        }

        if (column.Collation is { } collation)
        {
            sql.Append(" COLLATE ").Append(SqlIdentifier.Quote(collation));
        }

        if (column.Generated is { } generated)
        {
            sql.Append(" GENERATED ALWAYS AS (").Append(generated).Append(column.Stored ? ") STORED" : ") VIRTUAL");
        }

        return sql.ToString();
    }

    /// <summary>A key of one column stands at the column: only there INTEGER with DESC or AUTOINCREMENT means what it says.</summary>
    private static PrimaryKey? InlineKey(TableDefinition table) => table.PrimaryKey is { Columns: [{ Collation: null }] } key ? key : null;

    private static IEnumerable<string> TableKey(TableDefinition table) => table.PrimaryKey is { } key && InlineKey(table) is null
        ? [$"{Named(key.Name)}PRIMARY KEY ({KeyColumns(key.Columns)}){OnConflict(key.OnConflict)}"]
        : [];

    private static string KeyColumns(IEnumerable<KeyColumn> columns) => string.Join(", ", columns.Select(KeyColumn));

    private static string Check(CheckConstraint check) => $"{Named(check.Name)}CHECK ({check.Expression})";

    private static string References(ForeignKey key) =>
        $"REFERENCES {SqlIdentifier.Quote(key.Table)}"
        + (key.ReferencedColumns.Count > 0 ? $" ({SqlIdentifier.QuoteAll(key.ReferencedColumns)})" : "")
        + (key.OnDelete is { } onDelete ? $" ON DELETE {onDelete}" : "")
        + (key.OnUpdate is { } onUpdate ? $" ON UPDATE {onUpdate}" : "")
        + (key.InitiallyDeferred ? " DEFERRABLE INITIALLY DEFERRED" : "");

    private static string Named(string? constraint) => constraint is null ? "" : $"CONSTRAINT {SqlIdentifier.Quote(constraint)} ";

    private static string OnConflict(string? action) => action is null ? "" : $" ON CONFLICT {action}";
}
