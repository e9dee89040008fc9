using Kolumn.Providers.Postgres.Resources.Indexes;
using Kolumn.Providers.Postgres.Sql;
using Kolumn.Sdk;
using Kolumn.Sdk.Sql;

namespace Kolumn.Providers.Postgres.Resources.Tables;

/// <summary>
/// Changes of a table with rows that let others go on: PostgreSQL manual, ALTER TABLE, notes on NOT VALID and on ADD
/// table_constraint_using_index.
/// <list type="number">
/// <item>The transaction turns the table into a stage on the way: new checks and foreign keys hold for new rows only, NOT NULL is such a check, keys are as before.</item>
/// <item>Constraints are validated, one by one, while others read and write.</item>
/// <item>A column becomes NOT NULL in a moment, because a valid check proves it.</item>
/// <item>The indexes of keys are built concurrently and become theirs in a moment.</item>
/// </list>
/// Whatever interrupts it, the next plan finds the stage in the catalog and goes on from there.
/// </summary>
internal static class TableOnline
{
    /// <returns>null when the plain way keeps nobody waiting for long, or there is no other.</returns>
    public static (IReadOnlyList<Statement> Inside, IReadOnlyList<Statement> Outside)? Between(TableDefinition actual, TableDefinition desired)
    {
        if (desired.PartitionBy is not null || actual.PartitionBy is not null)
        {
            return null;
        }

        var stage = new Stage(actual, desired);
        Statement[] outside = [.. Clean(actual, stage), .. Validate(stage), .. SetNotNull(stage), .. stage.Keys.SelectMany(key => Build(stage, key))]; // 2, 3, 4
        return outside.Length > 0 && TableChanges.Between(actual with { Leftovers = [] }, stage.Table) is { } inside ? (inside, outside) : null; // 1
    }

    /// <summary>What an interrupted making of a key left, unless the same key is made now.</summary>
    private static IEnumerable<Statement> Clean(TableDefinition actual, Stage stage) =>
        actual.Leftovers.Except(stage.Keys.Select(one => ObjectNames.Successor(one.Key.Name))).Select(name => IndexSql.DropConcurrently(TableChanges.LeftoverOf(actual, name)));

    private static IEnumerable<Statement> Validate(Stage stage) => stage.Unchecked.Select(constraint =>
        new Statement($"ALTER TABLE {stage.Table.Identity.Quoted} VALIDATE CONSTRAINT {SqlIdentifier.Quote(constraint.Name)}")
        {
            Locks = [TableLock.ShareUpdateExclusive.On(stage.Table.Identity), .. constraint.References is { } other ? [TableLock.RowShare.On(other)] : Array.Empty<Protocol.Payloads.ObjectLock>()],
            Place = StatementPlace.Alone,
        });

    private static IEnumerable<Statement> SetNotNull(Stage stage) => stage.NotNull.Count == 0 ? [] :
    [
        Moment(stage, stage.NotNull.Select(column => $"ALTER COLUMN {SqlIdentifier.Quote(column)} SET NOT NULL")),
        Moment(stage, stage.NotNull.Select(column => $"DROP CONSTRAINT {SqlIdentifier.Quote(ObjectNames.NotNull(stage.Table.Name, column))}")),
    ];

    private static IEnumerable<Statement> Build(Stage stage, (KeyDefinition Key, bool IsPrimary, string? Replaces) one)
    {
        var index = new IndexDefinition
        {
            Schema = stage.Table.Schema,
            Name = ObjectNames.Successor(one.Key.Name),
            Table = stage.Table.Identity.ToString(),
            Unique = true,
            NullsNotDistinct = one.Key.NullsNotDistinct,
            Columns = [.. one.Key.Columns.Select(column => new IndexPart { Column = column })],
            Include = one.Key.Include,
        };
        return
        [
            // Only a killed server or connection leaves one; nobody else has a use for the name.
            IndexSql.DropConcurrently(index, "IF EXISTS "),
            IndexSql.CreateConcurrently(index),
            Moment(stage,
            [
                .. one.Replaces is { } old ? [$"DROP CONSTRAINT {SqlIdentifier.Quote(old)}"] : Array.Empty<string>(),
                $"ADD {TableSql.UsingIndex(one.Key, one.IsPrimary ? "PRIMARY KEY" : "UNIQUE", index.Name)}",
            ]),
        ];
    }

    /// <summary>A change of the catalog alone: the lock is strong and short.</summary>
    private static Statement Moment(Stage stage, IEnumerable<string> parts) => new($"ALTER TABLE {stage.Table.Identity.Quoted} {string.Join(", ", parts)}")
    {
        Locks = [TableLock.AccessExclusive.On(stage.Table.Identity)],
        Place = StatementPlace.AfterCommit,
    };

