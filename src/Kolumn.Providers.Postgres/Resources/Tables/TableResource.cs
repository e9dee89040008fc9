using Kolumn.Protocol.Schema;
using Kolumn.Providers.Postgres.Resources.Roles;
using static Kolumn.Sdk.Resources.Attributes;

namespace Kolumn.Providers.Postgres.Resources.Tables;

/// <summary>What a user may write about a table.</summary>
internal static class TableResource
{
    public const string Type = "table";

    private static readonly string[] Actions = ["no action", "no_action", "restrict", "cascade", "set null", "set_null", "set default", "set_default"];

    public static ObjectType Schema { get; } = new()
    {
        Attributes = new Dictionary<string, AttributeSchema>
        {
            ["name"] = Text("The table's name; taken literally, upper case stays upper case.", required: true),
            ["schema"] = Reference("Name of the schema, or a schema resource. Default: public.", ["schema"]),
            ["columns"] = Objects("The columns.", Column(), required: true),
            ["primary_key"] = Any("The columns of the primary key: a list of names, or an object with columns, name, include, deferrable, initially_deferred."),
            ["unique_constraints"] = Objects("Unique constraints.", Unique()),
            ["checks"] = Objects("Check constraints.", Check()),
            ["foreign_keys"] = Objects("Foreign keys.", ForeignKey()),
            ["exclusions"] = Objects("Exclusion constraints.", Exclusion()),
            ["partition_by"] = Any("Divides the rows among partitions: RANGE, LIST or HASH with columns or expressions, or { range = [columns] }."),
            ["storage_parameters"] = new AttributeSchema { Type = AttributeTypes.Map, Description = "Such as fillfactor; toast.… for the table behind the long values." },
            ["row_level_security"] = Flag("Which rows a role sees is for policies to say."),
            ["force_row_level_security"] = Flag("Policies hold for the owner too."),
            ["unlogged"] = Flag("Not written to the log: faster, and empty after a crash."),
            ["comment"] = Text("Description stored with the table."),
            ["owner"] = RoleResource.Owner,
        },
    };

    private static Dictionary<string, AttributeSchema> Column() => new()
    {
        ["name"] = Text("The column's name.", required: true),
        ["type"] = Reference("Any type of the server, in any spelling it takes, or a type resource; serial and its kin make an owned sequence.", ["type"], required: true),
        ["nullable"] = Flag("Whether NULL is allowed.", standard: true),
        ["not_null"] = Flag("The opposite of nullable."),
        ["default"] = Any("A number, a boolean, a text, or an SQL expression such as now()."),
        ["generated"] = Text("Expression of a stored generated column."),
        ["identity"] = Any("true or by_default, always, or an object with generation, start, increment, min, max, cache, cycle."),
        ["serial"] = Flag("The default draws from a sequence owned by the column; what the types serial, bigserial and smallserial mean."),
        ["collation"] = Text("Name of a collation, qualified if need be."),
        ["primary_key"] = Flag("The column is the primary key, or part of it."),
        ["unique"] = Flag("The column alone is unique."),
        ["references"] = Any("A column of another table, or a table for its primary key: users.id, postgres_table.users, postgres_table.users.id."),
        ["on_delete"] = OneOf("For references: what happens when the referenced row is deleted.", Actions),
        ["on_update"] = OneOf("For references: what happens when the referenced key is changed.", Actions),
        ["comment"] = Text("Description stored with the column."),
    };

    private static Dictionary<string, AttributeSchema> Unique() => new()
    {
        ["name"] = Text("Default: as PostgreSQL names it, <table>_<columns>_key."),
        ["columns"] = Names("Names of columns, in the index's order.", required: true),
        ["include"] = Names("Columns that the index carries beside the key."),
        ["nulls_not_distinct"] = Flag("Two NULLs count as equal (PostgreSQL 15 and later)."),
        ["deferrable"] = Flag("May be checked at the end of the transaction."),
        ["initially_deferred"] = Flag("Is checked at the end of the transaction unless told otherwise."),
    };

    private static Dictionary<string, AttributeSchema> Check() => new()
    {
        ["name"] = Text("Default: as PostgreSQL names it, <table>_<column>_check or <table>_check."),
        ["expression"] = Text("What must not be false for any row.", required: true),
    };

    private static Dictionary<string, AttributeSchema> Exclusion() => new()
    {
        ["name"] = Text("Default: as PostgreSQL names it, <table>_<columns>_excl."),
        ["method"] = Text("An index method. Default: gist."),
        ["elements"] = Any("In their order, objects with name or expression, operator, and order, nulls, opclass, collation.", required: true),
        ["include"] = Names("Columns that the index carries beside."),
        ["where"] = Text("Which rows it is about."),
        ["deferrable"] = Flag("May be checked at the end of the transaction."),
        ["initially_deferred"] = Flag("Is checked at the end of the transaction unless told otherwise."),
    };

    private static Dictionary<string, AttributeSchema> ForeignKey() => new()
    {
        ["name"] = Text("Default: as PostgreSQL names it, <table>_<columns>_fkey."),
        ["columns"] = Names("Names of columns of this table.", required: true),
        ["references"] = Reference("The other table: its name, schema.name, or a table resource.", ["table", "partition"], required: true),
        ["referenced_columns"] = Names("Its columns. Default: its primary key."),
        ["on_delete"] = OneOf("What happens when the referenced row is deleted.", Actions),
        ["on_update"] = OneOf("What happens when the referenced key is changed.", Actions),
        ["match_full"] = Flag("A key of several columns is either wholly NULL or not at all."),
        ["deferrable"] = Flag("May be checked at the end of the transaction."),
        ["initially_deferred"] = Flag("Is checked at the end of the transaction unless told otherwise."),
    };
}
