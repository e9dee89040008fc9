using System.Text.Json.Nodes;
using Kolumn.Providers.MySql.Sql;
using Kolumn.Sdk.Sql;
using Kolumn.Testing.Properties;
using static Kolumn.Testing.Properties.Columns;

namespace Kolumn.Providers.MySql.Tests.Properties;

/// <summary>
/// A random schema for MariaDB. Names come from few, so that two schemas share many of them; a column's name says among which types its type is. What stays
/// as it is while a configuration leaves it out (engine, collation, the start of an event) is always said.
/// </summary>
internal sealed class RandomSchema(int seed)
{
    private static readonly string[] Tables = ["t0", "t1", "T two", "q`3"];
    private static readonly string[] Numbers = ["smallint", "int", "bigint unsigned", "decimal(10,2)", "double", "varchar(20)"];
    private static readonly string[] Texts = ["varchar(20)", "varchar(40)", "char(5)", "text", "tinytext"];
    private static readonly string[] Collations = ["utf8mb4_general_ci", "utf8mb4_bin", "latin1_swedish_ci"];
    private static readonly string[] Immutable = ["smallint", "int", "bigint unsigned", "decimal(10,2)", "double"];

    private static readonly Dictionary<string, string[]> Families = new()
    {
        ["n0"] = Numbers,
        ["n1"] = Numbers,
        ["s0"] = Texts,
        ["S 1"] = Texts,
        ["at"] = ["date", "datetime", "datetime(3)", "timestamp(6)", "time"],
        ["doc"] = ["json", "longtext"],
        ["yes"] = ["boolean", "tinyint"],
        ["uid"] = ["uuid", "varchar(36)"],
        ["address"] = ["inet6", "varchar(39)"],
        ["raw"] = ["varbinary(16)", "blob", "binary(4)"],
        ["kind"] = ["enum('sad','it''s')", "enum('sad','it''s','happy')", "set('sad','happy')", "varchar(20)"],
        ["bits"] = ["bit(3)", "year", "mediumint(5) zerofill"],
        ["place"] = ["point"],
    };

    private readonly Chance _chance = new(seed);
    private readonly SchemaPieces _pieces = new();
    private readonly Dictionary<string, JsonArray> _columns = [];

    public IReadOnlyList<Piece> Build()
    {
        AddSequence();
        foreach (var table in Tables.Where(_ => _chance.Below(4) > 0))
        {
            AddTable(table);
        }

        foreach (var table in _columns.Keys.ToList())
        {
            AddForeignKeys(table);
            AddIndexes(table);
        }

        AddPartitions();
        AddViews();
        var programs = new RandomPrograms(_chance, _pieces);
        programs.AddRoutines();
        foreach (var (table, columns) in _columns)
        {
            programs.AddTriggers(table, columns);
        }

        programs.AddEvents();
        var accounts = new RandomAccounts(_chance, _pieces);
        accounts.AddAccounts();
        accounts.AddGrants();
        return _pieces.All;
    }

    private void AddSequence()
    {
        if (!_chance.OneIn(2))
        {
            return;
        }

        var sequence = _chance.Maybe(new JsonObject { ["increment"] = _chance.Pick(1, 2, -3) }, "cycle", true, 3);
        _chance.Maybe(sequence, "cache", _chance.Pick(1, 50), 3);
        _pieces.Add("sequence", "counter", _chance.Maybe(sequence, "max", 9000, 3));
    }