    /// <summary>What the transaction makes, and what is missing then.</summary>
    private sealed class Stage
    {
        public Stage(TableDefinition actual, TableDefinition desired)
        {
            var existing = actual.Columns.ToDictionary(column => column.Name, StringComparer.Ordinal);
            NotNull = [.. desired.Columns.Where(column => existing.TryGetValue(column.Name, out var old) && BecomesNotNull(old, column)).Select(column => column.Name)];
            var checks = Checks(actual.Checks.ToDictionary(check => check.Name, StringComparer.Ordinal), desired);
            var foreignKeys = ForeignKeys(actual.ForeignKeys.ToDictionary(key => key.Name, StringComparer.Ordinal), desired);
            Table = desired with
            {
                Columns = [.. desired.Columns.Select(column => NotNull.Contains(column.Name) ? column with { Nullable = null } : column)],
                Checks = checks,
                ForeignKeys = foreignKeys,
            };
            Unchecked =
            [
                .. checks.Where(check => check.NotValid).Select(check => (check.Name, (string?)null)),
                .. foreignKeys.Where(key => key.NotValid).Select(key => (key.Name, (string?)key.References)),
            ];

            // A key that the table itself refers to is needed in the transaction.
            if (desired.ForeignKeys.All(key => key.References != desired.Identity.ToString()))
            {
                PostponeKeys(actual, desired);
            }
        }

        public TableDefinition Table { get; private set; }

        /// <summary>Constraints that hold for new rows only, and the tables that foreign keys among them point to.</summary>
        public IReadOnlyList<(string Name, string? References)> Unchecked { get; }

        public IReadOnlyList<string> NotNull { get; }

        /// <summary>Keys whose indexes are missing, and the constraint that stays until one is there.</summary>
        public List<(KeyDefinition Key, bool IsPrimary, string? Replaces)> Keys { get; } = [];

        // Identity columns must be NOT NULL before they become such, and what is made again has no rows' values to check.
        private static bool BecomesNotNull(ColumnDefinition actual, ColumnDefinition desired) =>
            desired.NotNull && !actual.NotNull && actual.Identity == desired.Identity && actual.Generated == desired.Generated;

        private IReadOnlyList<CheckDefinition> Checks(Dictionary<string, CheckDefinition> existing, TableDefinition desired) =>
        [
            .. desired.Checks.Select(check => existing.GetValueOrDefault(check.Name) == check ? check : check with { NotValid = true }),
            .. NotNull.Select(column => ObjectNames.NotNull(desired.Name, column) is var name && existing.TryGetValue(name, out var begun)
                ? begun
                : new CheckDefinition { Name = name, Expression = $"{SqlIdentifier.Quote(column)} IS NOT NULL", NotValid = true }),
        ];

        private static IReadOnlyList<ForeignKeyDefinition> ForeignKeys(Dictionary<string, ForeignKeyDefinition> existing, TableDefinition desired) =>
            [.. desired.ForeignKeys.Select(key => existing.TryGetValue(key.Name, out var old) && DefinitionJson.AreEqual(old, key) ? key : key with { NotValid = true })];

        private void PostponeKeys(TableDefinition actual, TableDefinition desired)
        {
            if (desired.PrimaryKey is { } primary && !(actual.PrimaryKey is { } present && DefinitionJson.AreEqual(primary, present)))
            {
                var stays = actual.PrimaryKey is { } old && Survives(old, actual, desired) ? actual.PrimaryKey : null;
                Table = Table with { PrimaryKey = stays };
                Keys.Add((primary, true, stays?.Name));
            }

            var existing = actual.UniqueConstraints.ToDictionary(key => key.Name, StringComparer.Ordinal);
            var staged = new List<KeyDefinition>();
            foreach (var key in desired.UniqueConstraints)
            {
                if (existing.TryGetValue(key.Name, out var old) && DefinitionJson.AreEqual(old, key))
                {
                    staged.Add(key);
                    continue;
                }

                var stays = old is not null && Survives(old, actual, desired);
                if (stays)
                {
                    staged.Add(old!);
                }

                Keys.Add((key, false, stays ? old!.Name : null));
            }

            Table = Table with { UniqueConstraints = staged };
        }

        private static bool Survives(KeyDefinition key, TableDefinition actual, TableDefinition desired) => key.Columns.Concat(key.Include).All(name =>
            desired.Columns.FirstOrDefault(column => column.Name == name) is { } column && actual.Columns.First(old => old.Name == name).Generated == column.Generated);
    }
}
