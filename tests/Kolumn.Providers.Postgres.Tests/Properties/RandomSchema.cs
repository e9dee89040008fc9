using System.Text.Json.Nodes;
using Kolumn.Protocol.Runtime;
using Kolumn.Sdk.Sql;
using Kolumn.Testing.Properties;
using static Kolumn.Testing.Properties.Columns;

namespace Kolumn.Providers.Postgres.Tests.Properties;

/// <summary>
/// A random schema for PostgreSQL. Names come from few, so that two schemas share many of them; a column's name says among
/// which types its type is, so that PostgreSQL can convert from one to another.
/// </summary>
internal sealed class RandomSchema(int seed)
{
    private static readonly string[] Tables = ["t0", "t1", "T two", "q\"3"];
    private static readonly string[] Numbers = ["smallint", "integer", "bigint", "numeric(10,2)", "double precision", "text", "varchar(20)"];
    private static readonly string[] Texts = ["text", "varchar(20)", "varchar(40)", "char(5)", "name"];

    private static readonly Dictionary<string, string[]> Families = new()
    {
        ["n0"] = Numbers,
        ["n1"] = Numbers,
        ["s0"] = Texts,
        ["S 1"] = Texts,
        ["at"] = ["date", "timestamp", "timestamptz(3)", "text"],
        ["doc"] = ["jsonb", "json", "text"],
        ["yes"] = ["boolean", "text"],
        ["uid"] = ["uuid", "text"],
        ["many"] = ["integer[]", "bigint[]", "text[]"],
        ["raw"] = ["bytea"],
        ["kind"] = ["mood", "text"],
        ["amount"] = ["money_range", "integer", "numeric"],
    };

    /// <summary>Those that every server has; a table names its owner always, since one that is left out stays.</summary>
    private static readonly string[] Roles = ["pg_monitor", "pg_read_all_data"];

    private readonly Chance _chance = new(seed);
    private readonly List<Piece> _pieces = [];
    private readonly Dictionary<string, JsonArray> _columns = [];

    public IReadOnlyList<Piece> Build()
    {
        Add("type", "mood", new JsonObject { ["values"] = Chance.Texts(new[] { "sad", "it's", "happy" }.Take(2 + _chance.Below(2))) });
        var domain = new JsonObject { ["base"] = "integer", ["checks"] = new JsonArray(new JsonObject { ["name"] = "positive", ["expression"] = _chance.Pick("VALUE > 0", "VALUE >= 1") }) };
        if (_chance.OneIn(2))
        {
            domain["default"] = _chance.Pick(1, 7);
        }

        Add("type", "money_range", domain);
        foreach (var table in Tables.Where(_ => _chance.Below(4) > 0))
        {
            AddTable(table);
        }

        foreach (var table in _columns.Keys.ToList())
        {
            AddForeignKeys(table);
            AddIndexes(table);
        }

        AddViews();
        AddRoutines();
        AddPartitions();
        foreach (var table in _columns.Keys.ToList())
        {
            AddPolicies(table);
        }

        AddPublications();
        if (_chance.OneIn(2))
        {
            Add("sequence", "counter", Maybe(new JsonObject { ["increment"] = _chance.Pick(1, 2, -3) }, "data_type", _chance.Pick("integer", "bigint"), 2));
        }

        AddGrants();
        AddDefaultPrivileges();
        return _pieces;
    }

