using System.Globalization;
using System.Text.Json.Nodes;
using Kolumn.Protocol;
using Kolumn.Providers.MySql.Sql;
using Kolumn.Sdk.Sql;

namespace Kolumn.Providers.MySql.Resources.Tables;

/// <summary>
/// From a user's table to its definition:
/// <list type="number">
/// <item>the table's own name, database, engine, collation and comment;</item>
/// <item>the columns, with types and defaults in the server's spelling as far as it can be foretold;</item>
/// <item>the keys, those written at a column and those written at the table;</item>
/// <item>the checks and foreign keys, with the names the server would give them;</item>
/// <item>the partitions;</item>
/// <item>what contradicts itself.</item>
/// </list>
/// </summary>
internal sealed class TableDescription
{
    private readonly ConfigReader _config;
    private readonly string? _schema;
    private readonly string _name;
    private readonly HashSet<string> _names = new(StringComparer.OrdinalIgnoreCase);

    private TableDescription(ConfigReader config)
    {
        _config = config;
        _schema = _config.Schema();
        _name = _config.Name("name") ?? "";
    }

    public static TableDefinition Of(ConfigReader config) => new TableDescription(config).Describe();

    private TableDefinition Describe()
    {
        var columns = _config.Objects("columns");
        var primaryKey = PrimaryKey(columns); // 3
        var (charset, collation) = Collations.Describe(_config);
        var table = new TableDefinition // 1
        {
            Schema = _schema,
            Name = _name,
            Comment = _config.Comment(),
            Engine = _config.Word("engine")?.ToLowerInvariant(),
            Charset = charset,
            Collation = collation,
            Columns = [.. columns.Select(column => Column(column, collation)).Select(column => primaryKey?.Columns.Contains(column.Name) == true ? column with { Nullable = false } : column)], // 2
            PrimaryKey = primaryKey,
            UniqueConstraints = Uniques(columns),
            Checks = Checks(), // 4
            ForeignKeys = ForeignKeys(columns),
            PartitionBy = PartitionBy(), // 5
            Partitions = [.. _config.Objects("partitions").Select(Partition)],
        };
        CheckNames(table); // 6
        return table;
    }

    private static ColumnDefinition Column(ConfigReader config, string? tableCollation)
    {
        var written = config.Text("type") ?? "";
        if (SqlTypeName.FaultOf(written, SqlDialect.MySql) is { } fault)
        {
            config.Invalid("type", $"This is not a type: {fault}");
            written = "int";
        }

        var type = ColumnType.Canonical(written);
        var isSerial = type == "serial";
        type = isSerial ? "bigint unsigned" : type;
        var generated = config.Sql("generated");
        var autoIncrement = isSerial || config.Flag("auto_increment") == true;
        var expression = config.Default();
        if (generated is not null && (expression is not null || autoIncrement))
        {
            config.Invalid("generated", "A column has one source of values: generated, default or auto_increment");
        }

        if (config.Flag("stored") == true && generated is null)
        {
            config.Invalid("stored", "Only the value of a generated column can be stored");
        }

        var (charset, collation) = Collations.Describe(config, written);
        return new ColumnDefinition
        {
            Name = config.Name("name") ?? "",
            Type = type,
            Nullable = config.IsNotNull() || autoIncrement ? false : null,
            Default = expression is null ? null : DefaultValue.Canonical(expression, type),
            OnUpdate = OnUpdate(config),
            Generated = generated,
            Stored = config.Flag("stored") ?? false,
            AutoIncrement = autoIncrement,
            Charset = collation is null ? charset : null,
            Collation = collation == tableCollation ? null : collation,
            Check = config.Sql("check"),
            Invisible = config.Flag("invisible") ?? false,
            Comment = config.Comment(),
        };
    }

    private static string? OnUpdate(ConfigReader config)
    {
        if (config.Has("references") || config.Text("on_update") is not { } text)
        {
            return null;
        }

        return DefaultValue.Moment(text.Trim()) ?? config.Refuse("on_update", $"'{ConfigReader.Shown(text)}' is not a moment", "Without references it is what the column is set to whenever its row changes: current_timestamp() or current_timestamp(6).");
    }

