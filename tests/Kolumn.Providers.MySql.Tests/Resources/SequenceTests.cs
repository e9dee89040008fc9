using Kolumn.Protocol.Runtime;
using Kolumn.Providers.MySql.Tests.Scenarios;
using Kolumn.Testing;
using static Kolumn.Testing.ProviderScenario;

namespace Kolumn.Providers.MySql.Tests.Resources;

public sealed class SequenceTests(MariaDbDatabases databases) : MySqlTest(databases)
{
    private const string Query = "SELECT concat_ws(' ', start_value, increment, minimum_value, maximum_value, cache_size, cycle_option) FROM `it's`";

    [Fact]
    public async Task Sequence_FromCreationToEnd_ChangesInPlace() => await new Lifecycle(Database, "mysql_sequence", "it's").RunAsync(
        Token,
        new Stage("{}", "create", Query, "1 1 1 9223372036854775806 1000 0"),
        new Stage("""{ "start": 5, "increment": 2, "max": 99, "cache": 0, "cycle": true }""", "update", Query, "5 2 1 99 0 1"),
        new Stage("""{ "increment": -3 }""", "update", Query, "-1 -3 -9223372036854775807 -1 1000 0"));

    [Fact]
    public async Task Table_CountsWithASequence_IsMadeAfterItAndDroppedBeforeIt()
    {
        DesiredResource[] desired =
        [
            Resource("mysql_table", "a", """{ "columns": [{ "name": "id", "type": "bigint", "primary_key": true, "default": "nextval(z)" }, { "name": "n", "type": "int", "default": "(NEXT VALUE FOR y)" }] }"""),
            Resource("mysql_sequence", "z", "{}"),
            Resource("mysql_sequence", "y", """{ "start": 7 }"""),
        ];
        await using var scenario = await Scenario.StartAsync(Database, Token);

        await scenario.ApplyAsync(desired, Token);

        await scenario.ShouldBeInSyncAsync(desired, Token);
        await Lifecycle.AdoptDiscoveredAsync(Database, Token);
        await Database.ExecuteAsync("INSERT INTO a () VALUES (), ()", Token);
        (await Database.QueryAsync("SELECT concat(id, ' ', n) FROM a ORDER BY id", Token)).ShouldBe(["1 7", "2 8"]);
        scenario.ForgetState();
        await scenario.ApplyAsync(desired, Token);
        (await scenario.ApplyAsync([], Token)).Operations.SelectMany(operation => operation.Hazards ?? []).Select(hazard => hazard.Name).ShouldContain("data_loss");
        (await Database.QueryAsync("SELECT table_name FROM information_schema.tables WHERE table_schema = database()", Token)).ShouldBeEmpty();
    }
}
