using Kolumn.Protocol.Payloads;
using Kolumn.Providers.Postgres.Resources.Indexes;
using Kolumn.Providers.Postgres.Resources.Sequences;
using Kolumn.Providers.Postgres.Sql;
using Kolumn.Sdk;
using Kolumn.Sdk.Sql;

namespace Kolumn.Providers.Postgres.Resources.Tables;

/// <summary>
/// What turns one table into another: PostgreSQL manual, ALTER TABLE. Everything that can be is one statement, so that rows
/// are scanned and rewritten once; PostgreSQL sorts its parts by itself (drops, types, columns, then constraints).
/// </summary>
internal sealed class TableChanges
{
    /// <summary>One part of an ALTER TABLE, and the lock it takes by itself: the statement takes the strongest of all its parts.</summary>
    private readonly record struct Part(string Text, TableLock Lock = TableLock.AccessExclusive);

    private static readonly string[] VolatileCalls = ["gen_random_uuid(", "random(", "nextval(", "clock_timestamp(", "timeofday(", "uuid_generate_"];

    private readonly TableDefinition _actual;
    private readonly TableDefinition _desired;

    // Foreign keys go before the keys they may rest on, and constraints before the columns that would take them along.
    private readonly Stack<Part> _constraintDrops = new();
    private readonly List<Part> _columnDrops = [];
    private readonly List<KeyDefinition> _keyDrops = [];

    // A column that goes takes its constraints along; when it comes back they have to as well.
    private readonly HashSet<string> _madeAgain = new(StringComparer.Ordinal);
    private readonly List<Part> _changes = [];
    private readonly List<Part> _additions = [];
    private readonly List<Hazard> _hazards = [];
    private readonly List<ObjectLock> _locks = [];
    private readonly List<Statement> _before = [];
    private readonly List<Statement> _after = [];

    private TableChanges(TableDefinition actual, TableDefinition desired)
    {
        _actual = actual;
        _desired = desired;
    }

    /// <param name="actual">As the catalog has it.</param>
    /// <param name="desired">Has the same identity.</param>
    /// <returns>null when the partition key is another: PostgreSQL cannot change it.</returns>
    public static IReadOnlyList<Statement>? Between(TableDefinition actual, TableDefinition desired)
    {
        if (actual.PartitionBy != desired.PartitionBy)
        {
            return null;
        }

        var changes = new TableChanges(actual, desired);

        // 1. What the two differ in, collected by kind.
        changes.CompareTable();
        changes.CompareColumns();
        changes.CompareConstraints();

        // 2. One statement in the order a reader expects: what goes, what changes, what comes.
        var parts = changes._constraintDrops.Concat(changes._columnDrops).Concat(changes._changes).Concat(changes._additions).ToList();
        Statement[] alter = parts.Count == 0 ? [] :
        [
            new Statement($"ALTER TABLE {desired.Identity.Quoted}{Join([.. parts.Select(part => part.Text)])}")
            {
                Hazards = changes._hazards,

                // The table with its indexes, once more when it is rewritten, and what each part makes or drops.
                LockEntries = 10 + (6 * parts.Count),
                Locks = [parts.Max(part => part.Lock).On(desired.Identity), .. changes._locks],
            },
        ];
        return [.. actual.Leftovers.Select(name => IndexSql.Drop(LeftoverOf(actual, name))), .. changes._before, .. alter, .. changes._after];
    }

    /// <summary>An index that is nothing but a name.</summary>
    public static IndexDefinition LeftoverOf(TableDefinition table, string name) => new() { Schema = table.Schema, Name = name, Table = table.Identity.ToString() };

    private static string Join(List<string> parts) => parts.Count == 1 ? " " + parts[0] : "\n    " + string.Join(",\n    ", parts);

