using System.Text.Json.Nodes;
using Kolumn.Protocol.Runtime;

namespace Kolumn.Providers.Sqlite.Tests;

/// <summary>Whatever a user writes becomes what it is written as, or is refused; never a statement of its own.</summary>
public sealed class InjectionTests
{
    private const string Evil = "x\"); DROP TABLE victim; --";

    public static TheoryData<string> Names => ["a\"b", "a'b", "a;b", "a]b", "a`b", "a b", "a--b", "a/*b", "select", "ä€🙂", "a\\b", "a.b", Evil, "'; DROP TABLE victim; --"];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Apply_AnyNameAnywhere_IsThatName(string name)
    {
        await using var scenario = await StartAsync();
        var desired = new JsonObject
        {
            ["sqlite_table.t"] = new JsonObject
            {
                ["name"] = name,
                ["columns"] = new JsonArray(
                    new JsonObject { ["name"] = name, ["type"] = "INTEGER" },
                    new JsonObject { ["name"] = $"{name}2", ["default"] = name },
                    new JsonObject { ["name"] = "self" }),
                ["primary_key"] = new JsonObject { ["name"] = name, ["columns"] = new JsonArray(name) },
                ["unique_constraints"] = new JsonArray(new JsonObject { ["name"] = name, ["columns"] = new JsonArray($"{name}2") }),
                ["checks"] = new JsonArray(new JsonObject { ["name"] = name, ["expression"] = "self <> 7" }),
                ["foreign_keys"] = new JsonArray(new JsonObject { ["name"] = name, ["columns"] = new JsonArray("self"), ["references"] = new JsonObject { ["name"] = name }, ["referenced_columns"] = new JsonArray(name) }),
            },
            ["sqlite_index.i"] = new JsonObject { ["name"] = $"{name}_i", ["table"] = new JsonObject { ["name"] = name }, ["columns"] = new JsonArray($"{name}2") },
            ["sqlite_view.v"] = new JsonObject { ["name"] = $"{name}_v", ["columns"] = new JsonArray(name), ["query"] = "SELECT id FROM victim" },
            ["sqlite_trigger.g"] = new JsonObject { ["name"] = $"{name}_g", ["table"] = new JsonObject { ["name"] = name }, ["event"] = "update", ["columns"] = new JsonArray(name), ["body"] = "SELECT 1" },
        };

        await scenario.ApplyAsync(desired.ToJsonString());
        desired["sqlite_table.t"]!["columns"]![2]!["type"] = "INT";
        desired["sqlite_table.t"]!["columns"]![2]!["nullable"] = false;
        await scenario.ApplyAsync(desired.ToJsonString());

        scenario.File.Rows("SELECT id FROM victim").ShouldBe(["1"]);
        scenario.File.Rows("SELECT type, name FROM sqlite_master WHERE sql IS NOT NULL AND name <> 'victim' ORDER BY type").ShouldBe([$"index|{name}_i", $"table|{name}", $"trigger|{name}_g", $"view|{name}_v"]);
        var found = await scenario.DiscoverAsync();
        var adopted = await scenario.PlanAsync([.. found.Select((r, i) => new DesiredResource { Type = r.Type, Name = $"r{i}", Config = r.Config })]);
        adopted.Operations.Where(o => !scenario.State.Any(s => s.Address == o.Address)).ShouldAllBe(o => o.Action == "read");
        await scenario.ApplyAsync("{}");
        scenario.File.Rows("SELECT name FROM sqlite_master WHERE sql IS NOT NULL").ShouldBe(["victim"]);
    }

    [Theory]
    [InlineData("sqlite_index.i", """{"table":"victim","columns":["id"],"where":"1; DROP TABLE victim"}""", "where")]
    [InlineData("sqlite_index.i", """{"table":"victim","columns":[{"expression":"id); DROP TABLE victim; --"}]}""", "columns[0].expression")]
    [InlineData("sqlite_view.v", """{"query":"SELECT 1; DROP TABLE victim"}""", "query")]
    [InlineData("sqlite_view.v", """{"query":"DROP TABLE victim"}""", "query")]
    [InlineData("sqlite_view.v", """{"query":"SELECT 1 /* DROP TABLE victim"}""", "query")]
    [InlineData("sqlite_trigger.g", """{"table":"victim","event":"insert","body":"SELECT 1; END; DROP TABLE victim; SELECT 1"}""", "body")]
    [InlineData("sqlite_trigger.g", """{"table":"victim","event":"insert","body":"DROP TABLE victim"}""", "body")]
    [InlineData("sqlite_trigger.g", """{"table":"victim","event":"insert","when":"1) BEGIN SELECT 1; END; DROP TABLE victim; --","body":"SELECT 1"}""", "when")]
    [InlineData("sqlite_trigger.g", """{"table":"victim","event":"insert; DROP TABLE victim","body":"SELECT 1"}""", "event")]
    [InlineData("sqlite_table.t", """{"columns":[{"name":"a","collation":"x\u0001"}]}""", "columns[0].collation")]
    public async Task Plan_ExpressionThatIsMoreThanOne_IsRefusedWithItsPlace(string address, string config, string attribute)
    {
        await using var scenario = await StartAsync();

        var plan = await scenario.PlanAsync($$"""{ "{{address}}": {{config}} }""");

        plan.Diagnostics.ShouldContain(d => d.Attribute!.ToString() == attribute && d.Address == address);
        scenario.File.Rows("SELECT id FROM victim").ShouldBe(["1"]);
    }

    [Theory]
    [InlineData("sqlite_table.t", """{"columns":[{"name":"a","default":"1); DROP TABLE victim; --"}]}""")]
    [InlineData("sqlite_table.t", """{"columns":[{"name":"a","default":"'; DROP TABLE victim; --"}]}""")]
    public async Task Apply_DefaultThatLooksLikeAnAttack_IsAString(string address, string config)
    {
        await using var scenario = await StartAsync();

        await scenario.ApplyAsync($$"""{ "{{address}}": {{config}} }""");

        scenario.File.Run("INSERT INTO t DEFAULT VALUES");
        scenario.File.Rows("SELECT a FROM t").ShouldBe([JsonNode.Parse(config)!["columns"]![0]!["default"]!.GetValue<string>()]);
        scenario.File.Rows("SELECT id FROM victim").ShouldBe(["1"]);
    }

    private static async Task<Scenario> StartAsync()
    {
        var file = new SqliteFile();
        file.Run("CREATE TABLE victim (id INTEGER); INSERT INTO victim VALUES (1)");
        return await Scenario.StartAsync(file);
    }
}