    private KeyDefinition? PrimaryKey(IReadOnlyList<ConfigReader> columns)
    {
        var marked = columns.Where(column => column.Flag("primary_key") == true).Select(column => column.Text("name") ?? "").ToList();
        if (!_config.Has("primary_key"))
        {
            return marked.Count == 0 ? null : new KeyDefinition { Columns = marked };
        }

        if (marked.Count > 0)
        {
            _config.Invalid("primary_key", "The primary key is written twice, here and at a column", "Keep one of them.");
        }

        var key = _config.Member("primary_key") is { } member
            ? new KeyDefinition { Columns = member.Names("columns"), Lengths = Lengths(member) }
            : new KeyDefinition { Columns = _config.Names("primary_key") };
        if (key.Columns.Count == 0)
        {
            _config.Invalid("primary_key", "A primary key names its columns", "For example primary_key = [\"id\"].");
        }

        return key;
    }

    /// <summary>The server names a key after its first column, and the next of that name with a number.</summary>
    private List<KeyDefinition> Uniques(IReadOnlyList<ConfigReader> columns)
    {
        var written = _config.Objects("unique_constraints").ToList();
        _names.UnionWith(written.Select(config => config.Text("name")).OfType<string>());
        var keys = new List<KeyDefinition>();
        foreach (var column in columns.Where(column => column.Flag("unique") == true || ColumnType.Canonical(column.Text("type") ?? "") == "serial"))
        {
            keys.Add(new KeyDefinition { Name = Free(column.Text("name") ?? ""), Columns = [column.Text("name") ?? ""] });
        }

        foreach (var config in written)
        {
            var names = config.Names("columns");
            if (names.Count == 0)
            {
                config.Error("columns", DiagnosticCodes.MissingAttribute, "A key names its columns");
                continue;
            }

            keys.Add(new KeyDefinition { Name = config.Name("name", required: false) ?? Free(names[0]), Columns = names, Lengths = Lengths(config) });
        }

        return keys;
    }

    private string Free(string name)
    {
        var candidate = name;
        for (var number = 2; !_names.Add(candidate); number++)
        {
            candidate = string.Create(CultureInfo.InvariantCulture, $"{name}_{number}");
        }

        return candidate;
    }

    private static SortedDictionary<string, int>? Lengths(ConfigReader config)
    {
        if (config.Member("lengths") is not { } lengths)
        {
            return null;
        }

        var found = new SortedDictionary<string, int>(StringComparer.Ordinal);
        foreach (var column in lengths.Attributes.ToList())
        {
            if (lengths.Number(column) is > 0 and <= 65535 and { } length)
            {
                found[column] = (int)length;
            }
            else
            {
                lengths.Invalid(column, "A length is a whole number from 1 on");
            }
        }

        return found.Count > 0 ? found : null;
    }

    private List<CheckDefinition> Checks()
    {
        var checks = new List<CheckDefinition>();
        foreach (var config in _config.Objects("checks"))
        {
            if (config.Sql("expression") is { } expression)
            {
                checks.Add(new CheckDefinition { Name = config.Name("name", required: false) ?? string.Create(CultureInfo.InvariantCulture, $"{_name}_chk_{checks.Count + 1}"), Expression = expression });
            }
        }

        return checks;
    }

    private List<ForeignKeyDefinition> ForeignKeys(IReadOnlyList<ConfigReader> columns)
    {
        var keys = new List<ForeignKeyDefinition>();
        foreach (var column in columns.Where(column => column.Has("references")))
        {
            if (column.TableOrColumn("references", _schema) is var (table, target))
            {
                keys.Add(ForeignKey(column, null, [column.Text("name") ?? ""], table, target is null ? [] : [target], keys.Count + 1));
            }
        }

        foreach (var config in _config.Objects("foreign_keys"))
        {
            var (from, to) = (config.Names("columns"), config.Names("referenced_columns"));
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
                keys.Add(ForeignKey(config, config.Name("name", required: false), from, table, to, keys.Count + 1));
            }
        }

