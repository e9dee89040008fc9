using System.Text.Json.Nodes;
using Kolumn.Providers.Sqlite.Ddl;

namespace Kolumn.Providers.Sqlite.Resources.Tables;

/// <summary>
/// Spells a desired table as the existing one is spelled wherever the two mean the same: names in another case, an expression
/// with other quotes, a constraint that the user gave no name, a reference to a primary key that names it or does not.
/// </summary>
internal sealed class TableAlignment
{
    private readonly TableDefinition _actual;
    private readonly Func<string, TableDefinition?> _tableNamed;

    private TableAlignment(TableDefinition actual, Func<string, TableDefinition?> tableNamed) => (_actual, _tableNamed) = (actual, tableNamed);

    /// <param name="tableNamed">What a foreign key points to, as it will be.</param>
    public static TableDefinition SpellLike(TableDefinition actual, TableDefinition desired, Func<string, TableDefinition?> tableNamed) =>
        new TableAlignment(actual, tableNamed).Spell(desired);

    private TableDefinition Spell(TableDefinition desired) => desired with
    {
        Name = _actual.Name,
        Columns = [.. desired.Columns.Select(Spell)],
        PrimaryKey = desired.PrimaryKey is { } key && _actual.PrimaryKey is { } other ? Take([other], key, Key, k => k.Name) : desired.PrimaryKey,
        UniqueConstraints = [.. desired.UniqueConstraints.Select(unique => Take(_actual.UniqueConstraints, unique, Key, u => u.Name))],
        Checks = [.. desired.Checks.Select(check => Take(_actual.Checks, check, Key, c => c.Name))],
        ForeignKeys = [.. desired.ForeignKeys.Select(key => Take(_actual.ForeignKeys, key, Key, k => k.Name))],
    };

    private ColumnDefinition Spell(ColumnDefinition desired) => _actual.Column(desired.Name) is not { } actual ? desired : desired with
    {
        Name = actual.Name,
        Default = Spell(actual.Default, desired.Default),
        Generated = Spell(actual.Generated, desired.Generated),
    };

    private static string? Spell(string? actual, string? desired) =>
        actual is not null && desired is not null && CanonicalSql.Fold(actual) == CanonicalSql.Fold(desired) ? actual : desired;

    /// <summary>The existing constraint that says the same, if there is one and the desired one does not insist on another name.</summary>
    private static T Take<T>(IEnumerable<T> actual, T desired, Func<T, string> key, Func<T, string?> name)
        where T : class
    {
        var wanted = key(desired);
        return actual.FirstOrDefault(a => key(a) == wanted && (name(desired) is not { } insisted || SqliteName.AreEqual(insisted, name(a)))) ?? desired;
    }

    private static string Key(PrimaryKey key) => $"{Key(key.Columns)} {key.Autoincrement} {key.OnConflict}";

    private static string Key(UniqueConstraint unique) => $"{Key(unique.Columns)} {unique.OnConflict}";

    private static string Key(CheckConstraint check) => CanonicalSql.Fold(check.Expression);

    private string Key(ForeignKey key)
    {
        var referenced = key.ReferencedColumns.Count > 0
            ? key.ReferencedColumns
            : _tableNamed(key.Table)?.PrimaryKey?.Columns.Select(column => column.Name) ?? [];
        return $"{List(key.Columns)} {SqliteName.Fold(key.Table)} {List(referenced)} {key.OnDelete} {key.OnUpdate} {key.InitiallyDeferred}";
    }

    private static string Key(IEnumerable<KeyColumn> columns) =>
        new JsonArray([.. columns.Select(column => TableJson.ToJson(column with { Name = SqliteName.Fold(column.Name) }))]).ToJsonString();

    private static string List(IEnumerable<string> names) => names.Select(SqliteName.Fold).ToJson().ToJsonString();
}
