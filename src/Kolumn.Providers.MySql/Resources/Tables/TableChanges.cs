using Kolumn.Protocol.Payloads;
using Kolumn.Providers.MySql.Sql;
using Kolumn.Sdk;

namespace Kolumn.Providers.MySql.Resources.Tables;

/// <summary>
/// What turns one table into another: https://mariadb.com/kb/en/alter-table/. Everything that can be is one statement, so that rows are copied
/// once. Foreign keys stand apart: one of the same name cannot go and come in one statement, and a key goes before the columns it rests on.
/// </summary>
internal sealed class TableChanges
{
    private readonly TableDefinition _actual;
    private readonly TableDefinition _desired;
    private readonly List<string> _drops = [];
    private readonly List<string> _changes = [];
    private readonly List<string> _additions = [];
    private readonly List<Hazard> _hazards = [];

    // A column that goes takes its place in every key along; when it comes back the key has to be made again.
    private readonly HashSet<string> _madeAgain = new(StringComparer.OrdinalIgnoreCase);

    private TableChanges(TableDefinition actual, TableDefinition desired) => (_actual, _desired) = (actual, desired);

    /// <param name="actual">As the catalog has it.</param>
    /// <param name="desired">Has the same identity.</param>
    public static IReadOnlyList<Statement> Between(TableDefinition actual, TableDefinition desired)
    {
        var changes = new TableChanges(actual, desired);
        changes.CompareColumns();
        changes.CompareKeys();
        changes.CompareOptions();
        return
        [
            .. changes.DropForeignKeys(),
            .. changes.Alter([.. changes._drops, .. changes._changes, .. changes._additions], changes._hazards),
            .. changes.Repartition(),
            .. changes.AddForeignKeys(),
        ];
    }

    private IEnumerable<Statement> Alter(IReadOnlyList<string> parts, IReadOnlyList<Hazard> hazards)
    {
        if (parts.Count > 0)
        {
            var list = parts.Count == 1 ? " " + parts[0] : "\n    " + string.Join(",\n    ", parts);
            yield return new Statement($"ALTER TABLE {_desired.Identity.Quoted}{list}") { Hazards = hazards };
        }
    }

    private void CompareColumns()
    {
        var actual = _actual.Columns.ToDictionary(column => column.Name, StringComparer.Ordinal);
        var wanted = _desired.Columns.Select(column => column.Name).ToHashSet(StringComparer.Ordinal);

        // Generated columns first: the server keeps what they are computed from.
        foreach (var gone in _actual.Columns.Where(column => !wanted.Contains(column.Name)).OrderBy(column => column.Generated is null))
        {
            _drops.Add($"DROP COLUMN {MySqlName.Quote(gone.Name)}");
            if (gone.Generated is null)
            {
                Hazard(HazardNames.DataLoss, $"Every value of {_desired.Identity}.{gone.Name} is lost.");
            }
        }

        var recollated = _actual.Collation != _desired.Collation;
        foreach (var column in _desired.Columns)
        {
            if (!actual.TryGetValue(column.Name, out var existing))
            {
                _additions.Add($"ADD COLUMN {TableSql.Column(column)}");
            }
            else if (IsVirtual(existing) != IsVirtual(column))
            {
                MakeAgain(existing, column);
            }
            else if (existing != column || (recollated && column.Collation is null && ColumnType.IsText(column.Type)))
            {
                Modify(existing, column);
            }
        }
    }

    // The server turns nothing into a virtual column and no virtual column into anything else.
    private void MakeAgain(ColumnDefinition existing, ColumnDefinition column)
    {
        _madeAgain.Add(column.Name);
        _drops.Add($"DROP COLUMN {MySqlName.Quote(column.Name)}");
        _additions.Add($"ADD COLUMN {TableSql.Column(column)}");
        if (existing.Generated is null)
        {
            Hazard(HazardNames.DataLoss, $"{_desired.Identity}.{column.Name} becomes a generated column and loses its values.");
        }
    }

    private void Modify(ColumnDefinition existing, ColumnDefinition column)
    {
        // Without a collation of its own the column would get the table's old one while that changes in the same statement.
        var spelled = column.Collation is null && ColumnType.IsText(column.Type) ? column with { Charset = _desired.Charset, Collation = _desired.Collation } : column;
        _changes.Add($"MODIFY COLUMN {TableSql.Column(spelled)}");
        if (existing.Type != column.Type && ColumnType.Rounds(existing.Type, column.Type))
        {
            Hazard(HazardNames.DataLoss, $"Values of {_desired.Identity}.{column.Name} are rounded or cut to fit {column.Type}.");
        }

        if (existing.Generated is null && column.Generated is not null)
        {
            Hazard(HazardNames.DataLoss, $"{_desired.Identity}.{column.Name} becomes a generated column and loses its values.");
        }
    }

    private void CompareKeys()
    {
        if (_actual.PrimaryKey is { } old && !(_desired.PrimaryKey is { } same && DefinitionJson.AreEqual(old, same)))
        {
            _drops.Add("DROP PRIMARY KEY");
        }

        if (_desired.PrimaryKey is { } primary && !(_actual.PrimaryKey is { } existing && DefinitionJson.AreEqual(existing, primary)))
        {
            _additions.Add($"ADD {TableSql.PrimaryKey(primary)}");
        }

        Compare(_actual.UniqueConstraints, _desired.UniqueConstraints, key => key.Name!, "INDEX", TableSql.Unique, key => key.Columns.Any(_madeAgain.Contains));
        Compare(_actual.Checks, _desired.Checks, check => check.Name, "CONSTRAINT", TableSql.Check, _ => false);
    }

