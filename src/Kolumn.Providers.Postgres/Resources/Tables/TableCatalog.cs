using System.Data.Common;
using Kolumn.Protocol;
using Kolumn.Providers.Postgres.Database;
using Kolumn.Providers.Postgres.Resources.Indexes;
using Kolumn.Providers.Postgres.Resources.Sequences;
using Kolumn.Providers.Postgres.Sql;
using Kolumn.Sdk;

namespace Kolumn.Providers.Postgres.Resources.Tables;

/// <summary>Reads tables with their columns and constraints: five queries in one round trip, however many tables there are.</summary>
internal static class TableCatalog
{
    /// <param name="lookups">Null for all.</param>
    public static async Task<IReadOnlyList<TableDefinition>> ReadAsync(
        PostgresSession session, IReadOnlyCollection<QualifiedName>? lookups, SchemaNames names, CancellationToken cancellationToken)
    {
        var reading = new Reading(names, lookups is not null);
        await session.ReadAsync(
            [
                CatalogQuery.Of(CatalogSql.Tables, lookups, reading.Table),
                CatalogQuery.Of(CatalogSql.Columns, lookups, reading.Column),
                CatalogQuery.Of(CatalogSql.Constraints, lookups, reading.Constraint),
                CatalogQuery.Of(CatalogSql.IndexColumns, lookups, reading.ExclusionElement, true),
                CatalogQuery.Of(CatalogSql.TableLeftovers, lookups, reading.Leftover),
            ],
            cancellationToken);
        return reading.Definitions();
    }

    /// <summary>The rows of the five queries on their way into definitions. Column numbers are those of the queries' select lists.</summary>
    private sealed class Reading(SchemaNames names, bool asked)
    {
        private readonly Dictionary<long, TableRows> _tables = [];

        // By their indexes, which is how the elements' rows name them.
        private readonly Dictionary<long, List<ExclusionElement>> _exclusions = [];

        public void Table(DbDataReader row)
        {
            if (row.GetBoolean(10))
            {
                // A table that takes columns from another one cannot be described by its own.
                if (asked)
                {
                    throw new ProviderException(Diagnostic.Error(
                        DiagnosticCodes.Operation,
                        $"The table {new QualifiedName(row.GetString(1), row.GetString(2))} inherits from another table",
                        "Inheritance is not supported: take the table out of the configuration, or end it with ALTER TABLE … NO INHERIT."));
                }

                return;
            }

            _tables.Add(row.GetInt64(0), new TableRows(new TableDefinition
            {
                Schema = names.Schema(row.GetString(1)),
                Name = row.GetString(2),
                Unlogged = row.GetBoolean(3),
                Comment = row.Text(4),
                Owner = row.GetString(5),
                PartitionBy = names.Sql(row.Text(6)),
                StorageParameters = StorageParameters.Read(row.List<string>(7)),
                RowLevelSecurity = row.GetBoolean(8),
                ForceRowLevelSecurity = row.GetBoolean(9),
            }));
        }

        public void Column(DbDataReader row)
        {
            if (!_tables.TryGetValue(row.GetInt64(0), out var table))
            {
                return;
            }

            var type = names.Sql(row.GetString(3))!;
            var expression = names.Sql(row.Text(5));
            var generated = row.GetString(6) == "s";
            var serial = row.GetBoolean(16);
            table.ColumnNames.Add(row.GetInt32(1), row.GetString(2));
            table.Columns.Add(new ColumnDefinition
            {
                Name = row.GetString(2),
                Type = type,
                Nullable = row.GetBoolean(4) ? false : null,
                Default = generated || serial ? null : expression,
                Generated = generated ? expression : null,
                Serial = serial,
                Identity = Identity(row, type),
                Collation = names.Sql(row.Text(8)),
                Comment = row.Text(9),
            });
        }

        public void Constraint(DbDataReader row)
        {
            if (!_tables.TryGetValue(row.GetInt64(0), out var table))
            {
                return;
            }

            switch (row.GetString(2))
            {
                case "p":
                    table.PrimaryKey = Key(row, table);
                    break;
                case "u":
                    table.UniqueConstraints.Add(Key(row, table));
                    break;
                case "x":
                    table.Exclusions.Add(Exclusion(row, table, _exclusions[row.GetInt64(17)] = []));
                    break;
                case "c":
                    table.Checks.Add(new CheckDefinition { Name = row.GetString(1), Expression = names.Sql(row.GetString(8))!, NotValid = !row.GetBoolean(6) });
                    break;
                default:
                    table.ForeignKeys.Add(ForeignKey(row, table));
                    break;
            }
        }

