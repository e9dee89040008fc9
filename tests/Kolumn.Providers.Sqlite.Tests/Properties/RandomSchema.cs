using System.Text.Json.Nodes;
using Kolumn.Protocol.Runtime;
using Kolumn.Sdk.Sql;
using Kolumn.Testing.Properties;

namespace Kolumn.Providers.Sqlite.Tests.Properties;

/// <summary>A random schema for SQLite. Names come from few, so that two schemas share many of them.</summary>
internal sealed class RandomSchema(int seed)
{
    private static readonly string[] Tables = ["t0", "t1", "T two", "q\"3"];
    private static readonly string[] Columns = ["a", "b", "C c", "d\"d", "select", "é"];
    private static readonly string[] Types = ["INTEGER", "TEXT", "REAL", "BLOB", "INT"];

    private readonly Chance _chance = new(seed);
    private readonly List<Piece> _pieces = [];
    private readonly Dictionary<string, List<string>> _columns = [];

    public IReadOnlyList<Piece> Build()
    {
        foreach (var table in Tables.Where(_ => _chance.Below(4) > 0))
        {
            _columns[table] = ["id", .. Columns.Where(_ => _chance.OneIn(2))];
        }

        foreach (var table in _columns.Keys)
        {
            AddTable(table);
        }

        foreach (var table in _columns.Keys)
        {
            AddIndexes(table);
            AddTriggers(table);
        }

        AddViews();
        return _pieces;
    }

    private void AddTable(string name)
    {
        var strict = _chance.OneIn(5);
        var config = new JsonObject();
        var columns = new JsonArray();
        var ownKey = _chance.OneIn(2);
        var id = new JsonObject { ["name"] = "id", ["type"] = "INTEGER" };
        if (ownKey)
        {
            id["primary_key"] = true;
            Maybe(id, "autoincrement", true, 3);
        }

        columns.Add((JsonNode)id);
        foreach (var column in _columns[name].Skip(1))
        {
            columns.Add((JsonNode)Column(column, strict));
        }

        if (_chance.OneIn(4))
        {
            var generated = new JsonObject { ["name"] = "made", ["type"] = "INTEGER", ["generated"] = _chance.Pick("id + 1", "id * 2") };
            columns.Add((JsonNode)Maybe(generated, "stored", true, 2));
        }

        config["columns"] = columns;
        if (!ownKey)
        {
            config["primary_key"] = new JsonArray("id");
            Maybe(config, "without_rowid", true, 4);
        }

        if (strict)
        {
            config["strict"] = true;
        }

        if (_chance.OneIn(3))
        {
            config["unique_constraints"] = new JsonArray(new JsonObject { ["columns"] = Chance.Texts(_chance.Some(_columns[name], 2)) });
        }

        if (_chance.OneIn(3))
        {
            var column = SqlIdentifier.Quote(_chance.Pick<string>([.. _columns[name]]));

            // A name that a configuration does not give makes no difference here, so one is always given.
            config["checks"] = new JsonArray(new JsonObject { ["name"] = "a check", ["expression"] = _chance.Pick($"length({column}) < 100", $"{column} <> 'no;'") });
        }

        var needs = new List<string>();
        if (_chance.OneIn(2))
        {
            var other = _chance.Pick<string>([.. _columns.Keys]);
            var key = new JsonObject { ["columns"] = Chance.Texts(_chance.Some(_columns[name], 1)), ["references"] = other };
            Maybe(key, "referenced_columns", new JsonArray("id"), 2);
            Maybe(key, "on_delete", _chance.Pick("cascade", "set null", "restrict"), 2);
            Maybe(key, "initially_deferred", true, 4);
            config["foreign_keys"] = new JsonArray(key);
            needs.Add(other);
        }

        Add("table", name, config, needs, _columns[name]);
    }