    private void AddTable(string name)
    {
        var engine = _chance.Pick("innodb", "innodb", "innodb", "aria", "myisam");
        var columns = new JsonArray(new JsonObject { ["name"] = "id", ["type"] = _chance.Pick("int", "bigint"), ["nullable"] = false });
        _chance.Maybe((JsonObject)columns[0]!, "auto_increment", true, 2);
        foreach (var (column, types) in Families.Where(_ => _chance.OneIn(2)))
        {
            columns.Add((JsonNode)Column(column, _chance.Pick<string>(types)));
        }

        if (_chance.OneIn(3) && Find(columns, "n0") is { } number)
        {
            var isText = Type(number).StartsWith("varchar", StringComparison.Ordinal);
            var made = new JsonObject { ["name"] = "made", ["type"] = isText ? "varchar(40)" : "double", ["generated"] = isText ? "upper(n0)" : _chance.Pick("n0 + 1", "`n0` * 2") };
            columns.Add((JsonNode)_chance.Maybe(made, "stored", true, 2));
        }

        for (var to = 0; to < 2; to++)
        {
            if (_chance.OneIn(2))
            {
                columns.Add((JsonNode)_chance.Maybe(new JsonObject { ["name"] = $"ref{to}", ["type"] = _chance.Pick("int", "bigint") }, "nullable", false, 3));
            }
        }

        _columns[name] = columns;
        var config = new JsonObject { ["columns"] = columns.DeepClone(), ["engine"] = engine, ["collation"] = _chance.Pick<string>(Collations) };
        if (_chance.Below(5) > 0)
        {
            config["primary_key"] = new JsonArray("id");
        }
        else
        {
            config["unique_constraints"] = new JsonArray(new JsonObject { ["columns"] = new JsonArray("id") });
        }

        AddUnique(name, config, columns);
        AddChecks(config, columns);
        _chance.Maybe(config, "comment", _chance.Pick("it's a table", "another \\ one"), 3);
        var needs = columns.Any(c => c!["default"]?.ToString().Contains("counter", StringComparison.Ordinal) == true) ? new[] { "counter" } : [];
        _pieces.Add("table", name, config, needs, [.. Names(columns), .. Names(columns).Select(c => $"{c} {Type(columns, c)}")]);
        _pieces.Give($"{name} {engine}");
    }

    private JsonObject Column(string name, string type)
    {
        var column = new JsonObject { ["name"] = name, ["type"] = type };
        if (_chance.OneIn(3) && DefaultOf(type) is { } value)
        {
            column["default"] = value;
        }

        if (type is "datetime" or "datetime(3)" or "timestamp(6)")
        {
            _chance.Maybe(column, "on_update", $"current_timestamp({(type[^1] == ')' ? type[^2] : "")})", 4);
        }

        if (type.StartsWith("varchar", StringComparison.Ordinal) || type is "text" or "char(5)")
        {
            _chance.Maybe(column, "collation", _chance.Pick<string>(Collations), 5);
        }

        if (type == "point")
        {
            column["nullable"] = false;
        }

        if (Immutable.Contains(type))
        {
            _chance.Maybe(column, "check", $"{MySqlName.Quote(name)} < 100", 6);
        }

        _chance.Maybe(column, "nullable", false, 3);
        if (column["nullable"] is null || column["default"] is not null)
        {
            _chance.Maybe(column, "invisible", true, 8);
        }

        return _chance.Maybe(column, "comment", _chance.Pick("what it is", "what it was"), 5);
    }

    private JsonNode? DefaultOf(string type) => type switch
    {
        "smallint" or "decimal(10,2)" or "double" or "year" or "tinyint" => _chance.Pick<JsonNode>(0, 7, "(1 + 1)"),
        "int" or "bigint unsigned" => _pieces.Exists("sequence", "counter") && _chance.OneIn(2) ? "nextval(counter)" : _chance.Pick<JsonNode>(0, 7, "(1 + 1)"),
        "varchar(20)" or "varchar(40)" or "text" => _chance.Pick<JsonNode>("", "it's", "upper('x')"),
        "char(5)" => "abc",
        "date" => "2020-02-29",
        "datetime" => _chance.Pick<JsonNode>("current_timestamp()", "2020-02-29 12:00:00"),
        "timestamp(6)" => "current_timestamp(6)",
        "json" or "longtext" => "'{}'",
        "boolean" => _chance.Pick<JsonNode>(true, false),
        "varchar(36)" or "uuid" => "uuid()",
        "varbinary(16)" => "'x'",
        "bit(3)" => "b'101'",
        var kind when kind.StartsWith("enum", StringComparison.Ordinal) || kind.StartsWith("set", StringComparison.Ordinal) => "sad",
        _ => null,
    };