    private void AddTable(string name)
    {
        var columns = new JsonArray();
        JsonNode id = _chance.Below(4) switch
        {
            0 => new JsonObject { ["name"] = "id", ["type"] = _chance.Pick("serial", "bigserial") },
            1 => new JsonObject { ["name"] = "id", ["type"] = _chance.Pick("integer", "bigint"), ["identity"] = _chance.Pick("always", "by_default") },
            2 => new JsonObject { ["name"] = "id", ["type"] = "bigint", ["identity"] = new JsonObject { ["generation"] = "always", ["start"] = 10 } },
            _ => new JsonObject { ["name"] = "id", ["type"] = _chance.Pick("integer", "bigint") },
        };
        columns.Add(id);
        foreach (var (column, types) in Families.Where(_ => _chance.OneIn(2)))
        {
            columns.Add((JsonNode)Column(column, _chance.Pick<string>(types)));
        }

        if (_chance.OneIn(3) && Find(columns, "n0") is { } number)
        {
            var generated = Type(number) is "text" or "varchar(20)" ? "upper(n0)" : "n0 + 1";
            columns.Add((JsonNode)new JsonObject { ["name"] = "made", ["type"] = generated[0] == 'u' ? "text" : "double precision", ["generated"] = generated });
        }

        for (var to = 0; to < 2; to++)
        {
            if (_chance.OneIn(2))
            {
                columns.Add((JsonNode)Maybe(new JsonObject { ["name"] = $"ref{to}", ["type"] = _chance.Pick("integer", "bigint") }, "nullable", false, 3));
            }
        }

        _columns[name] = columns;
        var config = new JsonObject { ["columns"] = columns.DeepClone() };
        if (_chance.Below(5) > 0)
        {
            config["primary_key"] = _chance.OneIn(4) ? new JsonObject { ["name"] = "the key of " + name, ["columns"] = new JsonArray("id") } : new JsonArray("id");
        }
        else
        {
            config["unique_constraints"] = new JsonArray(new JsonObject { ["columns"] = new JsonArray("id") });
        }

        AddUnique(name, config, columns);
        AddChecks(config, columns);
        Maybe(config, "comment", _chance.Pick("it's a table", "another one"), 3);
        Maybe(config, "storage_parameters", new JsonObject { ["fillfactor"] = _chance.Pick(70, 90) }, 5);
        Maybe(config, "row_level_security", true, 6);
        config["owner"] = _chance.Pick(Roles);
        string[] immutable = [.. Names(columns).Where(c => IsImmutable(columns, c)).Select(c => c + " as text")];
        Add("table", name, config, columns.Select(c => Type((JsonObject)c!)).Where(t => t is "mood" or "money_range"), [.. Names(columns), .. immutable]);
    }

    private JsonObject Column(string name, string type)
    {
        var column = new JsonObject { ["name"] = name, ["type"] = type };
        if (_chance.OneIn(3) && DefaultOf(type) is { } value)
        {
            column["default"] = value;
        }

        if (type is "text" or "varchar(20)" && _chance.OneIn(6))
        {
            column["collation"] = "C";
        }

        Maybe(column, "nullable", false, 3);
        return Maybe(column, "comment", _chance.Pick("what it is", "what it was"), 5);
    }

    private JsonNode? DefaultOf(string type) => type switch
    {
        "smallint" or "integer" or "bigint" or "double precision" or "numeric(10,2)" or "numeric" => _chance.Pick<JsonNode>(0, 7, "(1 + 1)"),
        "text" or "varchar(20)" or "varchar(40)" or "name" => _chance.Pick<JsonNode>("", "it's", "upper('x')"),
        "char(5)" => "abc",
        "date" => _chance.Pick<JsonNode>("CURRENT_DATE", "2020-02-29"),
        "timestamp" or "timestamptz(3)" => _chance.Pick<JsonNode>("now()", "CURRENT_TIMESTAMP"),
        "jsonb" or "json" => "'{}'",
        "boolean" => _chance.Pick<JsonNode>(true, false),
        "uuid" => "gen_random_uuid()",
        "integer[]" or "bigint[]" or "text[]" => "'{}'",
        "bytea" => "'\\x00'",
        "mood" => "sad",
        _ => null,
    };

