using Kolumn.Protocol.Runtime;
using Kolumn.Testing;

namespace Kolumn.Providers.MySql.Tests.Scenarios;

public sealed class RenameTests(MariaDbDatabases databases) : MySqlTest(databases)
{
    [Fact]
    public async Task Apply_TableColumnAndIndexAreRenamed_RowsStayAndEverythingFollows()
    {
        await using var scenario = await Scenario.StartAsync(Database, Token);
        DesiredResource[] before =
        [
            ProviderScenario.Resource("mysql_table", "users", """{ "columns": [{ "name": "id", "type": "int", "primary_key": true }, { "name": "age", "type": "int" }], "checks": [{ "name": "old_enough", "expression": "age > 17" }] }"""),
            ProviderScenario.Resource("mysql_table", "orders", """{ "columns": [{ "name": "id", "type": "int", "primary_key": true }, { "name": "buyer", "type": "int" }], "foreign_keys": [{ "name": "of_buyer", "columns": ["buyer"], "references": "users", "referenced_columns": ["id"] }] }"""),
            ProviderScenario.Resource("mysql_index", "by_age", """{ "table": "users", "columns": ["age"] }"""),
        ];
        await scenario.ApplyAsync(before, Token);
        await Database.ExecuteAsync("INSERT INTO users (id, age) VALUES (1, 18)", Token);
        DesiredResource[] after =
        [
            ProviderScenario.Resource("mysql_table", "users", """{ "name": "people", "renamed_from": "users", "columns": [{ "name": "key", "type": "int", "primary_key": true, "renamed_from": "id" }, { "name": "years", "type": "int", "renamed_from": "age" }], "checks": [{ "name": "old_enough", "expression": "years > 17" }] }"""),
            ProviderScenario.Resource("mysql_table", "orders", """{ "columns": [{ "name": "id", "type": "int", "primary_key": true }, { "name": "buyer", "type": "int" }], "foreign_keys": [{ "name": "of_buyer", "columns": ["buyer"], "references": "people", "referenced_columns": ["key"] }] }"""),
            ProviderScenario.Resource("mysql_index", "by_age", """{ "name": "by_years", "renamed_from": "by_age", "table": "people", "columns": ["years"] }"""),
        ];

        var plan = await scenario.ApplyAsync(after, Token);

        plan.Operations.SelectMany(operation => operation.Statements ?? []).ShouldBe(
            [
                "RENAME TABLE `users` TO `people`", "ALTER TABLE `people` RENAME COLUMN `id` TO `key`", "ALTER TABLE `people` RENAME COLUMN `age` TO `years`",
                "ALTER TABLE `people` RENAME INDEX `by_age` TO `by_years`",
            ],
            ignoreOrder: true);
        (await Database.QueryAsync("SELECT concat(`key`, ' ', years) FROM people", Token)).ShouldBe(["1 18"]);
        await scenario.ShouldBeInSyncAsync(after, Token);
    }
}
