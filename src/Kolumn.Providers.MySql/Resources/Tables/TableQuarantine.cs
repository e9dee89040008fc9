using Kolumn.Providers.MySql.Sql;
using Kolumn.Sdk;

namespace Kolumn.Providers.MySql.Resources.Tables;

/// <summary>
/// A deleted table under a name of Kolumn's own, with its indexes: a change of the catalog alone, however large it is. Its foreign keys are taken off, since rows
/// nobody sees must not keep other rows from being deleted, or vanish with them, and since no two keys of a database may have one name.
/// </summary>
internal static class TableQuarantine
{
    public const string Prefix = MySqlProvider.OwnSchema + "_q_";

    /// <summary>In the same database where that is the connection's. What has another one goes to Kolumn's: that other may be dropped with all that is in it.</summary>
    public static MySqlName NameOf(TableDefinition table, string id) => new(table.Schema is null ? null : MySqlProvider.OwnSchema, Prefix + id);

    public static IReadOnlyList<Statement> Move(TableDefinition table, string id)
    {
        var place = NameOf(table, id);
        return
        [
            RefuseWhileUsed(table),
            .. place.Schema is null ? [] : new[] { Database.OwnTables.CreateDatabase },
            .. table.ForeignKeys.Count == 0 ? [] : new[] { new Statement($"ALTER TABLE {table.Identity.Quoted} {string.Join(", ", table.ForeignKeys.Select(key => $"DROP FOREIGN KEY {MySqlName.Quote(key.Name)}"))}") },
            Rename(table.Identity, place),
        ];
    }

    /// <summary>The keys come first: what does not fit leaves the table where it is. One to the table itself is told after its name.</summary>
    public static IReadOnlyList<Statement> Restore(TableDefinition table, string id, Func<ObjectReference, bool> exists)
    {
        var place = NameOf(table, id);
        var keys = table.ForeignKeys.Where(key => exists(new ObjectReference(TableResource.Type, key.References))).ToLookup(key => key.References == table.Identity.ToString());
        return
        [
            .. keys[false].Select(key => Add(place, key)),
            Rename(place, table.Identity),
            .. keys[true].Select(key => Add(table.Identity, key)),
        ];
    }

    public static Statement Purge(TableDefinition table, string id) => new($"DROP TABLE IF EXISTS {NameOf(table, id).Quoted}");

    private static Statement Rename(MySqlName from, MySqlName to) => new($"RENAME TABLE {from.Quoted} TO {to.Quoted}");

    private static Statement Add(MySqlName table, ForeignKeyDefinition key) => new($"ALTER TABLE {table.Quoted} ADD {TableSql.ForeignKey(key)}");

    /// <summary>
    /// A drop would be refused for a foreign key of another table; a renaming takes it along, to where nobody expects it. No server has a statement that only
    /// fails, but what names the key is no value of a variable, and the refusal repeats it.
    /// </summary>
    private static Statement RefuseWhileUsed(TableDefinition table) => new($"""
        SET SESSION sql_mode = (SELECT COALESCE(CONCAT('foreign key ', MIN(CONCAT(CONSTRAINT_NAME, ' of ', TABLE_NAME)), ' rests on {Plain(table.Name)}'), @@sql_mode)
        FROM information_schema.KEY_COLUMN_USAGE
        WHERE REFERENCED_TABLE_SCHEMA = {(table.Schema is { } schema ? MySqlText.Quote(schema) : "DATABASE()")} AND REFERENCED_TABLE_NAME = {MySqlText.Quote(table.Name)}
          AND NOT (TABLE_SCHEMA = REFERENCED_TABLE_SCHEMA AND TABLE_NAME = REFERENCED_TABLE_NAME))
        """);

    private static string Plain(string name) => MySqlText.Quote(name)[1..^1];
}