    /// <summary>How many characters of a column a key can take: null for all, which is all a column has that is not a long text.</summary>
    private int? KeyLength(string type) => type switch
    {
        "text" or "tinytext" or "longtext" or "json" or "blob" => _chance.Pick(5, 9),
        "varchar(20)" or "varchar(40)" or "varchar(36)" or "varchar(39)" => _chance.OneIn(3) ? 4 : null,
        _ => null,
    };

    private void AddUnique(string name, JsonObject config, JsonArray columns)
    {
        var usable = Names(columns).Where(n => n is not ("id" or "place" or "made")).ToList();
        if (usable.Count == 0 || !_chance.OneIn(3))
        {
            return;
        }

        var (chosen, lengths) = (_chance.Some(usable, 2), new JsonObject());
        foreach (var column in chosen)
        {
            if (KeyLength(Type(columns, column)) is { } length)
            {
                lengths[column] = length;
            }
        }

        var unique = _chance.Maybe(new JsonObject { ["columns"] = Chance.Texts(chosen) }, "name", $"only one {_chance.Below(2)}", 2);
        if (lengths.Count > 0)
        {
            unique["lengths"] = lengths;
        }

        (config["unique_constraints"] ??= new JsonArray()).AsArray().Add((JsonNode)unique);
    }

    private void AddChecks(JsonObject config, JsonArray columns)
    {
        var checks = new JsonArray();
        foreach (var name in Names(columns).Where(_ => _chance.OneIn(6)))
        {
            var quoted = MySqlName.Quote(name);
            if (Find(columns, name)!["auto_increment"] is null && !name.StartsWith("ref", StringComparison.Ordinal))
            {
                checks.Add((JsonNode)_chance.Maybe(new JsonObject { ["expression"] = _chance.Pick($"{quoted} IS NOT NULL", $"length({quoted}) < 1000", $"{quoted} <> 'no'") }, "name", "check " + name, 2));
            }
        }

        if (checks.Count > 0)
        {
            config["checks"] = checks;
        }
    }

    private void AddForeignKeys(string table)
    {
        foreach (var column in Names(_columns[table]).Where(n => n.StartsWith("ref", StringComparison.Ordinal) && _chance.Below(4) > 0).ToList())
        {
            var piece = _pieces.Find("table", table);
            var type = Type(_columns[table], column);
            var others = _columns.Keys.Where(other => Type(_columns[other], "id") == type && IsInnoDb(other)).ToList();
            if (others.Count == 0 || !IsInnoDb(table))
            {
                continue;
            }

            var other = _chance.Pick<string>([.. others]);
            var key = new JsonObject { ["columns"] = new JsonArray(column), ["references"] = DottedName.Show(other), ["referenced_columns"] = new JsonArray("id") };
            _pieces.Replace(piece, piece with { Needs = [.. piece.Needs, other, $"{other}.id {type}", $"{other} innodb"] });
            _chance.Maybe(key, "on_delete", _chance.Pick("cascade", "restrict", "no action"), 2);
            _chance.Maybe(key, "on_update", "cascade", 4);
            _chance.Maybe(key, "name", $"{table} points {column}", 3);
            (piece.Resource.Config["foreign_keys"] ??= new JsonArray()).AsArray().Add((JsonNode)key);
        }
    }

    private bool IsInnoDb(string table) => (string?)_pieces.Find("table", table).Resource.Config["engine"] == "innodb";

