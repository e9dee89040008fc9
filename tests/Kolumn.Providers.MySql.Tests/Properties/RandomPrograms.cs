using System.Text.Json.Nodes;
using Kolumn.Providers.MySql.Sql;
using Kolumn.Sdk.Sql;
using Kolumn.Testing.Properties;
using static Kolumn.Testing.Properties.Columns;

namespace Kolumn.Providers.MySql.Tests.Properties;

/// <summary>Functions, procedures, triggers and events.</summary>
internal sealed class RandomPrograms(Chance chance, SchemaPieces pieces)
{
    public void AddRoutines()
    {
        if (chance.OneIn(2))
        {
            var function = new JsonObject { ["returns"] = chance.Pick("int", "varchar(20)"), ["body"] = chance.Pick("RETURN 1", "BEGIN RETURN CONCAT(a, 1); END"), ["parameters"] = new JsonArray(new JsonObject { ["name"] = "a", ["type"] = chance.Pick("int", "varchar(9)") }) };
            chance.Maybe(function, "deterministic", true, 2);
            chance.Maybe(function, "comment", "it runs", 3);
            pieces.Add("function", "f o", chance.Maybe(function, "data_access", chance.Pick("no_sql", "reads_sql_data"), 3));
        }

        if (chance.OneIn(2))
        {
            var procedure = new JsonObject { ["body"] = chance.Pick("SET b = a", "BEGIN SET b = 1; END"), ["parameters"] = new JsonArray(new JsonObject { ["name"] = "a", ["type"] = "int" }, new JsonObject { ["name"] = "b", ["type"] = "decimal(9,2)", ["mode"] = chance.Pick("out", "inout") }) };
            pieces.Add("procedure", "p o", chance.Maybe(procedure, "security", "invoker", 3));
        }
    }

    /// <summary>The second one of a table says which it follows, where both are for the same.</summary>
    public void AddTriggers(string table, JsonArray columns)
    {
        var (moment, what) = ("", "");
        foreach (var number in Enumerable.Range(0, 2).Where(_ => chance.OneIn(2)))
        {
            var (timing, cause) = (chance.Pick("before", "after"), chance.Pick("insert", "update", "delete"));
            var column = chance.Pick<string>([.. Names(columns)]);
            var body = $"SET @{chance.Pick("a", "b")} = {(cause == "insert" ? "NEW" : "OLD")}.{MySqlName.Quote(column)}";
            var trigger = new JsonObject { ["table"] = DottedName.Show(table), ["timing"] = timing, ["event"] = cause, ["body"] = body };
            var needs = new List<string> { table, $"{table}.{column}" };
            if (moment == $"{timing} {cause}")
            {
                trigger["follows"] = what;
                needs.AddRange([what, $"{what} {moment}"]);
            }

            (moment, what) = ($"{timing} {cause}", $"g{number} {table}");
            pieces.Add("trigger", what, trigger, needs);
            pieces.Give($"{what} {moment}");
        }
    }

    public void AddEvents()
    {
        foreach (var number in Enumerable.Range(0, 2).Where(_ => chance.OneIn(3)))
        {
            var config = new JsonObject { ["body"] = chance.Pick("DO 1", "BEGIN DO 2; END"), ["time_zone"] = chance.Pick("+00:00", "+02:00") };
            if (chance.OneIn(3))
            {
                config["at"] = "2037-01-31 12:00:00";
            }
            else
            {
                config["every"] = chance.Pick("1 day", "1:30 hour_minute");
                config["starts"] = chance.Pick("2036-01-01 00:00:00", "2036-06-01 00:00:00");
                chance.Maybe(config, "ends", "2037-01-01 00:00:00", 3);
            }

            chance.Maybe(config, "enabled", false, 3);
            chance.Maybe(config, "preserve", true, 3);
            pieces.Add("event", $"e{number}", chance.Maybe(config, "comment", "now and then", 3));
        }
    }
}
