using System.Text.Json.Nodes;
using Kolumn.Protocol.Runtime;
using Kolumn.Testing;

namespace Kolumn.Providers.Postgres.Tests.Scenarios;

/// <summary>Names and values that would like to be statements stay names and values.</summary>
public sealed class InjectionTests(PostgresDatabases databases) : PostgresTest(databases)
{
    [Theory]
    [InlineData("x\"; DROP TABLE victim; --")]
    [InlineData("x'; DROP TABLE victim; --")]
    [InlineData("x') ; DROP TABLE victim; /*")]
    [InlineData("$$; DROP TABLE victim; $$")]
    [InlineData("\\'; DROP TABLE victim; --")]
    [InlineData("a.b.\"c\"")]
    [InlineData("{0} %s $1 :p @p ?")]
    public async Task EveryNameAndValue_HoldsAStatement_IsStoredAsItIs(string evil)
    {
        await Database.ExecuteAsync("CREATE TABLE victim (id int)", Token);
        await using var scenario = await Scenario.StartAsync(Database, Token);
        DesiredResource[] desired =
        [
            new() { Type = "postgres_schema", Name = "s", Config = new JsonObject { ["name"] = "s " + evil, ["comment"] = evil } },
            new()
            {
                Type = "postgres_table",
                Name = "t",
                Config = new JsonObject
                {
                    ["name"] = "t " + evil,
                    ["schema"] = "postgres_schema.s",
                    ["comment"] = evil,
                    ["columns"] = new JsonArray(
                        new JsonObject { ["name"] = "c " + evil, ["type"] = "text", ["default"] = "prose: " + evil, ["comment"] = evil },
                        new JsonObject { ["name"] = "id", ["type"] = "int" },
                        new JsonObject { ["name"] = "other", ["type"] = "int" }),
                    ["primary_key"] = new JsonObject { ["name"] = "p " + evil, ["columns"] = new JsonArray("id") },
                    ["unique_constraints"] = new JsonArray(new JsonObject { ["name"] = "u " + evil, ["columns"] = new JsonArray("c " + evil) }),
                    ["checks"] = new JsonArray(new JsonObject { ["name"] = "k " + evil, ["expression"] = "id > 0" }),
                    ["foreign_keys"] = new JsonArray(new JsonObject { ["name"] = "f " + evil, ["columns"] = new JsonArray("other"), ["references"] = "postgres_table.t" }),
                },
            },
            new()
            {
                Type = "postgres_index",
                Name = "i",
                Config = new JsonObject { ["name"] = "i " + evil, ["table"] = "postgres_table.t", ["columns"] = new JsonArray("c " + evil, "id"), ["include"] = new JsonArray("other"), ["comment"] = evil },
            },
            new() { Type = "postgres_view", Name = "v", Config = new JsonObject { ["name"] = "v " + evil, ["schema"] = "postgres_schema.s", ["query"] = "SELECT 1 AS one", ["comment"] = evil } },
        ];

        await scenario.ApplyAsync(desired, Token);

        await scenario.ShouldBeInSyncAsync(desired, Token);
        (await Database.QueryAsync("SELECT nspname FROM pg_namespace WHERE nspname LIKE 's %'", Token)).ShouldBe(["s " + evil]);
        (await Database.QueryAsync("SELECT relname FROM pg_class WHERE relname LIKE '_ %' ORDER BY relname", Token)).ShouldBe([.. new[] { "i ", "p ", "t ", "u ", "v " }.Select(kind => kind + evil)]);
        (await Database.QueryAsync("SELECT DISTINCT description FROM pg_description WHERE description LIKE '%' || $x$victim$x$ || '%' OR description LIKE '%c\"%' OR description LIKE '%$1%'", Token)).ShouldBe([evil]);

        // A stranger who describes the same adopts it, and removes it again without touching anything else.
        scenario.ForgetState();
        (await scenario.ApplyAsync(desired, Token)).Operations.ShouldAllBe(operation => operation.Action == "read");
        await scenario.ApplyAsync([], Token);
        (await Database.QueryAsync("SELECT count(*) FROM victim", Token)).ShouldBe(["0"]);
    }
}
