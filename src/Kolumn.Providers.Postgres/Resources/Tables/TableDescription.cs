using System.Text.Json;
using System.Text.Json.Nodes;
using Kolumn.Protocol;
using Kolumn.Providers.Postgres.Resources.Sequences;
using Kolumn.Providers.Postgres.Sql;
using Kolumn.Sdk;
using Kolumn.Sdk.Sql;

namespace Kolumn.Providers.Postgres.Resources.Tables;

/// <summary>
/// From a user's table to its definition:
/// <list type="number">
/// <item>the table's own name, schema and comment;</item>
/// <item>the columns, with their types in the server's spelling as far as it can be foretold;</item>
/// <item>the keys, those written at a column and those written at the table;</item>
/// <item>the checks and foreign keys, with the names PostgreSQL would give them;</item>
/// <item>what contradicts itself.</item>
/// </list>
/// </summary>
internal sealed class TableDescription
{
    private readonly ConfigReader _config;
    private readonly string _schema;
    private readonly string _name;
    private readonly HashSet<string> _constraintNames = new(StringComparer.Ordinal);

    private TableDescription(ConfigReader config)
    {
        _config = config;
        _schema = _config.Schema();
        _name = _config.Name("name") ?? "";
    }

    public static TableDefinition Of(ConfigReader config) => new TableDescription(config).Describe();

    private TableDefinition Describe()
    {
        // 1 and 2.
        var columnConfigs = _config.Objects("columns");
        var columns = columnConfigs.Select(Column).ToList();

        // 3. Names are given in PostgreSQL's own order, so that two constraints that would get the same one are told apart alike.
        var primaryKey = PrimaryKey(columnConfigs);
        var uniques = Uniques(columnConfigs);
        var exclusions = _config.Objects("exclusions")
            .Select(config => TableExclusions.Describe(config, names => Free(ObjectNames.Exclusion(_name, names))))
            .Select(exclusion => Take(exclusion.Name, exclusion)).ToList();

        // 4.
        var checks = Checks(columns);
        var foreignKeys = ForeignKeys(columnConfigs);
        var table = new TableDefinition
        {
            Schema = _schema,
            Name = _name,
            Comment = _config.Comment(),
            Owner = _config.Owner(),
            Unlogged = _config.Flag("unlogged") ?? false,
            Columns = columns.ConvertAll(column => primaryKey?.Columns.Contains(column.Name) == true ? column with { Nullable = false } : column),
            PrimaryKey = primaryKey,
            UniqueConstraints = uniques,
            Checks = checks,
            ForeignKeys = foreignKeys,
            Exclusions = exclusions,
            PartitionBy = Partitioning.Key(_config),
            StorageParameters = StorageParameters.Describe(_config),
            RowLevelSecurity = _config.Flag("row_level_security") ?? false,
            ForceRowLevelSecurity = _config.Flag("force_row_level_security") ?? false,
        };

        // 5.
        CheckNames(table);
        return table;
    }

    private ColumnDefinition Column(ConfigReader config)
    {
        var name = config.Name("name") ?? "";
        var understood = config.Type("type");
        var serial = understood.IsSerial || config.Flag("serial") == true;
        var type = understood.Name;
        var identity = Identity(config, type);
        var generated = config.Sql("generated");
        var expression = config.Default();
        var sources = new[] { ("identity", identity is not null), ("generated", generated is not null), ("default", expression is not null), ("serial", serial) }
            .Where(source => source.Item2).Select(source => source.Item1).ToList();
        if (sources.Count > 1)
        {
            config.Invalid(sources[0], $"A column has one source of values, not both {sources[0]} and {sources[1]}");
        }

        return new ColumnDefinition
        {
            Name = name,
            Type = type,
            Nullable = config.IsNotNull() || identity is not null || serial ? false : null,
            Default = expression,
            Generated = generated,
            Identity = identity,
            Serial = serial,
            Collation = config.QuotedReference("collation"),
            Comment = config.Comment(),
        };
    }

