using System.Text.Json.Nodes;
using Kolumn.Protocol.Runtime;
using Kolumn.Testing;

namespace Kolumn.Providers.MySql.Tests.Scenarios;

/// <summary>Names and values that would like to be statements stay names and values.</summary>
public sealed class InjectionTests(MariaDbDatabases databases) : MySqlTest(databases)
{
    [Theory]
    [InlineData("x`; DROP TABLE victim; -- z")]
    [InlineData("x\"; DROP TABLE victim; -- z")]
    [InlineData("x'; DROP TABLE victim; -- z")]
    [InlineData("x') ; DROP TABLE victim; /*")]
    [InlineData("\\'; DROP TABLE victim; # z")]
    [InlineData("a.b.`c`")]
    [InlineData("{0} %s $1 :p @p ? @@x")]
    public async Task EveryNameAndValue_HoldsAStatement_IsStoredAsItIs(string evil)
    {
        await Database.ExecuteAsync("CREATE TABLE victim (id int)", Token);
        await using var scenario = await Scenario.StartAsync(Database, Token);
        DesiredResource[] desired =
        [
            new()
            {
                Type = "mysql_table",
                Name = "t",
                Config = new JsonObject
                {
                    ["name"] = "t " + evil,
                    ["comment"] = evil,
                    ["columns"] = new JsonArray(
                        new JsonObject { ["name"] = "c " + evil, ["type"] = "varchar(100)", ["default"] = "prose: " + evil, ["comment"] = evil },
                        new JsonObject { ["name"] = "id", ["type"] = "int", ["nullable"] = false },
                        new JsonObject { ["name"] = "other", ["type"] = "int" }),
                    ["primary_key"] = new JsonArray("id"),
                    ["unique_constraints"] = new JsonArray(new JsonObject { ["name"] = "u " + evil, ["columns"] = new JsonArray("c " + evil) }),
                    ["checks"] = new JsonArray(new JsonObject { ["name"] = "k " + evil, ["expression"] = "id > 0" }),
                    ["foreign_keys"] = new JsonArray(new JsonObject { ["name"] = "f " + evil, ["columns"] = new JsonArray("other"), ["references"] = "mysql_table.t" }),
                },
            },
            new() { Type = "mysql_index", Name = "i", Config = new JsonObject { ["name"] = "i " + evil, ["table"] = "mysql_table.t", ["columns"] = new JsonArray("c " + evil, "id") } },
            new() { Type = "mysql_view", Name = "v", Config = new JsonObject { ["name"] = "v " + evil, ["query"] = "SELECT 1 AS one" } },
        ];

        await scenario.ApplyAsync(desired, Token);

        await scenario.ShouldBeInSyncAsync(desired, Token);
        (await Database.QueryAsync("SELECT table_name FROM information_schema.tables WHERE table_schema = DATABASE() AND table_name LIKE '_ %' ORDER BY 1", Token)).ShouldBe(["t " + evil, "v " + evil]);
        (await Database.QueryAsync("SELECT table_comment FROM information_schema.tables WHERE table_schema = DATABASE() AND table_name LIKE 't %'", Token)).ShouldBe([evil]);
        (await Database.QueryAsync("SELECT column_comment FROM information_schema.columns WHERE table_schema = DATABASE() AND column_name LIKE 'c %'", Token)).ShouldBe([evil]);

        // A stranger who describes the same adopts it, and removes it again without touching anything else.
        scenario.ForgetState();
        (await scenario.ApplyAsync(desired, Token)).Operations.ShouldAllBe(operation => operation.Action == "read");
        await scenario.ApplyAsync([], Token);
        (await Database.QueryAsync("SELECT COUNT(*) FROM victim", Token)).ShouldBe(["0"]);
    }
}
