using System.Data.Common;
using Kolumn.Providers.MySql.Database;
using Kolumn.Providers.MySql.Sql;
using Kolumn.Sdk;

namespace Kolumn.Providers.MySql.Resources.Tables;

/// <summary>Reads tables with their columns, keys, checks and partitions: seven queries, however many tables there are.</summary>
internal static class TableCatalog
{
    /// <param name="lookups">null for all.</param>
    public static async Task<IReadOnlyList<TableDefinition>> ReadAsync(MySqlSession session, IReadOnlyCollection<MySqlName>? lookups, SchemaNames names, CancellationToken cancellationToken)
    {
        var reading = new Reading(names, session.Server.IsMariaDb);
        string In(string prefix) => CatalogScope.Of(session.Database, prefix + "TABLE_SCHEMA", prefix + "TABLE_NAME", lookups);
        await session.ReadAsync(
            [
                new CatalogQuery(
                    new Statement($"SELECT TABLE_SCHEMA, TABLE_NAME, ENGINE, TABLE_COLLATION, TABLE_COMMENT FROM information_schema.TABLES WHERE TABLE_TYPE = 'BASE TABLE' AND {In("")} ORDER BY TABLE_SCHEMA, TABLE_NAME"),
                    reading.Table),
            ],
            cancellationToken);
        if (reading.IsEmpty)
        {
            return [];
        }

        var checks = session.Server.IsMariaDb
            ? $"SELECT CONSTRAINT_SCHEMA, TABLE_NAME, CONSTRAINT_NAME, CHECK_CLAUSE, LEVEL FROM information_schema.CHECK_CONSTRAINTS WHERE {CatalogScope.Of(session.Database, "CONSTRAINT_SCHEMA", "TABLE_NAME", lookups)}"
            : $"""
              SELECT t.TABLE_SCHEMA, t.TABLE_NAME, c.CONSTRAINT_NAME, c.CHECK_CLAUSE, 'Table' FROM information_schema.TABLE_CONSTRAINTS t
              JOIN information_schema.CHECK_CONSTRAINTS c ON c.CONSTRAINT_SCHEMA = t.CONSTRAINT_SCHEMA AND c.CONSTRAINT_NAME = t.CONSTRAINT_NAME
              WHERE t.CONSTRAINT_TYPE = 'CHECK' AND {In("t.")} ORDER BY c.CONSTRAINT_NAME
              """;
        await session.ReadAsync(
            [
                new CatalogQuery(
                    new Statement($"""
                        SELECT TABLE_SCHEMA, TABLE_NAME, COLUMN_NAME, COLUMN_TYPE, IS_NULLABLE, COLUMN_DEFAULT, EXTRA, COLLATION_NAME, COLUMN_COMMENT, GENERATION_EXPRESSION
                        FROM information_schema.COLUMNS WHERE {In("")} ORDER BY TABLE_SCHEMA, TABLE_NAME, ORDINAL_POSITION
                        """),
                    reading.Column),
                new CatalogQuery(new Statement(checks), reading.Check),
                new CatalogQuery(
                    new Statement($"""
                        SELECT TABLE_SCHEMA, TABLE_NAME, INDEX_NAME, COLUMN_NAME, SUB_PART, NON_UNIQUE
                        FROM information_schema.STATISTICS WHERE INDEX_TYPE IN ('BTREE', 'HASH') AND {In("")} ORDER BY TABLE_SCHEMA, TABLE_NAME, INDEX_NAME, SEQ_IN_INDEX
                        """),
                    reading.Index),
                new CatalogQuery(
                    new Statement($"SELECT CONSTRAINT_SCHEMA, TABLE_NAME, CONSTRAINT_NAME, UPDATE_RULE, DELETE_RULE FROM information_schema.REFERENTIAL_CONSTRAINTS WHERE {CatalogScope.Of(session.Database, "CONSTRAINT_SCHEMA", "TABLE_NAME", lookups)}"),
                    reading.Rules),
                new CatalogQuery(
                    new Statement($"""
                        SELECT TABLE_SCHEMA, TABLE_NAME, CONSTRAINT_NAME, COLUMN_NAME, REFERENCED_TABLE_SCHEMA, REFERENCED_TABLE_NAME, REFERENCED_COLUMN_NAME
                        FROM information_schema.KEY_COLUMN_USAGE WHERE REFERENCED_TABLE_NAME IS NOT NULL AND {In("")} ORDER BY TABLE_SCHEMA, TABLE_NAME, CONSTRAINT_NAME, ORDINAL_POSITION
                        """),
                    reading.ForeignKey),
                new CatalogQuery(
                    new Statement($"""
                        SELECT TABLE_SCHEMA, TABLE_NAME, PARTITION_NAME, PARTITION_METHOD, PARTITION_EXPRESSION, PARTITION_DESCRIPTION, PARTITION_COMMENT
                        FROM information_schema.PARTITIONS WHERE PARTITION_NAME IS NOT NULL AND {In("")} ORDER BY TABLE_SCHEMA, TABLE_NAME, PARTITION_ORDINAL_POSITION
                        """),
                    reading.Partition),
            ],
            cancellationToken);
        return reading.Definitions();
    }

