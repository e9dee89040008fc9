using Kolumn.Protocol.Runtime;
using Kolumn.Testing;

namespace Kolumn.Providers.MySql.Tests.Scenarios;

/// <summary>Every change of a table says how it may be made, as the server itself has answered; what makes others wait is a hazard of the plan.</summary>
public sealed class AlgorithmTests(MariaDbDatabases databases) : MySqlTest(databases)
{
    [Theory]
    [InlineData("""{ "name": "n", "type": "int" }, { "name": "note", "type": "text" }""", "ADD COLUMN `note` text NULL, ALGORITHM=INSTANT", "")]
    [InlineData("""{ "name": "n", "type": "int", "not_null": true }""", "MODIFY COLUMN `n` int NOT NULL, ALGORITHM=INPLACE, LOCK=NONE", "table_rewrite")]
    [InlineData("""{ "name": "n", "type": "bigint" }""", "MODIFY COLUMN `n` bigint NULL, ALGORITHM=COPY, LOCK=SHARED", "table_rewrite long_lock")]
    public async Task Plan_TableChanges_SaysHowItIsAltered(string columns, string expected, string hazards)
    {
        await using var scenario = await Scenario.StartAsync(Database, Token);
        await scenario.ApplyAsync([Table("""{ "name": "n", "type": "int" }""")], Token);

        var plan = await scenario.ApplyAsync([Table(columns)], Token);

        plan.Operations[0].Statements!.ShouldHaveSingleItem().ShouldBe($"ALTER TABLE `t` {expected}");
        string.Join(' ', (plan.Operations[0].Hazards ?? []).Select(hazard => hazard.Name)).ShouldBe(hazards);
        await scenario.ShouldBeInSyncAsync([Table(columns)], Token);
    }

    [Fact]
    public async Task Plan_IndexOnExistingTable_IsBuiltWhileOthersWrite()
    {
        await using var scenario = await Scenario.StartAsync(Database, Token);
        DesiredResource[] desired = [Table("""{ "name": "n", "type": "int" }"""), ProviderScenario.Resource("mysql_index", "by_n", """{ "table": "mysql_table.t", "columns": ["n"] }""")];
        await scenario.ApplyAsync(desired[..1], Token);

        var plan = await scenario.ApplyAsync(desired, Token);

        plan.Operations.Single(operation => operation.Action == "create").Statements.ShouldBe(["ALTER TABLE `t` ADD INDEX `by_n` (`n`), ALGORITHM=NOCOPY, LOCK=NONE"]);
        await scenario.ShouldBeInSyncAsync(desired, Token);
    }

    private static DesiredResource Table(string columns) => ProviderScenario.Resource("mysql_table", "t", $$"""{ "columns": [{ "name": "id", "type": "int", "primary_key": true }, {{columns}}] }""");
}
