using System.Text.Json.Nodes;
using Kolumn.Protocol.Payloads;
using Kolumn.Providers.Sqlite.Ddl;
using Kolumn.Providers.Sqlite.Resources.Indexes;
using Kolumn.Sdk;
using Kolumn.Sdk.Sql;

namespace Kolumn.Providers.Sqlite.Resources.Tables;

/// <summary>
/// What turns one table into another: ADD COLUMN and DROP COLUMN where SQLite allows them, otherwise the rebuild that
/// https://www.sqlite.org/lang_altertable.html#otheralter describes. Pure.
/// </summary>
internal sealed class TableChanges
{
    /// <summary>Provider's own hazard: an index names a column that goes away, and goes with it.</summary>
    public const string IndexLoss = "index_loss";

    private readonly TableDefinition _actual;
    private readonly TableDefinition _desired;
    private readonly IReadOnlyList<ColumnDefinition> _added;
    private readonly IReadOnlyList<ColumnDefinition> _dropped;
    private readonly IReadOnlyList<CheckConstraint> _newChecks;
    private readonly IReadOnlyList<ForeignKey> _newForeignKeys;

    private TableChanges(TableDefinition actual, TableDefinition desired)
    {
        (_actual, _desired) = (actual, desired);
        _added = [.. desired.Columns.Where(column => actual.Column(column.Name) is null)];
        _dropped = [.. actual.Columns.Where(column => desired.Column(column.Name) is null)];
        _newChecks = [.. Missing(desired.Checks, actual.Checks, TableJson.ToJson)];
        _newForeignKeys = [.. Missing(desired.ForeignKeys, actual.ForeignKeys, TableJson.ToJson)];
    }

    /// <param name="actual">As read; its dependants are kept unless they name a column that goes away.</param>
    /// <param name="desired">As it shall be.</param>
    public static IReadOnlyList<Statement> Between(TableDefinition actual, TableDefinition desired)
    {
        // A rollback is planned with the two exchanged; the indexes and triggers are the same ones.
        var changes = new TableChanges(actual with { Dependants = actual.Dependants ?? desired.Dependants ?? [] }, desired);
        return [.. changes.CanBeMadeInPlace ? changes.InPlace() : changes.Rebuild()];
    }

    private bool CanBeMadeInPlace =>
        _actual.Name == _desired.Name
        && _actual.WithoutRowid == _desired.WithoutRowid
        && _actual.Strict == _desired.Strict
        && TableJson.Spelling(_actual.PrimaryKey) == TableJson.Spelling(_desired.PrimaryKey)
        && AreSame(_actual.UniqueConstraints, _desired.UniqueConstraints, TableJson.ToJson)
        && _desired.Columns.All(column => _actual.Column(column.Name) is not { } before || before == column)
        && _added.All(CanBeAdded)
        && !Missing(_actual.Checks, _desired.Checks, TableJson.ToJson).Any()
        && !Missing(_actual.ForeignKeys, _desired.ForeignKeys, TableJson.ToJson).Any()
        && (_newChecks.Count == 0 || _added.Count > 0)
        && _newForeignKeys.All(key => key.Columns is [var only] && _added.Any(column => SqliteName.AreEqual(column.Name, only) && column.Default is null))
        && _newForeignKeys.DistinctBy(key => SqliteName.Fold(key.Columns[0])).Count() == _newForeignKeys.Count;

    /// <summary>https://www.sqlite.org/lang_altertable.html#altertabaddcol</summary>
    private static bool CanBeAdded(ColumnDefinition column) =>
        !column.Stored
        && (column.Default is null || (TableSql.IsPlainDefault(column.Default) && !TableSql.IsCurrentTime(Tokenizer.Scan(column.Default)[0])))
        && (column.Nullable || column.Default is not null || column.Generated is not null);

    private IEnumerable<Statement> InPlace()
    {
        foreach (var column in _added)
        {
            // A check may name any column, so all of them come with the last one.
            var checks = ReferenceEquals(column, _added[^1]) ? _newChecks : [];
            var key = _newForeignKeys.FirstOrDefault(k => SqliteName.AreEqual(k.Columns[0], column.Name));
            yield return new Statement(TableSql.AddColumn(_desired, column, checks, key));
        }

        foreach (var index in LostIndexes())
        {
            yield return DropIndex(index);
        }

        foreach (var column in _dropped)
        {
            yield return new Statement($"ALTER TABLE {SqlIdentifier.Quote(_actual.Name)} DROP COLUMN {SqlIdentifier.Quote(column.Name)}")
            {
                Hazards = [.. DataLoss([column]), new Hazard(HazardNames.TableRewrite, $"Every row of table {_actual.Name} is written again without the column {column.Name}.")],
            };
        }
    }