    /// <summary>The rows of the queries on their way into definitions. Column numbers are those of the queries' select lists.</summary>
    private sealed class Reading(SchemaNames names, bool isMariaDb)
    {
        private readonly Dictionary<(string, string), TableRows> _tables = [];

        public bool IsEmpty => _tables.Count == 0;

        public void Table(DbDataReader row)
        {
            var collation = row.Text(3);
            _tables.Add((row.GetString(0), row.GetString(1)), new TableRows(new TableDefinition
            {
                Schema = names.Schema(row.GetString(0)),
                Name = row.GetString(1),
                Engine = row.Text(2)?.ToLowerInvariant(),
                Charset = collation is null ? null : Collations.CharsetOf(collation),
                Collation = collation,
                Comment = row.Text(4) is { Length: > 0 } comment ? comment : null,
            }));
        }

        public void Column(DbDataReader row)
        {
            if (Find(row) is not { } table)
            {
                return;
            }

            var extra = row.Text(6) ?? "";
            var type = ColumnType.Canonical(row.GetString(3));
            var generated = extra.Contains("GENERATED", StringComparison.OrdinalIgnoreCase) && !extra.Contains("DEFAULT_GENERATED", StringComparison.OrdinalIgnoreCase) ? row.Text(9) : null;
            var onUpdate = extra.IndexOf("on update ", StringComparison.OrdinalIgnoreCase) is >= 0 and var at ? extra[(at + "on update ".Length)..].Split(' ', ',')[0] : null;
            table.Columns.Add(new ColumnDefinition
            {
                Name = row.GetString(2),
                Type = type,
                Nullable = row.GetString(4) == "NO" ? false : null,
                Default = generated is null ? Default(row.Text(5), type, extra) : null,
                OnUpdate = onUpdate is null ? null : DefaultValue.Moment(onUpdate) ?? onUpdate,
                Generated = generated is null || isMariaDb ? generated : generated.Replace("\\'", "'", StringComparison.Ordinal),
                Stored = generated is not null && (extra.Contains("STORED", StringComparison.OrdinalIgnoreCase) || extra.Contains("PERSISTENT", StringComparison.OrdinalIgnoreCase)),
                AutoIncrement = extra.Contains("auto_increment", StringComparison.OrdinalIgnoreCase),
                Collation = row.Text(7) is { } collation && collation != table.Definition.Collation ? collation : null,
                Invisible = extra.Contains("INVISIBLE", StringComparison.OrdinalIgnoreCase),
                Comment = row.Text(8) is { Length: > 0 } comment ? comment : null,
            });
        }

        public void Check(DbDataReader row)
        {
            if (Find(row) is not { } table)
            {
                return;
            }

            var (name, clause) = (row.GetString(2), row.GetString(3));
            var at = row.GetString(4) == "Column" ? table.Columns.FindIndex(column => column.Name == name) : -1;
            if (at < 0)
            {
                table.Checks.Add(new CheckDefinition { Name = name, Expression = isMariaDb ? clause : clause.Replace("\\'", "'", StringComparison.Ordinal) });
                return;
            }

            // MariaDB's json is a longtext with this check.
            var column = table.Columns[at];
            var isJson = column.Type == "longtext" && clause.Equals($"json_valid({MySqlName.Quote(name)})", StringComparison.OrdinalIgnoreCase);
            table.Columns[at] = isJson ? column with { Type = "json", Collation = null } : column with { Check = clause };
        }

        public void Index(DbDataReader row)
        {
            // A part that is an expression has no column; such an index is no constraint.
            if (Find(row) is not { } table || row.Text(3) is not { } column)
            {
                return;
            }

            var name = row.GetString(2);
            var keys = row.Number(5) == 0 ? table.Keys : table.Indexes;
            var (columns, lengths) = keys.TryGetValue(name, out var known) ? known : keys[name] = ([], []);
            columns.Add(column);
            if (row.Number(4) is { } length)
            {
                lengths[column] = (int)length;
            }
        }

