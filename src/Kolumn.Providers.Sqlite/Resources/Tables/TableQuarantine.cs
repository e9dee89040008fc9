using Kolumn.Providers.Sqlite.Ddl;
using Kolumn.Sdk;
using Kolumn.Sdk.Sql;

namespace Kolumn.Providers.Sqlite.Resources.Tables;

/// <summary>
/// A deleted table under a name of Kolumn's own. Its indexes and triggers are taken off, since their names have to be free and nothing shall
/// happen there; its foreign keys too, since rows nobody sees must not keep other rows from being deleted, or vanish with them.
/// All of it is in the definition and comes back from there.
/// </summary>
internal static class TableQuarantine
{
    public static string NameOf(string id) => $"{SqliteProvider.OwnPrefix}quarantine_{id}";

    public static IReadOnlyList<Statement> Move(TableDefinition table, string id) =>
    [
        .. (table.Dependants ?? []).Select(dependant => new Statement($"DROP {dependant.Type.ToUpperInvariant()} {SqlIdentifier.Quote(dependant.Name)}")),
        .. Become(table with { Dependants = [] }, Hidden(table, id)),
    ];

    /// <summary>A foreign key to a table that is not there would forbid every row.</summary>
    public static IReadOnlyList<Statement> Restore(TableDefinition table, string id, Func<ObjectReference, bool> exists) =>
    [
        .. Become(Hidden(table, id), table with { Dependants = [], ForeignKeys = [.. table.ForeignKeys.Where(key => exists(new ObjectReference("table", SqliteName.Fold(key.Table))))] }),
        .. (table.Dependants ?? []).Select(dependant => new Statement(dependant.Sql)),
    ];

    private static TableDefinition Hidden(TableDefinition table, string id) => table with { Name = NameOf(id), Dependants = [], ForeignKeys = [] };

    /// <summary>Without foreign keys it is a matter of the name alone.</summary>
    private static IReadOnlyList<Statement> Become(TableDefinition actual, TableDefinition desired) => actual.ForeignKeys.Count + desired.ForeignKeys.Count == 0
        ? [new Statement($"ALTER TABLE {SqlIdentifier.Quote(actual.Name)} RENAME TO {SqlIdentifier.Quote(desired.Name)}")]
        : TableChanges.Between(actual, desired);
}