        public void ExclusionElement(DbDataReader row)
        {
            if (!row.GetBoolean(1) && _exclusions.TryGetValue(row.GetInt64(0), out var elements))
            {
                elements.Add((ExclusionElement)IndexCatalog.Part(row, names, new ExclusionElement { Operator = row.GetString(7) }));
            }
        }

        public void Leftover(DbDataReader row) => _tables.GetValueOrDefault(row.GetInt64(0))?.Leftovers.Add(row.GetString(1));

        public IReadOnlyList<TableDefinition> Definitions() => [.. _tables.Values.Select(table => table.Definition())];

        private static IdentityDefinition? Identity(DbDataReader row, string type) => row.GetString(7) switch
        {
            "" => null,
            var kind => SequenceType.RangeOf(type).Shortest(
                new IdentityDefinition
                {
                    Generation = kind == "a" ? IdentityDefinition.Always : IdentityDefinition.ByDefault,
                    Start = row.GetInt64(10),
                    Increment = row.GetInt64(11),
                    Min = row.GetInt64(12),
                    Max = row.GetInt64(13),
                    Cache = row.GetInt64(14),
                    Cycle = row.GetBoolean(15),
                }),
        };

        private static KeyDefinition Key(DbDataReader row, TableRows table) => new()
        {
            Name = row.GetString(1),
            Columns = table.Names(row.List<short>(3)),
            Include = table.Names(row.List<short>(9)),
            NullsNotDistinct = row.GetBoolean(10),
            Deferrable = row.GetBoolean(4),
            InitiallyDeferred = row.GetBoolean(5),
        };

        private ExclusionDefinition Exclusion(DbDataReader row, TableRows table, List<ExclusionElement> elements) => new()
        {
            Name = row.GetString(1),
            Method = row.GetString(18) is var method && method == "btree" ? null : method,
            Elements = elements,
            Include = table.Names(row.List<short>(9)),
            Where = names.Sql(row.Text(19)),
            Deferrable = row.GetBoolean(4),
            InitiallyDeferred = row.GetBoolean(5),
        };

        private ForeignKeyDefinition ForeignKey(DbDataReader row, TableRows table) => new()
        {
            Name = row.GetString(1),
            Columns = table.Names(row.List<short>(3)),
            References = new QualifiedName(names.Schema(row.GetString(11)), row.GetString(12)).ToString(),
            ReferencedColumns = row.List<string>(13),
            OnDelete = Action(row.GetString(14)),
            OnUpdate = Action(row.GetString(15)),
            MatchFull = row.GetString(16) == "f",
            Deferrable = row.GetBoolean(4),
            InitiallyDeferred = row.GetBoolean(5),
            NotValid = !row.GetBoolean(6),
        };

        private static string? Action(string letter) => letter switch
        {
            "c" => "cascade",
            "r" => "restrict",
            "n" => "set null",
            "d" => "set default",
            _ => null,
        };
    }

    private sealed class TableRows(TableDefinition table)
    {
        /// <summary>By attribute number, which is how constraints name columns.</summary>
        public Dictionary<int, string> ColumnNames { get; } = [];

        public List<ColumnDefinition> Columns { get; } = [];

        public KeyDefinition? PrimaryKey { get; set; }

        public List<KeyDefinition> UniqueConstraints { get; } = [];

        public List<CheckDefinition> Checks { get; } = [];

        public List<ForeignKeyDefinition> ForeignKeys { get; } = [];

        public List<ExclusionDefinition> Exclusions { get; } = [];

        public List<string> Leftovers { get; } = [];

        public string[] Names(short[] numbers) => Array.ConvertAll(numbers, number => ColumnNames[number]);

        public TableDefinition Definition() => table with
        {
            Columns = Columns,
            PrimaryKey = PrimaryKey,
            UniqueConstraints = UniqueConstraints,
            Checks = Checks,
            ForeignKeys = ForeignKeys,
            Exclusions = Exclusions,
            Leftovers = Leftovers,
        };
    }
}