    private void CompareTable()
    {
        if (_actual.Unlogged != _desired.Unlogged)
        {
            _changes.Add(new Part(_desired.Unlogged ? "SET UNLOGGED" : "SET LOGGED"));
            Hazard(HazardNames.TableRewrite, $"Changing how {_desired.Identity} is logged writes every row again.");
            if (_desired.Unlogged)
            {
                Hazard(HazardNames.DataLoss, $"{_desired.Identity} will be empty after a crash of the server.");
            }
        }

        _changes.AddRange(StorageParameters.Changes(_actual.StorageParameters, _desired.StorageParameters).Select(part => new Part(part, StorageParameters.LockOf(part))));
        if (_actual.RowLevelSecurity != _desired.RowLevelSecurity)
        {
            _changes.Add(new Part(_desired.RowLevelSecurity ? "ENABLE ROW LEVEL SECURITY" : "DISABLE ROW LEVEL SECURITY"));
        }

        if (_actual.ForceRowLevelSecurity != _desired.ForceRowLevelSecurity)
        {
            _changes.Add(new Part(_desired.ForceRowLevelSecurity ? "FORCE ROW LEVEL SECURITY" : "NO FORCE ROW LEVEL SECURITY"));
        }
    }

    private void CompareColumns()
    {
        var actual = _actual.Columns.ToDictionary(column => column.Name, StringComparer.Ordinal);
        var desired = _desired.Columns.Select(column => column.Name).ToHashSet(StringComparer.Ordinal);
        foreach (var gone in _actual.Columns.Where(column => !desired.Contains(column.Name)))
        {
            Drop(gone, $"Every value of {_desired.Identity}.{gone.Name} is lost.");
        }

        foreach (var column in _desired.Columns)
        {
            if (!actual.TryGetValue(column.Name, out var existing))
            {
                Add(column);
            }
            else if (column.Generated != existing.Generated && column.Generated is not null)
            {
                // PostgreSQL changes no generation expression in place; a generated value can be computed again, any other is lost.
                _madeAgain.Add(column.Name);
                Drop(existing, existing.Generated is null ? $"{_desired.Identity}.{column.Name} becomes a generated column and loses its values." : null);
                Add(column);
            }
            else
            {
                Compare(existing, column);
            }
        }
    }

    private void Drop(ColumnDefinition column, string? loss)
    {
        // Generated columns first: PostgreSQL keeps what they are computed from.
        _columnDrops.Insert(column.Generated is null ? _columnDrops.Count : 0, new Part($"DROP COLUMN {SqlIdentifier.Quote(column.Name)}"));
        if (loss is not null)
        {
            Hazard(HazardNames.DataLoss, loss);
        }
    }

    private void Add(ColumnDefinition column)
    {
        _additions.Add(new Part($"ADD COLUMN {TableSql.Column(column)}"));
        if (column.Generated is not null || column.Serial || column.Identity is not null || IsVolatile(column.Default))
        {
            Hazard(HazardNames.TableRewrite, $"Every row of {_desired.Identity} is written again with its own value of {column.Name}.");
        }
        else if (column.NotNull && column.Default is null)
        {
            Hazard("needs_empty_table", $"{_desired.Identity}.{column.Name} is NOT NULL without a default: this fails unless the table is empty.");
        }

        if (column.Comment is not null)
        {
            _after.Add(TableSql.Comment(_desired, column));
        }
    }