    private static IdentityDefinition? Identity(ConfigReader config, string type)
    {
        switch (config["identity"])
        {
            case null:
                return null;
            case JsonValue value when value.TryGetValue<bool>(out var flag):
                return flag ? new IdentityDefinition { Generation = IdentityDefinition.ByDefault } : null;
            case JsonValue value when value.TryGetValue<string>(out var text) && Generation(text) is { } generation:
                return new IdentityDefinition { Generation = generation };
            case JsonObject:
                var options = config.Objects("identity")[0];
                var written = options.Text("generation");
                if (written is not null && Generation(written) is null)
                {
                    options.Invalid("generation", $"'{written}' is neither always nor by_default");
                }

                return SequenceType.RangeOf(type).Shortest(
                    new IdentityDefinition
                    {
                        Generation = Generation(written ?? "") ?? IdentityDefinition.ByDefault,
                        Start = options.Number("start"),
                        Increment = options.Number("increment"),
                        Min = options.Number("min"),
                        Max = options.Number("max"),
                        Cache = options.Number("cache"),
                        Cycle = options.Flag("cycle") ?? false,
                    });
            default:
                config.Invalid("identity", "An identity is true, by_default, always or an object", "For example identity = { generation = \"always\", start = 1000 }.");
                return null;
        }
    }

    private static string? Generation(string text) => text.Trim().ToUpperInvariant().Replace('_', ' ') switch
    {
        "ALWAYS" => IdentityDefinition.Always,
        "BY DEFAULT" => IdentityDefinition.ByDefault,
        _ => null,
    };

    private KeyDefinition? PrimaryKey(IReadOnlyList<ConfigReader> columns)
    {
        var marked = columns.Where(column => column.Flag("primary_key") == true).Select(column => column.Text("name") ?? "").ToList();
        if (!_config.Has("primary_key"))
        {
            return marked.Count == 0 ? null : Taking(new KeyDefinition { Name = ObjectNames.PrimaryKey(_name), Columns = marked });
        }

        if (marked.Count > 0)
        {
            _config.Invalid("primary_key", "The primary key is written twice, here and at a column", "Keep one of them.");
        }

        var key = _config["primary_key"] is JsonObject ? Key(_config.Objects("primary_key")[0]) : new KeyDefinition { Name = "", Columns = _config.Names("primary_key") };
        if (key.Columns.Count == 0)
        {
            _config.Invalid("primary_key", "A primary key names its columns", "For example primary_key = [\"id\"].");
        }

        return Taking(key.Name.Length > 0 ? key : key with { Name = ObjectNames.PrimaryKey(_name) });
    }

    private List<KeyDefinition> Uniques(IReadOnlyList<ConfigReader> columns)
    {
        var keys = columns.Where(column => column.Flag("unique") == true)
            .Select(column => new KeyDefinition { Name = "", Columns = [column.Text("name") ?? ""] })
            .Concat(_config.Objects("unique_constraints").Select(Key))
            .ToList();
        return keys.ConvertAll(key => Taking(key.Name.Length > 0 ? key : key with { Name = Free(ObjectNames.Unique(_name, key.Columns)) }));
    }

    private static KeyDefinition Key(ConfigReader config)
    {
        var columns = config.Names("columns");
        if (columns.Count == 0)
        {
            config.Error("columns", DiagnosticCodes.MissingAttribute, "A key names its columns");
        }

        var initiallyDeferred = config.Flag("initially_deferred") ?? false;
        return new KeyDefinition
        {
            Name = config.Name("name", required: false) ?? "",
            Columns = columns,
            Include = config.Names("include"),
            NullsNotDistinct = config.Flag("nulls_not_distinct") ?? false,
            Deferrable = initiallyDeferred || (config.Flag("deferrable") ?? false),
            InitiallyDeferred = initiallyDeferred,
        };
    }

    private List<CheckDefinition> Checks(List<ColumnDefinition> columns)
    {
        var names = columns.Select(column => column.Name).ToHashSet(StringComparer.Ordinal);
        var checks = new List<CheckDefinition>();
        foreach (var config in _config.Objects("checks"))
        {
            var written = config.Name("name", required: false);
            if (config.Sql("expression") is { } expression)
            {
                checks.Add(Taking(new CheckDefinition { Name = written ?? Free(ObjectNames.Check(_name, expression, names)), Expression = expression }));
            }
        }

        return checks;
    }