    private void Compare<T>(IReadOnlyList<T> actual, IReadOnlyList<T> desired, Func<T, string> nameOf, string kind, Func<T, string> toSql, Func<T, bool> isMadeAgain)
        where T : class
    {
        var wanted = desired.ToDictionary(nameOf, StringComparer.Ordinal);
        var existing = actual.ToDictionary(nameOf, StringComparer.Ordinal);
        _drops.AddRange(existing.Where(one => isMadeAgain(one.Value) || !(wanted.TryGetValue(one.Key, out var now) && DefinitionJson.AreEqual(one.Value, now))).Select(one => $"DROP {kind} {MySqlName.Quote(one.Key)}"));
        _additions.AddRange(wanted.Where(one => isMadeAgain(one.Value) || !(existing.TryGetValue(one.Key, out var old) && DefinitionJson.AreEqual(old, one.Value))).Select(one => $"ADD {toSql(one.Value)}"));
    }

    private void CompareOptions()
    {
        if (_desired.Engine is { } engine && engine != _actual.Engine)
        {
            _changes.Add($"ENGINE={engine}");
        }

        if (_desired.Collation is { } collation && collation != _actual.Collation)
        {
            _changes.Add($"DEFAULT{TableSql.CharacterSet(_desired.Charset, collation)}");
        }

        if (_actual.Comment != _desired.Comment)
        {
            _changes.Add($"COMMENT={MySqlText.Quote(_desired.Comment ?? "")}");
        }
    }

    private IEnumerable<Statement> DropForeignKeys()
    {
        var gone = _actual.ForeignKeys.Where(key => !_desired.ForeignKeys.Any(now => IsSame(key, now))).ToList();
        var parts = gone.Select(key => $"DROP FOREIGN KEY {MySqlName.Quote(key.Name)}")
            .Concat(gone.Select(key => key.Index).OfType<string>().Select(index => $"DROP INDEX {MySqlName.Quote(index)}"));
        return Alter([.. parts], []);
    }

    /// <summary>With the checks of rows on, the server copies the table to add a foreign key, so it stands alone: what is beside it need not be copied.</summary>
    private IEnumerable<Statement> AddForeignKeys()
    {
        var come = _desired.ForeignKeys.Where(key => !_actual.ForeignKeys.Any(old => IsSame(old, key))).ToList();
        return Alter([.. come.Select(key => $"ADD {TableSql.ForeignKey(key)}")], []);
    }

    private IEnumerable<Statement> Repartition()
    {
        if (_actual.PartitionBy == _desired.PartitionBy && _actual.Partitions.SequenceEqual(_desired.Partitions))
        {
            return [];
        }

        if (_desired.PartitionBy is null)
        {
            return Alter(["REMOVE PARTITIONING"], [Rewrite()]);
        }

        // 1. Partitions that go with their rows, and such that come behind all others, leave the rest alone.
        if (_actual.PartitionBy == _desired.PartitionBy && _actual.Partitions is [{ Values: not null }, ..])
        {
            var gone = _actual.Partitions.Where(partition => !_desired.Partitions.Contains(partition)).ToList();
            var kept = _actual.Partitions.Where(_desired.Partitions.Contains).ToList();
            if (kept.Count > 0 && kept.SequenceEqual(_desired.Partitions.Take(kept.Count)) && gone.All(partition => _desired.Partitions.All(wanted => wanted.Name != partition.Name)))
            {
                var come = _desired with { Partitions = [.. _desired.Partitions.Skip(kept.Count)] };
                return
                [
                    .. Alter(gone.Count == 0 ? [] : [$"DROP PARTITION {MySqlName.QuoteAll(gone.Select(partition => partition.Name))}"], [new Hazard(HazardNames.DataLoss, $"The rows of {string.Join(", ", gone.Select(partition => partition.Name))} are lost.")]),
                    .. Alter(come.Partitions.Count == 0 ? [] : [$"ADD PARTITION {TableSql.Partitioning(come)[TableSql.Partitioning(come).IndexOf("(\n    PARTITION", StringComparison.Ordinal)..]}"], []),
                ];
            }
        }

        // 2. Everything else divides all rows anew.
        return [new Statement($"ALTER TABLE {_desired.Identity.Quoted}{TableSql.Partitioning(_desired)}") { Hazards = [Rewrite()] }];
    }

    private Hazard Rewrite() => new(HazardNames.TableRewrite, $"Every row of {_desired.Identity} is written again, and writers wait meanwhile.");

    private void Hazard(string name, string detail) => _hazards.Add(new Hazard(name, detail));

    private static bool IsVirtual(ColumnDefinition column) => column.Generated is not null && !column.Stored;

    private static bool IsSame(ForeignKeyDefinition one, ForeignKeyDefinition other) => DefinitionJson.AreEqual(one with { Index = null }, other with { Index = null });
}