    private void Compare(ColumnDefinition actual, ColumnDefinition desired)
    {
        var alter = $"ALTER COLUMN {SqlIdentifier.Quote(desired.Name)}";
        var retyped = actual.Type != desired.Type || actual.Collation != desired.Collation;
        if (actual.Generated is not null && desired.Generated is null)
        {
            _changes.Add(new Part($"{alter} DROP EXPRESSION"));
        }

        if (actual.Identity is not null && desired.Identity is null)
        {
            _changes.Add(new Part($"{alter} DROP IDENTITY"));
        }

        // A default that stays is converted with the type; one that cannot be would fail the change, so it goes and comes back.
        var getsDefault = desired.Default is not null || desired.Serial;
        var defaultChanges = actual.Default != desired.Default || actual.Serial != desired.Serial;
        if (actual.Default is not null && (retyped || (defaultChanges && !getsDefault)))
        {
            _changes.Add(new Part($"{alter} DROP DEFAULT"));
        }

        if (actual.Serial && !desired.Serial)
        {
            EndSerial(alter, actual);
        }
        else if (actual.Serial && actual.Type != desired.Type)
        {
            // The column would outgrow what its sequence can count to.
            _after.Add(OwnedSequence($"ALTER SEQUENCE %s AS {desired.Type}", desired));
        }

        if (retyped)
        {
            Retype(alter, actual, desired);
        }

        if (desired.Default is not null && (defaultChanges || retyped))
        {
            _changes.Add(new Part($"{alter} SET DEFAULT {desired.Default}"));
        }

        if (desired.Serial && !actual.Serial)
        {
            MakeSerial(alter, desired);
        }

        if (actual.NotNull != desired.NotNull)
        {
            _changes.Add(new Part($"{alter} {(desired.NotNull ? "SET" : "DROP")} NOT NULL"));
            if (desired.NotNull)
            {
                Hazard(HazardNames.LongLock, $"{_desired.Identity} is locked while every row is checked for a NULL in {desired.Name}; one NULL fails the change.");
            }
        }

        CompareIdentity(alter, actual, desired);
        if (actual.Comment != desired.Comment)
        {
            _after.Add(TableSql.Comment(_desired, desired));
        }
    }

    private void Retype(string alter, ColumnDefinition actual, ColumnDefinition desired)
    {
        var change = actual.Type == desired.Type ? default : TypeChange.Between(actual.Type, desired.Type);
        var collation = desired.Collation is null ? "" : " COLLATE " + desired.Collation;
        var cast = change.NeedsCast ? $" USING {SqlIdentifier.Quote(desired.Name)}::{desired.Type}" : "";
        _changes.Add(new Part($"{alter} TYPE {desired.Type}{collation}{cast}"));
        if (change.Rewrites)
        {
            Hazard(HazardNames.TableRewrite, $"{_desired.Identity}.{desired.Name} from {actual.Type} to {desired.Type}: every row may be written again, and its indexes too.");
            Hazard(HazardNames.LongLock, $"Nobody can use {_desired.Identity} meanwhile.");
        }

        if (actual.Collation != desired.Collation)
        {
            Hazard(HazardNames.IndexBuild, $"{_desired.Identity} is locked while every index that sorts by {desired.Name} is built again.");
        }

        if (change.LosesData)
        {
            Hazard(HazardNames.DataLoss, $"Values of {_desired.Identity}.{desired.Name} are rounded or cut to fit {desired.Type}.");
        }
    }

    // Ahead of everything else: an identity gets a sequence of the name that this one still has.
    private void EndSerial(string alter, ColumnDefinition column)
    {
        _before.Add(new Statement($"ALTER TABLE {_desired.Identity.Quoted} {alter} DROP DEFAULT") { Locks = [TableLock.AccessExclusive.On(_desired.Identity)] });
        _before.Add(OwnedSequence("DROP SEQUENCE %s", column));
    }

    // Whatever it is called: a table that was renamed has kept the name of its sequence.
    private Statement OwnedSequence(string command, ColumnDefinition column) => new(
        "DO " + SqlLiteral.Quote(
            $"BEGIN EXECUTE format({SqlLiteral.Quote(command)}, pg_catalog.pg_get_serial_sequence({SqlLiteral.Quote(_desired.Identity.Quoted)}, {SqlLiteral.Quote(column.Name)})); END"));

