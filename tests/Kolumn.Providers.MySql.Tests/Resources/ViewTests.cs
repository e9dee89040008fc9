using Kolumn.Providers.MySql.Tests.Scenarios;
using Kolumn.Testing;

namespace Kolumn.Providers.MySql.Tests.Resources;

public sealed class ViewTests(MariaDbDatabases databases) : MySqlTest(databases)
{
    private const string Query = "SELECT view_definition FROM information_schema.views WHERE table_schema = database() AND table_name = 'named'";

    [Fact]
    public async Task View_FromCreationToEnd_IsAlwaysAsDescribed() => await new Lifecycle(Database, "mysql_view", "named")
    {
        Others = [ProviderScenario.Resource("mysql_table", "users", """{ "columns": [{ "name": "id", "type": "int", "primary_key": true }, { "name": "name", "type": "varchar(50)" }] }""")],
    }.RunAsync(
        Token,
        new Stage("""{ "query": "SELECT id FROM users WHERE name <> 'it''s';" }""", "create", Query, $"select `{Database.Name}`.`users`.`id` AS `id` from `{Database.Name}`.`users` where `{Database.Name}`.`users`.`name` <> 'it\\'s'"),
        new Stage("""{ "query": "SELECT u.*, upper(u.name) AS loud FROM users u", "security": "invoker" }""", "update", Query, $"select `u`.`id` AS `id`,`u`.`name` AS `name`,ucase(`u`.`name`) AS `loud` from `{Database.Name}`.`users` `u`"));

    [Fact]
    public async Task Plan_ViewReadsColumnThatThePlanAdds_IsSpelledByTheServerAndMadeAfterwards()
    {
        await using var scenario = await Scenario.StartAsync(Database, Token);
        await scenario.ApplyAsync(Shop("", "SELECT id FROM users"), Token);

        var plan = await scenario.ApplyAsync(Shop(""", { "name": "age", "type": "int" }""", "SELECT age FROM users WHERE age > 1"), Token);

        plan.Operations.Select(operation => operation.Action).ShouldBe(["update", "update"]);
        await scenario.ShouldBeInSyncAsync(Shop(""", { "name": "age", "type": "int" }""", "SELECT age FROM users WHERE age > 1"), Token);
        (await Database.QueryAsync("SELECT schema_name FROM information_schema.schemata WHERE schema_name LIKE '\\_kolumn\\_scratch%' AND is_free_lock(left(schema_name, 24)) = 1", Token)).ShouldBeEmpty();
    }

    private static IReadOnlyList<Protocol.Runtime.DesiredResource> Shop(string more, string query) =>
    [
        ProviderScenario.Resource("mysql_table", "users", $$"""{ "columns": [{ "name": "id", "type": "int", "primary_key": true }{{more}}] }"""),
        ProviderScenario.Resource("mysql_view", "old", $$"""{ "query": "{{query}}" }"""),
    ];
}