    private void AddIndexes(string table)
    {
        var columns = _columns[table];
        foreach (var number in Enumerable.Range(0, 2).Where(_ => _chance.OneIn(2)))
        {
            var usable = Names(columns).Where(n => n is not ("place" or "id") && (n != "made" || IsInnoDb(table))).ToList();
            var index = new JsonObject { ["table"] = DottedName.Show(table) };
            var needs = new List<string> { table };
            if (number == 1 && Find(columns, "place") is not null)
            {
                index["columns"] = new JsonArray("place");
                index["method"] = "spatial";
                needs.Add($"{table}.place");
            }
            else if (number == 1 && Find(columns, "s0") is { } text)
            {
                index["columns"] = new JsonArray("s0");
                index["method"] = "fulltext";
                needs.Add($"{table}.s0 {Type(text)}");
            }
            else if (usable.Count > 0)
            {
                var parts = new JsonArray();
                foreach (var name in _chance.Some(usable, 3))
                {
                    var type = Type(columns, name);
                    needs.Add($"{table}.{name} {type}");
                    needs.Add(name == "made" ? $"{table} innodb" : table);
                    var part = KeyLength(type) is { } length ? new JsonObject { ["name"] = name, ["length"] = length } : new JsonObject { ["name"] = name };
                    parts.Add((JsonNode)_chance.Maybe(part, "order", "desc", 4));
                }

                index["columns"] = parts;
                _chance.Maybe(index, "unique", true, 4);
            }
            else
            {
                continue;
            }

            _chance.Maybe(index, "invisible", true, 5);
            _pieces.Add("index", $"i{number} {table}", _chance.Maybe(index, "comment", "fast", 5), needs);
        }
    }

    private void AddPartitions()
    {
        if (!_chance.OneIn(2))
        {
            return;
        }

        var columns = new JsonArray(
            new JsonObject { ["name"] = "made", ["type"] = "date", ["nullable"] = false },
            new JsonObject { ["name"] = "n", ["type"] = _chance.Pick("int", "bigint"), ["nullable"] = false },
            Column("s0", _chance.Pick<string>(Texts)));
        var by = _chance.Pick("RANGE (year(made))", "RANGE COLUMNS (made)", "LIST (n)", "HASH (n)", "KEY (n)");
        var config = new JsonObject { ["columns"] = columns, ["engine"] = "innodb", ["collation"] = "utf8mb4_bin", ["partition_by"] = by };
        var parts = new JsonArray();
        foreach (var number in Enumerable.Range(0, 4).Where(at => at == 0 || _chance.OneIn(2)))
        {
            var part = new JsonObject { ["name"] = $"p{number}" };
            part["values"] = by[0] switch
            {
                'R' when by[6] == '(' => $"LESS THAN ({2020 + number})",
                'R' => $"LESS THAN ('{2020 + number}-01-01')",
                'L' => $"IN ({number}, {10 + number + (10 * _chance.Below(2))})",
                _ => null,
            };
            parts.Add((JsonNode)_chance.Maybe(part, "comment", "a part", 4));
        }

        config["partitions"] = parts;
        _chance.Maybe(config, "primary_key", new JsonArray("made", "n"), 2);
        _pieces.Add("table", "parts", _chance.Maybe(config, "comment", "divided", 3), columns: Names(columns));
    }

    private void AddViews()
    {
        var sources = _columns.ToDictionary(t => t.Key, t => Names(t.Value).ToList());
        foreach (var number in Enumerable.Range(0, 3).Where(_ => sources.Count > 0 && _chance.OneIn(2)))
        {
            var source = _chance.Pick<string>([.. sources.Keys]);
            var chosen = _chance.Some(sources[source], 4);
            var (list, from, first) = (MySqlName.QuoteAll(chosen), MySqlName.Quote(source), MySqlName.Quote(chosen[0]));
            var shape = _chance.Below(3);
            var query = shape switch
            {
                0 => $"SELECT {list} FROM {from} WHERE {first} IS NOT NULL",
                1 => $"SELECT x.{string.Join(", x.", chosen.Select(MySqlName.Quote))} FROM {from} AS x LEFT JOIN {from} AS y ON x.{first} = y.{first}",
                _ => $"SELECT {list} FROM {from}",
            };
            var view = _chance.Maybe(new JsonObject { ["query"] = query }, "security", "invoker", 3);
            _chance.Maybe(view, "algorithm", _chance.Pick("merge", "temptable"), 4);
            _pieces.Add("view", $"v{number}", view, chosen.Select(c => $"{source}.{c}"), chosen);
            sources[$"v{number}"] = [.. chosen];
        }
    }
}