    private void AddUnique(string name, JsonObject config, JsonArray columns)
    {
        var usable = Names(columns).Where(n => n is not "id" && Type(Find(columns, n)!) is not "json").ToList();
        if (usable.Count == 0 || !_chance.OneIn(3))
        {
            return;
        }

        var unique = new JsonObject { ["columns"] = Chance.Texts(_chance.Some(usable, 2)) };
        Maybe(unique, "name", $"only one {_chance.Below(2)} of {name}", 2);
        Maybe(unique, "deferrable", true, 4);
        (config["unique_constraints"] ??= new JsonArray()).AsArray().Add((JsonNode)unique);
    }

    private void AddChecks(JsonObject config, JsonArray columns)
    {
        var checks = new JsonArray();
        foreach (var name in Names(columns).Where(_ => _chance.OneIn(6)))
        {
            var quoted = SqlIdentifier.Quote(name);
            checks.Add((JsonNode)Maybe(new JsonObject { ["expression"] = _chance.Pick($"{quoted} IS NOT NULL", $"length({quoted}::text) < 1000", $"{quoted}::text <> 'no'") }, "name", "check " + name, 2));
        }

        if (checks.Count > 0)
        {
            config["checks"] = checks;
        }
    }

    private void AddForeignKeys(string table)
    {
        var config = _pieces.First(p => p.Resource.Address == $"postgres_table.{table}").Resource.Config;
        foreach (var column in Names(_columns[table]).Where(n => n.StartsWith("ref", StringComparison.Ordinal) && _chance.Below(4) > 0).ToList())
        {
            var other = _chance.Pick<string>([.. _columns.Keys]);
            var key = new JsonObject { ["columns"] = new JsonArray(column), ["references"] = Reference(other), ["referenced_columns"] = new JsonArray("id") };
            var (at, piece) = _pieces.Index().First(p => p.Item.Resource.Address == $"postgres_table.{table}");
            _pieces[at] = piece with { Needs = [.. piece.Needs, other] };
            Maybe(key, "on_delete", _chance.Pick("cascade", "restrict", "no action"), 2);
            Maybe(key, "on_update", "cascade", 4);
            Maybe(key, "deferrable", true, 4);
            Maybe(key, "name", "points " + column, 3);
            (config["foreign_keys"] ??= new JsonArray()).AsArray().Add((JsonNode)key);
        }
    }

    private void AddIndexes(string table)
    {
        var columns = _columns[table];
        for (var number = 0; number < 2; number++)
        {
            var usable = Names(columns).Where(n => Type(Find(columns, n)!) is not "json").ToList();
            if (!_chance.OneIn(2))
            {
                continue;
            }

            var keys = new JsonArray();
            var needs = new List<string> { table };
            needs.AddRange(usable.Select(n => $"{table}.{n}"));
            foreach (var name in _chance.Some(usable, 3))
            {
                needs.Add(IsImmutable(columns, name) ? $"{table}.{name} as text" : table);
                keys.Add(_chance.Below(4) switch
                {
                    0 when IsImmutable(columns, name) => new JsonObject { ["expression"] = $"lower({SqlIdentifier.Quote(name)}::text)" },
                    1 => new JsonObject { ["name"] = name, ["order"] = "desc", ["nulls"] = _chance.Pick("first", "last") },
                    _ => (JsonNode)name,
                });
            }

            var index = new JsonObject { ["table"] = Reference(table), ["columns"] = keys };
            if (keys.Count > 1)
            {
                // A foreign key may choose a unique index to rest on, which then cannot go without it.
                Maybe(index, "unique", true, 3);
            }

            Maybe(index, "where", $"{SqlIdentifier.Quote(_chance.Pick<string>([.. usable]))} IS NOT NULL", 4);
            Maybe(index, "comment", "fast", 5);
            if (_chance.OneIn(5) && usable.FirstOrDefault(n => !keys.ToJsonString().Contains(n, StringComparison.Ordinal)) is { } carried)
            {
                index["include"] = new JsonArray(carried);
            }

            Add("index", $"i{number} {table}", index, needs);
        }
    }

