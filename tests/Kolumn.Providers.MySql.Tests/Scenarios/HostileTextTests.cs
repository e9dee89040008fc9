using System.Text.Json.Nodes;
using Kolumn.Protocol.Runtime;
using Kolumn.Testing;

namespace Kolumn.Providers.MySql.Tests.Scenarios;

/// <summary>Names and values that try to become statements stay names and values, whatever the server's sql_mode.</summary>
public sealed class HostileTextTests(MariaDbDatabases databases) : MySqlTest(databases)
{
    public static TheoryData<string> Hostile =>
    [
        "a`; DROP TABLE witness; -- ", "it's \\", "\\'; DROP TABLE witness; -- ", "\"; DROP TABLE witness; #", "/*! DROP TABLE witness */", "`", "'", "\\", "%s $1 ?", "ä€",
    ];

    [Theory]
    [MemberData(nameof(Hostile))]
    public async Task Apply_HostileNamesAndValues_AreTakenLiterally(string text)
    {
        await Database.ExecuteAsync("CREATE TABLE witness (id int)", Token);
        await using var scenario = await Scenario.StartAsync(Database, Token);
        var name = text.Trim();
        DesiredResource[] desired =
        [
            new()
            {
                Type = "mysql_table",
                Name = "t",
                Config = new JsonObject
                {
                    ["name"] = "t" + name,
                    ["comment"] = text,
                    ["columns"] = new JsonArray(
                        new JsonObject { ["name"] = "c" + name, ["type"] = "varchar(100)", ["default"] = $"'{text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("'", "''", StringComparison.Ordinal)}'", ["comment"] = text },
                        new JsonObject { ["name"] = "id", ["type"] = "int", ["primary_key"] = true }),
                },
            },
            new() { Type = "mysql_index", Name = "i", Config = new JsonObject { ["name"] = "i" + name, ["table"] = "mysql_table.t", ["columns"] = new JsonArray("c" + name), ["comment"] = text } },
        ];

        await scenario.ApplyAsync(desired, Token);

        await scenario.ShouldBeInSyncAsync(desired, Token);
        (await Database.QueryAsync("SELECT table_comment FROM information_schema.tables WHERE table_schema = database() AND table_name <> 'witness'", Token)).ShouldBe([text]);
        (await Database.QueryAsync("SELECT count(*) FROM witness", Token)).ShouldBe(["0"]);
        await scenario.ApplyAsync([], Token);
        (await Database.QueryAsync("SELECT table_name FROM information_schema.tables WHERE table_schema = database()", Token)).ShouldBe(["witness"]);
    }

    [Theory]
    [InlineData("1) , (SELECT 1", "never closed|closes nothing")]
    [InlineData("1 /*! ; DROP TABLE witness */", "would be run")]
    [InlineData("1; DROP TABLE witness", "semicolon")]
    [InlineData("1 -- ", "comment")]
    [InlineData("1 # x", "comment")]
    public async Task Plan_ExpressionThatLeavesItsPlace_IsRefused(string expression, string reason)
    {
        await using var scenario = await Scenario.StartAsync(Database, Token);
        var table = new DesiredResource
        {
            Type = "mysql_table",
            Name = "t",
            Config = new JsonObject { ["columns"] = new JsonArray(new JsonObject { ["name"] = "id", ["type"] = "int" }), ["checks"] = new JsonArray(new JsonObject { ["expression"] = expression }) },
        };

        var plan = await scenario.PlanAsync([table], Token);

        plan.Success.ShouldBeFalse();
        reason.Split('|').ShouldContain(part => plan.Diagnostics[0].Summary.Contains(part));
    }
}