    /// <summary>
    /// <list type="number">
    /// <item>create the new table under a name of its own;</item>
    /// <item>copy what both have;</item>
    /// <item>hand over the counter of AUTOINCREMENT, which may be ahead of the highest row;</item>
    /// <item>drop the old table and give its name to the new one;</item>
    /// <item>put back the indexes and triggers that went with the old one.</item>
    /// </list>
    /// Views, other tables' foreign keys and triggers name the table and find the new one: the session renames without rewriting them.
    /// </summary>
    private IEnumerable<Statement> Rebuild()
    {
        var (name, interim) = (_actual.Name, $"kolumn_rebuild_{_actual.Name}");
        var lost = LostIndexes();
        foreach (var index in lost)
        {
            yield return DropIndex(index);
        }

        // 1. The new table.
        yield return new Statement(TableSql.Create(_desired, interim));

        // 2. The rows.
        var copied = _desired.Columns.Where(column => column.Generated is null && _actual.Column(column.Name) is not null).Select(column => column.Name).ToList();
        if (copied.Count > 0)
        {
            var columns = SqlIdentifier.QuoteAll(copied);
            yield return new Statement($"INSERT INTO {SqlIdentifier.Quote(interim)} ({columns}) SELECT {columns} FROM {SqlIdentifier.Quote(name)}")
            {
                Hazards = [new Hazard(HazardNames.TableRewrite, $"Every row of table {name} is copied into a new table; nobody else can write meanwhile.")],
            };
        }

        // 3. The counter.
        if (_actual.PrimaryKey?.Autoincrement == true && _desired.PrimaryKey?.Autoincrement == true)
        {
            yield return new Statement("DELETE FROM sqlite_sequence WHERE name = $1") { Parameters = [interim] };
            yield return new Statement("INSERT INTO sqlite_sequence (name, seq) SELECT $1, seq FROM sqlite_sequence WHERE name = $2") { Parameters = [interim, name] };
        }

        // 4. The exchange.
        yield return new Statement($"DROP TABLE {SqlIdentifier.Quote(name)}") { Hazards = [.. DataLoss(_dropped)] };
        yield return new Statement($"ALTER TABLE {SqlIdentifier.Quote(interim)} RENAME TO {SqlIdentifier.Quote(_desired.Name)}");

        // 5. What belongs to it.
        foreach (var dependant in _actual.Dependants!.Except(lost))
        {
            yield return new Statement(dependant.Sql);
        }
    }

    private List<Dependant> LostIndexes() =>
    [
        .. _actual.Dependants!.Where(dependant =>
            dependant.Type == "index" && IndexDdl.Read(dependant.Sql) is var index && _dropped.Any(column => index.Mentions(column.Name))),
    ];

    private Statement DropIndex(Dependant index) => new($"DROP INDEX IF EXISTS {SqlIdentifier.Quote(index.Name)}")
    {
        Hazards = [new Hazard(IndexLoss, $"The index {index.Name} names a column that table {_actual.Name} loses, and goes with it.")],
    };

    private IEnumerable<Hazard> DataLoss(IEnumerable<ColumnDefinition> columns) => columns
        .Where(column => column.Generated is null || column.Stored)
        .Select(column => new Hazard(HazardNames.DataLoss, $"The values of column {column.Name} of table {_actual.Name} are lost."));

    private static bool AreSame<T>(IEnumerable<T> left, IEnumerable<T> right, Func<T, JsonNode> toJson) =>
        !Missing(left, right, toJson).Any() && !Missing(right, left, toJson).Any();

    /// <summary>Those of <paramref name="some"/> that <paramref name="others"/> lack.</summary>
    private static IEnumerable<T> Missing<T>(IEnumerable<T> some, IEnumerable<T> others, Func<T, JsonNode> toJson)
    {
        var spelled = others.Select(other => toJson(other).ToJsonString()).ToHashSet(StringComparer.Ordinal);
        return some.Where(one => !spelled.Contains(toJson(one).ToJsonString()));
    }
}