    private void AddViews()
    {
        var sources = _columns.ToDictionary(t => t.Key, t => Names(t.Value).ToList());
        for (var number = 0; number < 3; number++)
        {
            if (sources.Count == 0 || !_chance.OneIn(2))
            {
                continue;
            }

            var source = _chance.Pick<string>([.. sources.Keys]);
            var chosen = _chance.Some(sources[source], 4);
            var list = string.Join(", ", chosen.Select(SqlIdentifier.Quote));
            var query = _chance.Below(3) switch
            {
                0 => $"SELECT {list} FROM {SqlIdentifier.Quote(source)} WHERE {SqlIdentifier.Quote(chosen[0])} IS NOT NULL",
                1 => $"SELECT x.{string.Join(", x.", chosen.Select(SqlIdentifier.Quote))} FROM {SqlIdentifier.Quote(source)} AS x LEFT JOIN {SqlIdentifier.Quote(source)} AS y ON x.{SqlIdentifier.Quote(chosen[0])}::text = y.{SqlIdentifier.Quote(chosen[0])}::text",
                _ => $"SELECT {list} FROM {SqlIdentifier.Quote(source)}",
            };
            var (type, name) = _chance.OneIn(4) ? ("materialized_view", $"m{number}") : ("view", $"v{number}");
            Add(type, name, Maybe(new JsonObject { ["query"] = query }, "comment", "seen", 4), chosen.Select(c => $"{source}.{c}"), chosen);
            sources[name] = [.. chosen];
        }
    }

    private void AddRoutines()
    {
        if (!_chance.OneIn(2))
        {
            return;
        }

        Add("function", "touch", new JsonObject { ["returns"] = "trigger", ["language"] = "plpgsql", ["body"] = $"BEGIN RETURN {_chance.Pick("NEW", "OLD")}; END" });
        foreach (var table in _columns.Keys.Where(_ => _chance.OneIn(2)))
        {
            var trigger = new JsonObject { ["table"] = Reference(table), ["timing"] = _chance.Pick("before", "after"), ["events"] = new JsonArray("update"), ["for_each_row"] = true, ["function"] = "touch" };
            var names = Names(_columns[table]).Where(n => n != "made").ToList();
            Maybe(trigger, "columns", Chance.Texts(_chance.Some(names, 2)), 2);
            Maybe(trigger, "when", $"OLD.{SqlIdentifier.Quote(_chance.Pick<string>([.. names]))} IS NOT NULL", 3);
            Maybe(trigger, "enabled", "disabled", 5);
            Add("trigger", $"touches {table}", trigger, names.Select(n => $"{table}.{n}").Append("touch"));
        }

        Maybe(_pieces[^1].Resource.Config, "comment", "it runs", 4);
    }