    // The sequence gets the name that PostgreSQL would give it, so that the column is serial for everybody else too.
    private void MakeSerial(string alter, ColumnDefinition column)
    {
        var sequence = new QualifiedName(_desired.Schema, ObjectNames.Sequence(_desired.Name, column.Name)).Quoted;
        var ownedBy = $"OWNED BY {_desired.Identity.Quoted}.{SqlIdentifier.Quote(column.Name)}";
        var isForeign = _actual.Owner is not null;
        _after.Add(new Statement($"CREATE SEQUENCE {sequence} AS {column.Type}{(isForeign ? "" : " " + ownedBy)}")
        {
            Locks = isForeign ? [] : [TableLock.AccessShare.On(_desired.Identity)],
            LockEntries = 3,
        });
        if (isForeign)
        {
            // Nobody can own what a table of somebody else owns, and it goes along when that gets another owner.
            _after.Add(new Statement($"ALTER SEQUENCE {sequence} OWNER TO {SqlIdentifier.Quote(_actual.Owner!)}"));
            _after.Add(new Statement($"ALTER SEQUENCE {sequence} {ownedBy}") { Locks = [TableLock.AccessShare.On(_desired.Identity)] });
        }

        _after.Add(new Statement($"ALTER TABLE {_desired.Identity.Quoted} {alter} SET DEFAULT nextval({SqlLiteral.Quote(sequence)}::regclass)")
        {
            Locks = [TableLock.AccessExclusive.On(_desired.Identity)],
        });
        _after.Add(new Statement(
            $"SELECT setval({SqlLiteral.Quote(sequence)}::regclass, coalesce(max({SqlIdentifier.Quote(column.Name)}), 0) + 1, false) FROM {_desired.Identity.Quoted}"));
    }

    private void CompareIdentity(string alter, ColumnDefinition actual, ColumnDefinition desired)
    {
        if (desired.Identity is null || actual.Identity == desired.Identity)
        {
            return;
        }

        if (actual.Identity is null)
        {
            // Among the additions: the column must be NOT NULL before it.
            _additions.Add(new Part($"{alter} ADD {TableSql.Identity(desired.Identity)}"));
            return;
        }

        var parts = new List<string>();
        if (actual.Identity.Generation != desired.Identity.Generation)
        {
            parts.Add($"SET GENERATED {TableSql.Generation(desired.Identity)}");
        }

        parts.AddRange(SequenceType.RangeOf(desired.Type).Changes(actual.Identity, SequenceType.RangeOf(actual.Type), desired.Identity, "SET "));
        _changes.Add(new Part($"{alter} {string.Join(' ', parts)}"));
    }

    private void CompareConstraints()
    {
        _keyDrops.AddRange(Compare(ListOf(_actual.PrimaryKey), ListOf(_desired.PrimaryKey), key => key.Name, TableSql.PrimaryKey, IndexBuild, IsMadeAgain));
        _keyDrops.AddRange(Compare(_actual.UniqueConstraints, _desired.UniqueConstraints, key => key.Name, TableSql.Unique, IndexBuild, IsMadeAgain));
        Compare(
            _actual.Exclusions, _desired.Exclusions, exclusion => exclusion.Name, TableSql.Exclusion, exclusion => IndexBuild(exclusion.Name),
            exclusion => exclusion.Include.Any(_madeAgain.Contains) || ColumnChanges.AreNamedIn(_madeAgain, TableExclusions.ToSql(exclusion)));
        Compare(
            _actual.Checks, _desired.Checks, check => check.Name, TableSql.Check, Scan, check => ColumnChanges.AreNamedIn(_madeAgain, check.Expression), (old, now) => old.NotValid && old with { NotValid = false } == now);
        Compare(
            _actual.ForeignKeys, _desired.ForeignKeys, key => key.Name, TableSql.ForeignKey,
            Scan,
            key => key.Columns.Any(_madeAgain.Contains) || RestsOnWhatGoes(key),
            (old, now) => old.NotValid && DefinitionJson.AreEqual(old with { NotValid = false }, now),
            key => key.References);
    }