        /// <summary>Read by themselves: the server joins views of its catalog row by row.</summary>
        public void Rules(DbDataReader row)
        {
            if (Find(row) is { } table)
            {
                table.Rules[row.GetString(2)] = (Action(row.GetString(3)), Action(row.GetString(4)));
            }
        }

        public void ForeignKey(DbDataReader row)
        {
            // A key that came between the two queries is the next plan's.
            if (Find(row) is not { } table || !table.Rules.TryGetValue(row.GetString(2), out var rules))
            {
                return;
            }

            var name = row.GetString(2);
            if (!table.ForeignKeys.TryGetValue(name, out var key))
            {
                key = table.ForeignKeys[name] = (
                    new ForeignKeyDefinition { Name = name, References = names.Name(row.GetString(4), row.GetString(5)).ToString(), OnUpdate = rules.OnUpdate, OnDelete = rules.OnDelete }, [], []);
            }

            key.Columns.Add(row.GetString(3));
            key.Referenced.Add(row.GetString(6));
        }

        public void Partition(DbDataReader row)
        {
            if (Find(row) is not { } table)
            {
                return;
            }

            var (method, expression, description) = (row.GetString(3), row.Text(4), row.Text(5));
            table.PartitionBy = $"{method} ({expression})";
            table.Partitions.Add(new PartitionDefinition
            {
                Name = row.GetString(2),
                Values = description is null ? null
                    : method.StartsWith("RANGE", StringComparison.Ordinal) ? description == "MAXVALUE" && method == "RANGE" ? "LESS THAN MAXVALUE" : $"LESS THAN ({description})"
                    : $"IN ({description})",
                Comment = row.Text(6) is { Length: > 0 } comment ? comment : null,
            });
        }

        public IReadOnlyList<TableDefinition> Definitions() => [.. _tables.Values.Select(table => table.Finish())];

        private TableRows? Find(DbDataReader row) => _tables.GetValueOrDefault((row.GetString(0), row.GetString(1)));

        private static string? Action(string rule) => rule is "CASCADE" or "SET NULL" ? rule.ToLowerInvariant() : null;

        // MariaDB writes an expression, MySQL a value, or an expression that it calls generated.
        private string? Default(string? text, string type, string extra)
        {
            if (text is null || (isMariaDb && text == "NULL"))
            {
                return null;
            }

            var expression = isMariaDb || extra.Contains("DEFAULT_GENERATED", StringComparison.OrdinalIgnoreCase) || ColumnType.IsNumber(type) || text.StartsWith("b'", StringComparison.Ordinal)
                ? text
                : MySqlText.Quote(text);
            return DefaultValue.Canonical(SequenceMentions.In(expression).Any() ? names.Sql(expression) : expression, type);
        }
    }

    /// <summary>One table while its rows come in.</summary>
    private sealed class TableRows(TableDefinition definition)
    {
        public TableDefinition Definition => definition;

        public List<ColumnDefinition> Columns { get; } = [];

        public List<CheckDefinition> Checks { get; } = [];

        public Dictionary<string, (List<string> Columns, SortedDictionary<string, int> Lengths)> Keys { get; } = new(StringComparer.Ordinal);

        public Dictionary<string, (List<string> Columns, SortedDictionary<string, int> Lengths)> Indexes { get; } = new(StringComparer.Ordinal);

        public Dictionary<string, (string? OnUpdate, string? OnDelete)> Rules { get; } = new(StringComparer.Ordinal);

        public Dictionary<string, (ForeignKeyDefinition Key, List<string> Columns, List<string> Referenced)> ForeignKeys { get; } = new(StringComparer.Ordinal);

        public string? PartitionBy { get; set; }

        public List<PartitionDefinition> Partitions { get; } = [];

        public TableDefinition Finish() => definition with
        {
            Columns = Columns,
            PrimaryKey = Keys.TryGetValue("PRIMARY", out var primary) ? Key(null, primary) : null,
            UniqueConstraints = [.. Keys.Where(key => key.Key != "PRIMARY").Select(key => Key(key.Key, key.Value))],
            Checks = Checks,
            ForeignKeys = [.. ForeignKeys.Values.Select(key => key.Key with { Columns = key.Columns, ReferencedColumns = key.Referenced, Index = IndexOf(key.Key.Name, key.Columns) })],
            PartitionBy = PartitionBy,
            Partitions = Partitions,
        };

        private string? IndexOf(string name, List<string> columns) => Indexes.TryGetValue(name, out var index) && index.Columns.SequenceEqual(columns) ? name : null;

        private static KeyDefinition Key(string? name, (List<string> Columns, SortedDictionary<string, int> Lengths) key) =>
            new() { Name = name, Columns = key.Columns, Lengths = key.Lengths.Count > 0 ? key.Lengths : null };
    }
}