        return keys;
    }

    private ForeignKeyDefinition ForeignKey(ConfigReader config, string? name, IReadOnlyList<string> columns, MySqlName table, IReadOnlyList<string> referenced, int number) => new()
    {
        Name = name ?? string.Create(CultureInfo.InvariantCulture, $"{_name}_ibfk_{number}"),
        Columns = columns,
        References = table.ToString(),
        ReferencedColumns = referenced.Count > 0 ? referenced : PrimaryKeyOf(config, table, columns.Count),
        OnDelete = Action(config, "on_delete"),
        OnUpdate = Action(config, "on_update"),
    };

    /// <summary>The server wants the columns named; those of a table of the same configuration are known.</summary>
    private IReadOnlyList<string> PrimaryKeyOf(ConfigReader config, MySqlName table, int count)
    {
        var other = table == new MySqlName(_schema, _name) ? _config
            : (Configured(config["references"]) ?? config.Context.ConfigOf($"mysql_table.{table.Name}")) is { } found ? config.Of(found, config.Path)
            : null;
        IReadOnlyList<string> key = other is null ? []
            : other.Member("primary_key") is { } member ? member.Names("columns")
            : other.Has("primary_key") ? other.Names("primary_key")
            : [.. other.Objects("columns").Where(column => column.Flag("primary_key") == true).Select(column => column.Text("name") ?? "")];
        if (key.Count != count)
        {
            config.Error("referenced_columns", DiagnosticCodes.MissingAttribute, $"Which columns of {table} are referenced is not known", "Name them in referenced_columns, or write references = \"users.id\" at the column.");
        }

        return key;

        JsonObject? Configured(JsonNode? reference) => reference switch
        {
            JsonObject resource when (string?)resource["id"] is { } id => config.Context.ConfigOf(id),
            JsonValue value when value.TryGetValue<string>(out var text) => config.Context.ConfigOf(text),
            _ => null,
        };
    }

    private static string? Action(ConfigReader config, string attribute) =>
        config.Choice(attribute, "no action", "restrict", "cascade", "set null") is { } action and ("cascade" or "set null") ? action : null;

    private string? PartitionBy()
    {
        var text = _config.Sql("partition_by");
        if (text is null)
        {
            return null;
        }

        var open = text.IndexOf('(', StringComparison.Ordinal);
        var method = open < 0 ? text : string.Join(' ', text[..open].Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)).ToUpperInvariant();
        return open > 0 && text.EndsWith(')') && method is "RANGE" or "RANGE COLUMNS" or "LIST" or "LIST COLUMNS" or "HASH" or "LINEAR HASH" or "KEY" or "LINEAR KEY"
            ? $"{method} {text[open..]}"
            : _config.Refuse("partition_by", "This divides nothing", "Write RANGE (year(made)), RANGE COLUMNS (made), LIST (n), LIST COLUMNS (n), HASH (n) or KEY (n).");
    }

    private static PartitionDefinition Partition(ConfigReader config)
    {
        var values = config.Sql("values");
        var isKnown = values is null || values.StartsWith("LESS THAN", StringComparison.OrdinalIgnoreCase) || values.StartsWith("IN", StringComparison.OrdinalIgnoreCase);
        if (!isKnown)
        {
            config.Invalid("values", "This is neither LESS THAN (…) nor IN (…)");
        }

        return new PartitionDefinition { Name = config.Name("name") ?? "", Values = values, Comment = config.Comment() };
    }

    private void CheckNames(TableDefinition table)
    {
        var known = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var column in table.Columns.Where(column => !known.Add(column.Name)))
        {
            _config.Invalid("columns", $"Two columns are called '{column.Name}'");
        }

        IEnumerable<(string Attribute, string Column)> used =
        [
            .. (table.PrimaryKey?.Columns ?? []).Select(column => ("primary_key", column)),
            .. table.UniqueConstraints.SelectMany(key => key.Columns).Select(column => ("unique_constraints", column)),
            .. table.ForeignKeys.SelectMany(key => key.Columns).Select(column => ("foreign_keys", column)),
        ];
        foreach (var (attribute, column) in used.Where(use => !known.Contains(use.Column)).Distinct())
        {
            _config.Invalid(attribute, $"The table has no column '{column}'", $"It has {string.Join(", ", known)}.");
        }

        var constraints = table.Checks.Select(check => check.Name).Concat(table.ForeignKeys.Select(key => key.Name));
        foreach (var twice in constraints.GroupBy(name => name, StringComparer.OrdinalIgnoreCase).Where(same => same.Count() > 1))
        {
            _config.Invalid("name", $"Two constraints of the table are called '{twice.Key}'", "Give one of them another name.");
        }

        if (table.Partitions.Count > 0 && table.PartitionBy is null)
        {
            _config.Invalid("partitions", "partition_by does not say how rows are divided among the partitions");
        }
    }
}
