using System.Text.Json;
using System.Text.Json.Nodes;
using Kolumn.Protocol;
using Kolumn.Providers.Sqlite.Ddl;
using Kolumn.Sdk;
using Kolumn.Sdk.Sql;

namespace Kolumn.Providers.Sqlite.Resources.Tables;

/// <summary>Understands what a user wrote about a table. Keys and constraints written at a column become the table's own.</summary>
internal sealed class TableConfig
{
    private static readonly string[] ConflictActions = ["ROLLBACK", "ABORT", "FAIL", "IGNORE", "REPLACE"];

    private readonly JsonObject _config;
    private readonly ConfigReading _reading;
    private readonly List<UniqueConstraint> _uniques = [];
    private readonly List<CheckConstraint> _checks = [];
    private readonly List<ForeignKey> _foreignKeys = [];

    private TableConfig(JsonObject config, DescribeContext context) => (_config, _reading) = (config, new ConfigReading(context));

    public static TableDefinition Describe(JsonObject config, DescribeContext context) => new TableConfig(config, context).Table();

    private TableDefinition Table()
    {
        var name = _reading.ObjectName(_config, AttributePath.Of("name"));
        var configs = _config.Items("columns").OfType<JsonObject>().ToList();
        var columns = configs.Select((column, index) => Column(column, AttributePath.Of("columns").Element(index))).ToList();
        CheckColumnNames(columns);
        var key = PrimaryKey(configs, columns);
        AddTableConstraints(columns);
        var table = new TableDefinition
        {
            Name = name,
            Columns = columns,
            PrimaryKey = key,
            UniqueConstraints = _uniques,
            Checks = _checks,
            ForeignKeys = _foreignKeys,
            WithoutRowid = _config.IsSet("without_rowid"),
            Strict = _config.IsSet("strict"),
        };
        TableRules.Check(table, configs, _reading);
        return table with { Columns = [.. columns.Select((column, index) => column with { Nullable = TableRules.IsNullable(table, column, configs[index]) })] };
    }

    private ColumnDefinition Column(JsonObject config, AttributePath path)
    {
        var name = _reading.Name(config.Text("name") ?? "", path.Member("name"));
        if (config.IsSet("unique"))
        {
            _uniques.Add(new UniqueConstraint(null, [new KeyColumn(name)]));
        }

        if (config.Text("check") is { } check)
        {
            _checks.Add(new CheckConstraint(null, _reading.Expression(check, path.Member("check"))));
        }

        if (config["references"] is { } reference)
        {
            _foreignKeys.Add(ForeignKey(config, null, [name], reference, path));
        }

        var generated = config.Text("generated") is { } expression ? _reading.Expression(expression, path.Member("generated")) : null;
        if (generated is not null && config["default"] is not null)
        {
            _reading.Error(path.Member("default"), "a generated column has no default", "Remove one of the two.");
        }

        return new ColumnDefinition
        {
            Name = name,
            Type = Type(config, path.Member("type")),
            NullConflict = Conflict(config, "on_null", path),
            Default = Default(config["default"], path.Member("default")),
            // BINARY is what a column has without being told.
            Collation = _reading.Collation(config, path) is { } collation && collation != "BINARY" ? collation : null,
            Generated = generated,
            Stored = generated is not null && config.IsSet("stored"),
        };
    }

    private string? Type(JsonObject config, AttributePath path)
    {
        if (config.Text("type") is not { } type || type.Trim().Length == 0)
        {
            return null;
        }

        if (SqlTypeName.FaultOf(type, SqlDialect.Sqlite) is { } fault)
        {
            _reading.Error(path, $"\"{type}\" is not a type: {fault}", "Write a type such as INTEGER, TEXT or NUMERIC(10, 2).");
            return null;
        }

        try
        {
            // What SQLite will have understood of it is the catalog's spelling.
            return TableDdl.Read($"CREATE TABLE t (c {type})").Columns[0].Type;
        }
        catch (DdlException unreadable)
        {
            _reading.Error(path, $"\"{type}\" is not a type of SQLite: {unreadable.Message}", null);
            return null;
        }
    }

    private string? Default(JsonNode? value, AttributePath path)
    {
        if (value is JsonObject or JsonArray)
        {
            _reading.Error(path, "a default is a string, a number or a bool", null);
            return null;
        }

        if (SqlDefault.ToSql(value, SqlDialect.Sqlite) is not { } sql)
        {
            return null;
        }

        var expression = _reading.Expression(sql, path);
        return expression.Equals("NULL", StringComparison.OrdinalIgnoreCase) ? null
            : Tokenizer.TryScan(expression) is [{ Kind: TokenKind.Word } word] ? word.Text.ToUpperInvariant()
            : expression;
    }

    private void CheckColumnNames(List<ColumnDefinition> columns)
    {
        if (columns.Count == 0)
        {
            _reading.Error(AttributePath.Of("columns"), "a table needs a column", "Add at least one.");
        }

        var known = new HashSet<string>(SqliteName.Comparer);
        for (var index = 0; index < columns.Count; index++)
        {
            if (!known.Add(columns[index].Name))
            {
                _reading.Error(AttributePath.Of("columns").Element(index).Member("name"), $"there are two columns \"{columns[index].Name}\"", "Names that differ in case alone are the same to SQLite.");
            }
        }
    }