    private List<ForeignKeyDefinition> ForeignKeys(IReadOnlyList<ConfigReader> columns)
    {
        var keys = new List<ForeignKeyDefinition>();
        foreach (var column in columns.Where(column => column.Has("references")))
        {
            if (References.TableOrColumn(column["references"]!, _schema, _config.Context) is not var (table, target))
            {
                column.Invalid("references", "This names no column of a table", "Write users.id or a reference such as postgres_table.users.id.");
                continue;
            }

            keys.Add(ForeignKey(column, null, [column.Text("name") ?? ""], table, target is null ? [] : [target]));
        }

        foreach (var config in _config.Objects("foreign_keys"))
        {
            var (name, from, to) = (config.Name("name", required: false), config.Names("columns"), config.Names("referenced_columns"));
            if (from.Count == 0)
            {
                config.Error("columns", DiagnosticCodes.MissingAttribute, "A foreign key names its columns");
            }

            if (to.Count > 0 && to.Count != from.Count)
            {
                config.Invalid("referenced_columns", $"{from.Count} columns cannot reference {to.Count}");
            }

            if (config.Table("references", _schema) is { } table)
            {
                keys.Add(ForeignKey(config, name, from, table, to));
            }
        }

        return keys;
    }

    private ForeignKeyDefinition ForeignKey(ConfigReader config, string? name, IReadOnlyList<string> columns, QualifiedName table, IReadOnlyList<string> referenced)
    {
        var initiallyDeferred = config.Flag("initially_deferred") ?? false;
        return Taking(new ForeignKeyDefinition
        {
            Name = name ?? Free(ObjectNames.ForeignKey(_name, columns)),
            Columns = columns,
            References = table.ToString(),
            ReferencedColumns = referenced,
            OnDelete = Action(config.Text("on_delete")),
            OnUpdate = Action(config.Text("on_update")),
            MatchFull = config.Flag("match_full") ?? false,
            Deferrable = initiallyDeferred || (config.Flag("deferrable") ?? false),
            InitiallyDeferred = initiallyDeferred,
        });
    }

    // The schema allows these words only; whatever else comes is no action and never reaches a statement.
    private static string? Action(string? written) => written?.Trim().ToUpperInvariant().Replace('_', ' ') switch
    {
        "CASCADE" => "cascade",
        "RESTRICT" => "restrict",
        "SET NULL" => "set null",
        "SET DEFAULT" => "set default",
        _ => null,
    };

    private string Free(string name) => ObjectNames.Unused(name, _constraintNames);

    private KeyDefinition Taking(KeyDefinition key) => Take(key.Name, key);

    private CheckDefinition Taking(CheckDefinition check) => Take(check.Name, check);

    private ForeignKeyDefinition Taking(ForeignKeyDefinition key) => Take(key.Name, key);

    private T Take<T>(string name, T constraint)
    {
        if (!_constraintNames.Add(name))
        {
            _config.Invalid("name", $"Two constraints of the table are called '{name}'", "Give one of them another name.");
        }

        return constraint;
    }

    private void CheckNames(TableDefinition table)
    {
        var known = new HashSet<string>(StringComparer.Ordinal);
        foreach (var column in table.Columns.Where(column => !known.Add(column.Name)))
        {
            _config.Invalid("columns", $"Two columns are called '{column.Name}'");
        }

        IEnumerable<(string Attribute, string Column)> used =
        [
            .. (table.PrimaryKey?.Columns ?? []).Select(column => ("primary_key", column)),
            .. table.UniqueConstraints.SelectMany(key => key.Columns.Concat(key.Include)).Select(column => ("unique_constraints", column)),
            .. table.ForeignKeys.SelectMany(key => key.Columns).Select(column => ("foreign_keys", column)),
            .. table.Exclusions.SelectMany(key => key.Elements.Select(element => element.Column).OfType<string>().Concat(key.Include)).Select(column => ("exclusions", column)),
        ];
        foreach (var (attribute, column) in used.Where(use => !known.Contains(use.Column)).Distinct())
        {
            _config.Invalid(attribute, $"The table has no column '{column}'", $"It has {string.Join(", ", known)}.");
        }
    }
}