    private void AddPartitions()
    {
        if (!_chance.OneIn(2))
        {
            return;
        }

        var key = _chance.Pick("range", "range", "list", "hash");
        var columns = new JsonArray(
            new JsonObject { ["name"] = "made", ["type"] = "date", ["nullable"] = false },
            new JsonObject { ["name"] = "n", ["type"] = _chance.Pick("integer", "bigint"), ["nullable"] = false },
            Column("s0", _chance.Pick<string>(Texts)));
        var config = new JsonObject { ["columns"] = columns, ["partition_by"] = new JsonObject { [key] = new JsonArray(key == "range" ? "made" : "n") }, ["owner"] = _chance.Pick(Roles) };
        Maybe(config, "primary_key", new JsonArray("made", "n"), 2);
        Maybe(config, "comment", "divided", 3);
        Add("table", "parts", config, columns: ["made", "n", "s0"]);
        for (var number = 0; number < 3; number++)
        {
            if (!_chance.OneIn(2))
            {
                continue;
            }

            JsonNode values = key switch
            {
                "range" => new JsonObject { ["from"] = new JsonArray($"{2020 + (2 * number)}-01-01"), ["to"] = new JsonArray($"{2021 + (2 * number) + _chance.Below(2)}-01-01") },
                "list" => new JsonObject { ["in"] = new JsonArray(number, 10 + number + (10 * _chance.Below(2))) },
                _ => new JsonObject { ["modulus"] = 3, ["remainder"] = number },
            };
            var part = Maybe(new JsonObject { ["table"] = "parts", ["values"] = values, ["owner"] = _chance.Pick(Roles) }, "comment", "a part", 3);
            if (number == 0 && _chance.OneIn(3))
            {
                part["partition_by"] = new JsonObject { ["list"] = new JsonArray("n") };
                Add("partition", "below p0", new JsonObject { ["table"] = "p0", ["values"] = new JsonObject { ["in"] = new JsonArray(0, 10) }, ["owner"] = _chance.Pick(Roles) }, ["p0", "p0 divided", "parts " + key]);
            }

            Add("partition", $"p{number}", part, ["parts", "parts " + key]);
            _pieces[^1] = _pieces[^1] with { Gives = [.. _pieces[^1].Gives, .. part["partition_by"] is null ? Array.Empty<string>() : ["p0 divided"]] };
        }

        var (at, table) = _pieces.Index().First(piece => piece.Item.Resource.Address == "postgres_table.parts");
        _pieces[at] = table with { Gives = [.. table.Gives, "parts " + key] };
        if (_chance.OneIn(2))
        {
            Add("index", "by s0", Maybe(new JsonObject { ["table"] = "parts", ["columns"] = new JsonArray("s0") }, "comment", "quick", 3), ["parts", "parts.s0"]);
        }
    }

    private void AddPolicies(string table)
    {
        foreach (var number in Enumerable.Range(0, 2).Where(_ => _chance.OneIn(4)))
        {
            var names = Names(_columns[table]).ToList();
            var (seen, written) = (_chance.Pick<string>([.. names]), _chance.Pick<string>([.. names]));
            var command = _chance.Pick("all", "select", "insert", "update", "delete");
            var policy = new JsonObject { ["table"] = Reference(table), ["command"] = command };
            if (command != "insert")
            {
                policy["using"] = $"{SqlIdentifier.Quote(seen)} IS NOT NULL";
            }

            if (command is "insert" or "update" or "all")
            {
                policy["check"] = $"length({SqlIdentifier.Quote(written)}::text) > {_chance.Below(2)}";
            }

            Maybe(policy, "roles", Chance.Texts(_chance.Some(Roles, 2)), 2);
            Maybe(policy, "restrictive", true, 4);
            Maybe(policy, "comment", "who sees what", 4);
            Add("policy", $"rule {number} of {table}", policy, [table, $"{table}.{seen}", $"{table}.{written}"]);
        }
    }

    private void AddPublications()
    {
        foreach (var number in Enumerable.Range(0, 2).Where(_ => _chance.OneIn(3)))
        {
            var (tables, needs) = (new JsonArray(), new List<string>());
            foreach (var table in _columns.Keys.Where(_ => _chance.OneIn(2)))
            {
                needs.Add(table);
                var published = new JsonObject { ["table"] = Reference(table) };
                if (_chance.OneIn(3))
                {
                    var names = _chance.Some(Names(_columns[table]).Where(name => name != "made").ToList(), 3);
                    published["columns"] = Chance.Texts(names);
                    needs.AddRange(names.Select(name => $"{table}.{name}"));
                }

                if (_chance.OneIn(3))
                {
                    published["where"] = "id > 7";
                }

                tables.Add((JsonNode)published);
            }

            var publication = tables.Count == 0 ? Maybe([], "schemas", new JsonArray("public"), 2) : new JsonObject { ["tables"] = tables };
            Maybe(publication, "publish", new JsonArray("insert"), 2);
            Maybe(publication, "via_partition_root", true, 3);
            Maybe(publication, "comment", "goes out", 3);
            Add("publication", $"news {number}", publication, needs);
        }
    }