    private PrimaryKey? PrimaryKey(List<JsonObject> configs, List<ColumnDefinition> columns)
    {
        var marked = configs.Where(column => column.IsSet("primary_key")).Select(column => new KeyColumn(column.Text("name") ?? "")).ToList();
        var autoincrement = configs.FindIndex(column => column.IsSet("autoincrement") || column.IsSet("identity"));
        var path = AttributePath.Of("primary_key");
        var key = _config["primary_key"] switch
        {
            null => marked.Count > 0 ? new PrimaryKey(null, marked) : null,
            JsonArray => new PrimaryKey(null, KeyColumns(_config, "primary_key", AttributePath.Root, columns)),
            JsonObject named => new PrimaryKey(_reading.OptionalName(named, path), KeyColumns(named, "columns", path, columns))
            {
                Autoincrement = named.IsSet("autoincrement"),
                OnConflict = Conflict(named, "on_conflict", path),
            },
            _ => Invalid(path),
        };
        if (marked.Count > 0 && key is not null && !marked.All(m => key.Columns.Any(k => SqliteName.AreEqual(k.Name, m.Name))))
        {
            _reading.Error(path, "the table's primary key and the columns marked primary_key disagree", "Write the key in one place.");
        }

        if (autoincrement >= 0)
        {
            key = key is not null ? key with { Autoincrement = true } : new PrimaryKey(null, [new KeyColumn(columns[autoincrement].Name)]) { Autoincrement = true };
        }

        return key;
    }

    private PrimaryKey? Invalid(AttributePath path)
    {
        _reading.Error(path, "a primary key is a list of columns or an object with name and columns", null);
        return null;
    }

    private void AddTableConstraints(List<ColumnDefinition> columns)
    {
        foreach (var (item, path) in Elements("unique_constraints"))
        {
            var config = item as JsonObject ?? new JsonObject { ["columns"] = item.DeepClone() };
            _uniques.Add(new UniqueConstraint(_reading.OptionalName(config, path), KeyColumns(config, "columns", path, columns)) { OnConflict = Conflict(config, "on_conflict", path) });
        }

        foreach (var (item, path) in Elements("checks"))
        {
            var config = item as JsonObject ?? new JsonObject { ["expression"] = item.DeepClone() };
            _checks.Add(new CheckConstraint(_reading.OptionalName(config, path), _reading.Expression(config.Text("expression") ?? "", path.Member("expression"))));
        }

        foreach (var (item, path) in Elements("foreign_keys"))
        {
            if (item is JsonObject config)
            {
                var names = KeyColumns(config, "columns", path, columns).Select(column => column.Name).ToList();
                _foreignKeys.Add(ForeignKey(config, _reading.OptionalName(config, path), names, config["references"], path));
            }
        }
    }

    private IEnumerable<(JsonNode Item, AttributePath Path)> Elements(string attribute) =>
        _config.Items(attribute).Select((item, index) => (item, AttributePath.Of(attribute).Element(index)));

    private ForeignKey ForeignKey(JsonObject config, string? name, List<string> columns, JsonNode? reference, AttributePath path)
    {
        var (table, column) = _reading.Reference(reference, path.Member("references"));
        var referenced = config.Texts("referenced_columns").Select((text, index) => _reading.Name(text, path.Member("referenced_columns").Element(index))).ToList();
        if (referenced.Count == 0 && column is not null)
        {
            referenced.Add(column);
        }

        if (referenced.Count > 0 && referenced.Count != columns.Count)
        {
            _reading.Error(path, $"{columns.Count} columns cannot reference {referenced.Count}", "Both lists need the same length.");
        }

        return new ForeignKey(name, columns, table)
        {
            ReferencedColumns = referenced,
            OnDelete = Action(config, "on_delete", path),
            OnUpdate = Action(config, "on_update", path),
            InitiallyDeferred = config.IsSet("initially_deferred"),
        };
    }

    private string? Action(JsonObject config, string member, AttributePath path) =>
        _reading.Keyword(config, member, path, "NO ACTION", "RESTRICT", "CASCADE", "SET NULL", "SET DEFAULT") is { } action && action != "NO ACTION" ? action : null;

    private string? Conflict(JsonObject config, string member, AttributePath path) =>
        _reading.Keyword(config, member, path, ConflictActions) is { } action && action != "ABORT" ? action : null;

    private List<KeyColumn> KeyColumns(JsonObject config, string member, AttributePath path, List<ColumnDefinition> columns)
    {
        path = path.Member(member);
        var keys = new List<KeyColumn>();
        foreach (var (item, index) in config.Items(member).Select((item, index) => (item, index)))
        {
            var at = path.Element(index);
            var name = item is JsonObject column ? column.Text("column") ?? column.Text("name") ?? ""
                : item.GetValueKind() == JsonValueKind.String ? item.GetValue<string>() : "";
            if (columns.Find(c => SqliteName.AreEqual(c.Name, name)) is not { } known)
            {
                _reading.Error(at, $"the table has no column \"{name}\"", $"Its columns: {string.Join(", ", columns.Select(c => c.Name))}.");
                continue;
            }

            keys.Add(item is JsonObject details
                ? new KeyColumn(known.Name, _reading.Keyword(details, "order", at, "ASC", "DESC") == "DESC", _reading.Collation(details, at))
                : new KeyColumn(known.Name));
        }

        if (keys.Count == 0)
        {
            _reading.Error(path, "at least one column is expected", null);
        }

        return keys;
    }
}