    private JsonObject Column(string name, bool strict)
    {
        var column = new JsonObject { ["name"] = name };
        if (strict || _chance.Below(6) > 0)
        {
            column["type"] = strict ? _chance.Pick("INTEGER", "TEXT", "REAL", "BLOB", "ANY") : _chance.OneIn(5) ? _chance.Pick("NUMERIC(10,2)", "VARCHAR(20)", "DATE") : _chance.Pick<string>(Types);
        }

        if (_chance.OneIn(3))
        {
            column["default"] = _chance.Pick<JsonNode>(0, "it's", "CURRENT_TIMESTAMP", "(1 + 1)", "x'00'", -1.5, true);
        }

        Maybe(column, "nullable", false, 4);
        Maybe(column, "collation", _chance.Pick("NOCASE", "RTRIM"), 5);
        Maybe(column, "unique", true, 8);
        return Maybe(column, "check", $"{SqlIdentifier.Quote(name)} IS NOT NULL", 8);
    }

    private void AddIndexes(string table)
    {
        for (var number = 0; number < 2; number++)
        {
            if (!_chance.OneIn(2))
            {
                continue;
            }

            var keys = new JsonArray();
            foreach (var name in _chance.Some(_columns[table], 3))
            {
                keys.Add(_chance.Below(4) switch
                {
                    0 => new JsonObject { ["expression"] = $"lower({SqlIdentifier.Quote(name)})" },
                    1 => new JsonObject { ["column"] = name, ["order"] = "desc" },
                    2 => new JsonObject { ["column"] = name, ["collation"] = "NOCASE" },
                    _ => (JsonNode)name,
                });
            }

            var index = new JsonObject { ["table"] = table, ["columns"] = keys };
            Maybe(index, "unique", true, 3);
            Maybe(index, "where", $"{SqlIdentifier.Quote(_chance.Pick<string>([.. _columns[table]]))} IS NOT NULL", 3);
            Add("index", $"i{number} {table}", index, _columns[table].Select(c => $"{table}.{c}").Append(table));
        }
    }

    private void AddTriggers(string table)
    {
        if (!_chance.OneIn(3))
        {
            return;
        }

        var other = _chance.Pick<string>([.. _columns.Keys]);
        var column = _chance.Pick<string>([.. _columns[table]]);
        var trigger = new JsonObject
        {
            ["table"] = table,
            ["timing"] = _chance.Pick("before", "after"),
            ["event"] = "update",
            ["body"] = _chance.Pick($"DELETE FROM {SqlIdentifier.Quote(other)} WHERE id = OLD.id;", $"UPDATE {SqlIdentifier.Quote(other)} SET id = NEW.id WHERE id = OLD.id; SELECT 'x;y';"),
        };
        Maybe(trigger, "when", $"NEW.{SqlIdentifier.Quote(column)} IS NOT NULL", 2);
        Maybe(trigger, "columns", new JsonArray(column), 3);
        Add("trigger", $"touches {table}", trigger, [table, other, $"{table}.{column}"]);
    }

    private void AddViews()
    {
        var sources = _columns.ToDictionary(t => t.Key, t => t.Value);
        for (var number = 0; number < 3; number++)
        {
            if (sources.Count == 0 || !_chance.OneIn(2))
            {
                continue;
            }

            var source = _chance.Pick<string>([.. sources.Keys]);
            var chosen = _chance.Some(sources[source], 4);
            var list = string.Join(", ", chosen.Select(SqlIdentifier.Quote));
            var query = _chance.Pick($"SELECT {list} FROM {SqlIdentifier.Quote(source)}", $"SELECT {list} FROM {SqlIdentifier.Quote(source)} WHERE {SqlIdentifier.Quote(chosen[0])} IS NOT NULL");
            Add("view", $"v{number}", new JsonObject { ["query"] = query }, chosen.Select(c => $"{source}.{c}").Append(source), chosen);
            sources[$"v{number}"] = [.. chosen];
        }
    }

    /// <param name="columns">What others may use of it.</param>
    private void Add(string type, string name, JsonObject config, IEnumerable<string>? needs = null, IEnumerable<string>? columns = null) => _pieces.Add(new Piece(
        new DesiredResource { Type = $"sqlite_{type}", Name = name, Config = config }, [name, .. (columns ?? []).Select(c => $"{name}.{c}")], [.. needs ?? []]));

    private JsonObject Maybe(JsonObject config, string attribute, JsonNode value, int cases)
    {
        if (_chance.OneIn(cases))
        {
            config[attribute] = value;
        }

        return config;
    }
}
