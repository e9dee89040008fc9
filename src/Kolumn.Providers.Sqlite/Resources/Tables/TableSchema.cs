using Kolumn.Protocol.Schema;
using static Kolumn.Providers.Sqlite.Resources.Attributes;

namespace Kolumn.Providers.Sqlite.Resources.Tables;

/// <summary>What a user may write about a table.</summary>
internal static class TableSchema
{
    private const string Columns = "Columns by name, or as objects {column, order, collation}.";
    private const string Conflict = "What happens instead of a failure";

    public static ObjectType Schema { get; } = new()
    {
        Attributes = new Dictionary<string, AttributeSchema>
        {
            ["name"] = Name("table"),
            ["columns"] = ListOf(Object("A column.", Column()), "The columns in their order.", required: true),
            ["primary_key"] = Any("The key's columns as a list, or {name, columns, autoincrement, on_conflict}."),
            ["unique_constraints"] = ListOf(Any("A list of columns, or {name, columns, on_conflict}."), "Sets of columns whose values are unique together."),
            ["checks"] = ListOf(Any("An expression, or {name, expression}."), "Conditions that every row meets."),
            ["foreign_keys"] = ListOf(Object("A foreign key.", ForeignKey()), "References to other tables."),
            ["without_rowid"] = Flag("Store the rows in the primary key itself: WITHOUT ROWID."),
            ["strict"] = Flag("Let SQLite enforce the columns' types: STRICT."),
            ["dependants"] = Dependants("The table's indexes and triggers as SQLite stores them."),
        },
    };

    private static Dictionary<string, AttributeSchema> Column() => new()
    {
        ["name"] = Text("The column's name.", required: true),
        ["type"] = Text("For example INTEGER, TEXT, NUMERIC(10,2)."),
        ["nullable"] = Flag("Whether it may be NULL: true, except in a primary key."),
        ["not_null"] = Flag("The same the other way round."),
        ["on_null"] = OneOf(Conflict, "ROLLBACK", "ABORT", "FAIL", "IGNORE", "REPLACE"),
        ["default"] = Any("A literal or an SQL expression."),
        ["primary_key"] = Flag("Whether it is part of the primary key."),
        ["autoincrement"] = Flag("Never use a number again: AUTOINCREMENT."),
        ["identity"] = Flag("The same as autoincrement."),
        ["unique"] = Flag("Whether its values are unique."),
        ["check"] = Text("A condition that every row meets."),
        ["collation"] = Text("BINARY, NOCASE, RTRIM or the application's own."),
        ["generated"] = Text("The expression of a generated column."),
        ["stored"] = Flag("Keep the generated value in the table instead of computing it on each read."),
        ["references"] = Any("The table, or table.column, that the column points to."),
        ["referenced_columns"] = ListOf(Text("A column."), "Of the other table; its primary key when left out."),
        ["on_delete"] = Action("deleted"),
        ["on_update"] = Action("changed"),
        ["initially_deferred"] = Flag("Check at the end of the transaction."),
    };

    private static Dictionary<string, AttributeSchema> ForeignKey() => new()
    {
        ["name"] = Text("The constraint's name."),
        ["columns"] = ListOf(Any("A column."), Columns, required: true),
        ["references"] = Any("The other table: its name, table.column or the resource.", required: true) with { References = ["table"] },
        ["referenced_columns"] = ListOf(Text("A column."), "Of the other table; its primary key when left out."),
        ["on_delete"] = Action("deleted"),
        ["on_update"] = Action("changed"),
        ["initially_deferred"] = Flag("Check at the end of the transaction."),
    };

    private static AttributeSchema Action(string happening) =>
        OneOf($"What happens to the row when the one it points to is {happening}", "NO ACTION", "RESTRICT", "CASCADE", "SET NULL", "SET DEFAULT");
}