    private void AddGrants()
    {
        foreach (var (at, piece) in _pieces.Index().Where(one => one.Item.Resource.Type is "postgres_table" or "postgres_view" or "postgres_materialized_view" or "postgres_sequence" or "postgres_type" or "postgres_function" && _chance.OneIn(4)).ToList())
        {
            var name = piece.Resource.Name;
            var grant = new JsonObject { ["to"] = _chance.Pick("public", "pg_read_all_settings") };
            var needs = new List<string> { name };
            switch (piece.Resource.Type)
            {
                case "postgres_sequence":
                    grant["sequence"] = name;
                    grant["privileges"] = Chance.Texts(_chance.Some(["select", "update", "usage"], 2));
                    break;
                case "postgres_type":
                    grant["type"] = name;
                    grant["privileges"] = _chance.OneIn(2) ? new JsonArray("usage") : [];
                    break;
                case "postgres_function":
                    grant["function"] = name + "()";
                    grant["privileges"] = _chance.OneIn(2) ? new JsonArray("execute") : [];
                    break;
                default:
                    grant["table"] = Reference(name);
                    grant["privileges"] = Chance.Texts(_chance.Some(["select", "insert", "update"], 3));
                    if (piece.Gives.Where(given => given.StartsWith(name + ".", StringComparison.Ordinal) && !given.EndsWith(" as text", StringComparison.Ordinal)).ToList() is { Count: > 0 } columns && _chance.OneIn(2))
                    {
                        var column = _chance.Pick<string>([.. columns]);
                        grant["columns"] = new JsonArray(new JsonObject { ["name"] = column[(name.Length + 1)..], ["privileges"] = new JsonArray("references") });
                        needs.Add(column);
                    }

                    break;
            }

            if (grant["to"]!.GetValue<string>() != "public" && grant["privileges"]!.AsArray().Count > 0)
            {
                Maybe(grant, "with_grant_option", true, 4);
            }

            Add("grant", $"grant {at}", grant, needs);
        }
    }

    /// <summary>Of a role that makes and owns nothing here, since a sequence of a column belongs to who owns the table: what its objects would get must not depend on when they were made.</summary>
    private void AddDefaultPrivileges()
    {
        foreach (var (on, privileges) in new (string, string[])[] { ("tables", ["select", "insert", "trigger"]), ("sequences", ["usage", "update"]), ("functions", ["execute"]), ("types", ["usage"]) })
        {
            foreach (var to in new[] { "public", "pg_read_all_settings" }.Where(_ => _chance.OneIn(4)))
            {
                var config = new JsonObject { ["for_role"] = "pg_read_all_stats", ["schema"] = "public", ["on"] = on, ["to"] = to, ["privileges"] = Chance.Texts(_chance.Some(privileges, 2)) };
                Add("default_privileges", $"{on} to {to}", to == "public" ? config : Maybe(config, "with_grant_option", true, 3));
            }
        }
    }

    /// <param name="columns">What others may use of it.</param>
    private void Add(string type, string name, JsonObject config, IEnumerable<string>? needs = null, IEnumerable<string>? columns = null) => _pieces.Add(new Piece(
        new DesiredResource { Type = $"postgres_{type}", Name = type == "grant" ? GrantName(config) : name, Config = config }, [name, .. (columns ?? []).Select(c => $"{name}.{c}")], [.. needs ?? []]));

    /// <summary>There is one for each role and object.</summary>
    private static string GrantName(JsonObject grant) => string.Join(' ', grant.Where(member => member.Key is not ("privileges" or "columns" or "with_grant_option")).Select(member => $"{member.Key} {member.Value}"));

    private JsonObject Maybe(JsonObject config, string attribute, JsonNode value, int cases) => _chance.Maybe(config, attribute, value, cases);

    private static bool IsImmutable(JsonArray columns, string name) => Type(Find(columns, name)!) is "text" or "varchar(20)" or "varchar(40)" or "smallint" or "integer" or "bigint" or "numeric(10,2)" or "boolean" or "uuid";

    private static string Reference(string table) => table.Contains('"', StringComparison.Ordinal) ? SqlIdentifier.Quote(table) : table;
}
