using Kolumn.Protocol.Schema;
using static Kolumn.Sdk.Resources.Attributes;

namespace Kolumn.Providers.MySql.Resources.Tables;

/// <summary>What a user may write about a table.</summary>
internal static class TableResource
{
    public const string Type = "table";

    private static readonly string[] Actions = ["no action", "no_action", "restrict", "cascade", "set null", "set_null"];

    public static ObjectType Schema { get; } = new()
    {
        Attributes = new Dictionary<string, AttributeSchema>
        {
            ["name"] = Text("The table's name; taken literally.", required: true),
            ["schema"] = Reference("Name of the database, or a schema resource. Default: the one that the provider block names.", ["schema"]),
            ["columns"] = Objects("The columns.", Column(), required: true),
            ["primary_key"] = Any("The columns of the primary key: a list of names, or an object with columns and lengths."),
            ["unique_constraints"] = Objects("Unique constraints. Unique indexes that are resources of their own, or were made by somebody else, are none of the table's business.", Unique()),
            ["checks"] = Objects("Check constraints.", Check()),
            ["foreign_keys"] = Objects("Foreign keys.", ForeignKey()),
            ["engine"] = Text("Storage engine. Left out, it stays what it is; something new gets the server's."),
            ["charset"] = Text("Character set of columns that name none. Left out, it stays what it is."),
            ["collation"] = Text("Collation of columns that name none. Left out, it stays what it is."),
            ["partition_by"] = Text("Divides the rows: RANGE (expression), RANGE COLUMNS (columns), LIST (expression), LIST COLUMNS (columns), HASH (expression), KEY (columns)."),
            ["partitions"] = Objects("The partitions in their order.", Partition()),
            ["comment"] = Text("Description stored with the table."),
        },
    };

    private static Dictionary<string, AttributeSchema> Column() => new()
    {
        ["name"] = Text("The column's name.", required: true),
        ["type"] = Text("Any type of the server, in any spelling it takes.", required: true),
        ["nullable"] = Flag("Whether NULL is allowed.", standard: true),
        ["not_null"] = Flag("The opposite of nullable."),
        ["default"] = Any("A number, a boolean, a text, or an SQL expression such as uuid()."),
        ["on_update"] = Any("For references: what happens when the referenced key is changed. Otherwise the moment that the column is set to whenever its row changes: current_timestamp()."),
        ["generated"] = Text("Expression of a generated column."),
        ["stored"] = Flag("The generated value is kept in the row."),
        ["auto_increment"] = Flag("The server counts. The column must be a key, or the first of one."),
        ["charset"] = Text("Character set. Default: the table's."),
        ["collation"] = Text("Collation. Default: the table's."),
        ["check"] = Text("A check of the column alone (MariaDB)."),
        ["invisible"] = Flag("SELECT * leaves it out."),
        ["primary_key"] = Flag("The column is the primary key, or part of it."),
        ["unique"] = Flag("The column alone is unique."),
        ["references"] = Any("A column of another table, or a table for its primary key: users.id, mysql_table.users, mysql_table.users.id."),
        ["on_delete"] = OneOf("For references: what happens when the referenced row is deleted.", Actions),
        ["comment"] = Text("Description stored with the column."),
    };

    private static Dictionary<string, AttributeSchema> Unique() => new()
    {
        ["name"] = Text("Default: as the server names it, after its first column."),
        ["columns"] = Names("Names of columns, in the index's order.", required: true),
        ["lengths"] = new AttributeSchema { Type = AttributeTypes.Map, Description = "How many characters of a column count, by its name. Default: all." },
    };

    private static Dictionary<string, AttributeSchema> Check() => new()
    {
        ["name"] = Text("Default: <table>_chk_<number>."),
        ["expression"] = Text("What must not be false for any row.", required: true),
    };

    private static Dictionary<string, AttributeSchema> ForeignKey() => new()
    {
        ["name"] = Text("Default: as the server names it, <table>_ibfk_<number>."),
        ["columns"] = Names("Names of columns of this table.", required: true),
        ["references"] = Reference("The other table: its name, database.name, or a table resource.", ["table"], required: true),
        ["referenced_columns"] = Names("Its columns. Default: its primary key."),
        ["on_delete"] = OneOf("What happens when the referenced row is deleted.", Actions),
        ["on_update"] = OneOf("What happens when the referenced key is changed.", Actions),
        ["index"] = Computed(AttributeTypes.String, "The index that came with it."),
    };

    private static Dictionary<string, AttributeSchema> Partition() => new()
    {
        ["name"] = Text("The partition's name.", required: true),
        ["values"] = Text("LESS THAN (bound), LESS THAN MAXVALUE or IN (list); left out for HASH and KEY."),
        ["comment"] = Text("Description stored with the partition."),
    };
}
