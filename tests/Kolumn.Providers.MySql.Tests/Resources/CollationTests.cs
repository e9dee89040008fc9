using Kolumn.Providers.MySql.Tests.Scenarios;
using Kolumn.Testing;

namespace Kolumn.Providers.MySql.Tests.Resources;

/// <summary>A character set changes with its collation, whether the config names one or not.</summary>
public sealed class CollationTests(MariaDbDatabases databases) : MySqlTest(databases)
{
    [Fact]
    public async Task Table_CharacterSetChanges_CollationGoesWithIt()
    {
        const string Query = "SELECT TABLE_COLLATION FROM information_schema.TABLES WHERE TABLE_SCHEMA = database() AND TABLE_NAME = 't'";
        const string Columns = """
            "columns": [{ "name": "id", "type": "int", "primary_key": true }, { "name": "s", "type": "varchar(9)" }]
            """;
        await new Lifecycle(Database, "mysql_table", "t").RunAsync(
            Token,
            new Stage($$"""{ "collation": "utf8mb4_bin", {{Columns}} }""", "create", Query, "utf8mb4_bin"),
            new Stage($$"""{ "charset": "latin1", {{Columns}} }""", "update", Query, "latin1_swedish_ci"),
            new Stage($$"""{ {{Columns}} }""", "noop", Query, "latin1_swedish_ci"));
    }

    [Fact]
    public async Task Schema_CharacterSetChanges_CollationGoesWithIt()
    {
        const string Query = "SELECT DEFAULT_COLLATION_NAME FROM information_schema.SCHEMATA WHERE SCHEMA_NAME = 'collated'";
        await using var scenario = await Scenario.StartAsync(Database, Token);
        foreach (var (config, expected) in new[] { ("""{ "collation": "utf8mb4_bin" }""", "utf8mb4_bin"), ("""{ "charset": "latin1" }""", "latin1_swedish_ci"), ("{}", "latin1_swedish_ci") })
        {
            var desired = ProviderScenario.Resource("mysql_schema", "collated", config);

            await scenario.ApplyAsync([desired], Token);

            (await Database.QueryAsync(Query, Token)).ShouldBe([expected]);
            await scenario.ShouldBeInSyncAsync([desired], Token);
        }

        await scenario.ApplyAsync([], Token);
    }
}