    /// <returns>Those of the actual ones that are dropped, for good or to be made again.</returns>
    private List<T> Compare<T>(
        IReadOnlyList<T> actual, IReadOnlyList<T> desired, Func<T, string> nameOf, Func<T, string> toSql, Action<T> hazard, Func<T, bool> isMadeAgain, Func<T, T, bool>? needsValidation = null,
        Func<T, string>? references = null)
        where T : class
    {
        var existing = actual.ToDictionary(nameOf, StringComparer.Ordinal);
        var wanted = desired.ToDictionary(nameOf, StringComparer.Ordinal);
        var dropped = new List<T>();
        foreach (var (name, old) in existing)
        {
            if (isMadeAgain(old) || !wanted.TryGetValue(name, out var now) || !(DefinitionJson.AreEqual(old, now) || needsValidation?.Invoke(old, now) == true))
            {
                dropped.Add(old);
                _constraintDrops.Push(new Part($"DROP CONSTRAINT {SqlIdentifier.Quote(name)}"));
                LockReferenced(TableLock.AccessExclusive, references?.Invoke(old));
            }
        }

        foreach (var (name, now) in wanted)
        {
            var old = existing.GetValueOrDefault(name);
            var again = old is not null && isMadeAgain(old);
            if (old is not null && !again && DefinitionJson.AreEqual(old, now))
            {
                continue;
            }

            if (old is not null && !again && needsValidation?.Invoke(old, now) == true)
            {
                _changes.Add(new Part($"VALIDATE CONSTRAINT {SqlIdentifier.Quote(name)}", TableLock.ShareUpdateExclusive));
                LockReferenced(TableLock.RowShare, references?.Invoke(now));
                continue;
            }

            _additions.Add(new Part($"ADD {toSql(now)}", references is null ? TableLock.AccessExclusive : TableLock.ShareRowExclusive));
            LockReferenced(TableLock.ShareRowExclusive, references?.Invoke(now));
            hazard(now);
        }

        return dropped;
    }

    private void LockReferenced(TableLock mode, string? table)
    {
        if (table is not null && table != _desired.Identity.ToString())
        {
            _locks.Add(mode.On(table));
        }
    }

    private bool IsMadeAgain(KeyDefinition key) => key.Columns.Concat(key.Include).Any(_madeAgain.Contains);

    /// <summary>Whether the foreign key points to its own table, and to a key of it that is dropped.</summary>
    private bool RestsOnWhatGoes(ForeignKeyDefinition foreignKey) =>
        foreignKey.References == _actual.Identity.ToString() && _keyDrops.Exists(key => key.Columns.ToHashSet(StringComparer.Ordinal).SetEquals(foreignKey.ReferencedColumns));

    private static KeyDefinition[] ListOf(KeyDefinition? key) => key is null ? [] : [key];

    private void IndexBuild(KeyDefinition key) => IndexBuild(key.Name);

    private void IndexBuild(string constraint) => Hazard(HazardNames.IndexBuild, $"{_desired.Identity} is locked while the index of {constraint} is built; duplicates fail the change.");

    private void Scan(CheckDefinition check)
    {
        if (!check.NotValid)
        {
            Hazard(HazardNames.LongLock, $"{_desired.Identity} is locked while every row is checked against {check.Name}.");
        }
    }

    private void Scan(ForeignKeyDefinition key)
    {
        if (!key.NotValid)
        {
            Hazard(HazardNames.LongLock, $"Writers to {_desired.Identity} and {key.References} wait while every row is checked against {key.Name}.");
        }
    }

    private void Hazard(string name, string detail) => _hazards.Add(new Hazard(name, detail));

    // Defaults that PostgreSQL evaluates for each row; of a function that it does not know it says so by itself.
    private static bool IsVolatile(string? expression) =>
        expression is not null && VolatileCalls.Any(call => expression.Contains(call, StringComparison.OrdinalIgnoreCase));
}
