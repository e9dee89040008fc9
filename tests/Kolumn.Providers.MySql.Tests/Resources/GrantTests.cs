using System.Text.Json.Nodes;
using Kolumn.Protocol.Runtime;
using Kolumn.Providers.MySql.Tests.Scenarios;
using Kolumn.Testing;
using static Kolumn.Testing.ProviderScenario;

namespace Kolumn.Providers.MySql.Tests.Resources;

[Collection(OwnServer.Name)]
public sealed class GrantTests(OwnMariaDbServer server) : MySqlTest(server)
{
    private const string OnTable = """
        SELECT concat_ws(' ', (SELECT CAST(Table_priv AS CHAR) FROM mysql.tables_priv WHERE User = 'app' AND Db = database()), (SELECT group_concat(concat(Column_name, ':', Column_priv) ORDER BY Column_name) FROM mysql.columns_priv WHERE User = 'app' AND Db = database()))
        """;

    private static DesiredResource[] World { get; } =
    [
        Resource("mysql_table", "users", """{ "columns": [{ "name": "id", "type": "int", "primary_key": true }, { "name": "n", "type": "int" }] }"""),
        Resource("mysql_role", "readers", "{}"),
        Resource("mysql_user", "app", """{ "host": "localhost", "member_of": ["readers"] }"""),
        Resource("mysql_function", "one", """{ "returns": "int", "deterministic": true, "body": "RETURN 1" }"""),
    ];

    [Fact]
    public async Task Grant_OnATable_ChangesPrivilegeByPrivilege()
    {
        await using var scenario = await Scenario.StartAsync(Database, Token);
        (string Config, string[] Statements, string Expected)[] stages =
        [
            ("""{ "table": "mysql_table.users", "to": "mysql_user.app", "privileges": ["select", "insert"] }""", ["GRANT INSERT, SELECT ON `users` TO 'app'@'localhost'"], "Select,Insert"),
            ("""{ "table": "users", "to": "app@localhost", "privileges": ["select", "Create View"], "with_grant_option": true }""",
                ["REVOKE INSERT ON `users` FROM 'app'@'localhost'", "GRANT CREATE VIEW ON `users` TO 'app'@'localhost' WITH GRANT OPTION"], "Select,Grant,Create View"),
            ("""{ "table": "users", "to": "app", "privileges": ["select"], "columns": [{ "name": "n", "privileges": ["update"] }, { "name": "id", "privileges": ["update", "references"] }] }""",
                ["REVOKE CREATE VIEW ON `users` FROM 'app'@'localhost'", "REVOKE GRANT OPTION ON `users` FROM 'app'@'localhost'", "GRANT REFERENCES (`id`), UPDATE (`id`, `n`) ON `users` TO 'app'@'localhost'"], "Select id:Update,References,n:Update"),
            ("""{ "table": "users", "to": "app@localhost", "columns": [{ "name": "n", "privileges": ["update"] }] }""",
                ["REVOKE SELECT, REFERENCES (`id`), UPDATE (`id`) ON `users` FROM 'app'@'localhost'"], " n:Update"),
        ];
        await scenario.ApplyAsync(World, Token);
        foreach (var (config, statements, expected) in stages)
        {
            DesiredResource[] desired = [.. World, Resource("mysql_grant", "g", config)];
            (await scenario.ApplyAsync(desired, Token)).Operations.SelectMany(operation => operation.Statements ?? []).ShouldBe(statements);
            (await Database.QueryAsync(OnTable, Token)).ShouldBe([expected], config);
            await scenario.ShouldBeInSyncAsync(desired, Token);
        }

        await Lifecycle.AdoptDiscoveredAsync(Database, Token);
        await scenario.ApplyAsync([], Token);
        (await Database.QueryAsync(OnTable, Token)).ShouldBe([""]);
    }

    [Theory]
    [InlineData("""{ "schema": "DATABASE", "to": "mysql_role.readers", "privileges": ["all"] }""")]
    [InlineData("""{ "global": true, "to": "readers", "privileges": ["process", "set_user", "show databases"] }""")]
    [InlineData("""{ "global": true, "to": "readers", "privileges": ["all"], "with_grant_option": true }""")]
    [InlineData("""{ "pattern": "kolumn\\_x%", "to": "app@localhost", "privileges": ["select"] }""")]
    [InlineData("""{ "function": "mysql_function.one", "to": "app@localhost", "privileges": ["all"] }""")]
    [InlineData("""{ "table": "users", "to": "readers", "privileges": ["all"] }""")]
    public async Task Grant_OfEveryKind_IsMadeAdoptedPutRightAndTakenBack(string config)
    {
        await using var scenario = await Scenario.StartAsync(Database, Token);
        var grant = Resource("mysql_grant", "g", config.Replace("DATABASE", Database.Name, StringComparison.Ordinal));
        DesiredResource[] desired = [.. World, grant];

        await scenario.ApplyAsync(desired, Token);

        await scenario.ShouldBeInSyncAsync(desired, Token);
        scenario.ForgetState();
        (await scenario.ApplyAsync(desired, Token)).Operations.ShouldAllBe(operation => operation.Action == "read");
        await Lifecycle.AdoptDiscoveredAsync(Database, Token);
        await scenario.ApplyAsync(World, Token);
        (await scenario.PlanAsync(desired, Token)).Operations.Single(operation => operation.Action != "noop").Action.ShouldBe("create");
        await scenario.ApplyAsync([], Token);
    }

    [Fact]
    public async Task Discover_WithoutADatabase_FindsUsersRolesAndWhatTheyMayDoEverywhere()
    {
        await using var scenario = await Scenario.StartAsync(Database, Token);
        DesiredResource[] desired = [.. World, Resource("mysql_grant", "g", """{ "global": true, "to": "app@localhost", "privileges": ["process"] }""")];
        await scenario.ApplyAsync(desired, Token);

        await using var whole = await Scenario.StartAsync(Database, Token, new JsonObject { ["url"] = (Database.Parts with { Database = "" }).ToString(), ["audit"] = false });

        var found = (await whole.DiscoverAsync(Token)).State.Select(resource => $"{resource.Type} {resource.Config.ToJsonString()}").ToList();
        found.ShouldContain("""mysql_user {"name":"app","host":"localhost","plugin":"mysql_native_password","member_of":["readers"]}""");
        found.ShouldContain("""mysql_role {"name":"readers"}""");
        found.ShouldContain("""mysql_grant {"to":"app@localhost","global":true,"privileges":["process"]}""");
        await scenario.ApplyAsync([], Token);
    }

    [Fact]
    public async Task User_IsRenamed_KeepsItsGrantsAndRoles()
    {
        await using var scenario = await Scenario.StartAsync(Database, Token);
        var grant = Resource("mysql_grant", "g", """{ "table": "users", "to": "mysql_user.app", "privileges": ["select"], "columns": [{ "name": "n", "privileges": ["update"] }] }""");
        await scenario.ApplyAsync([.. World, grant], Token);
        DesiredResource[] renamed = [World[0], World[1], Resource("mysql_user", "app", """{ "name": "it's clerk", "renamed_from": "app", "host": "localhost", "member_of": ["readers"] }"""), World[3], grant];

        var plan = await scenario.ApplyAsync(renamed, Token);

        plan.Operations.SelectMany(operation => operation.Statements ?? []).ShouldBe(["RENAME USER 'app'@'localhost' TO 'it''s clerk'@'localhost'"]);
        await scenario.ShouldBeInSyncAsync(renamed, Token);
        (await Database.QueryAsync("SELECT CAST(Table_priv AS CHAR) FROM mysql.tables_priv WHERE User = 'it''s clerk' AND Db = database()", Token)).ShouldBe(["Select"]);
        (await Database.QueryAsync("SELECT Role FROM mysql.roles_mapping WHERE User = 'it''s clerk'", Token)).ShouldBe(["readers"]);
        await scenario.ApplyAsync([], Token);
        (await Database.QueryAsync("SELECT User FROM mysql.user WHERE User IN ('app', 'it''s clerk')", Token)).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("""{ "table": "users", "schema": "s", "to": "r", "privileges": ["select"] }""", "A grant is on exactly one of global, schema, pattern, table, function, procedure")]
    [InlineData("""{ "table": "users", "to": "r" }""", "A grant of nothing is none")]
    [InlineData("""{ "table": "users", "to": "r", "privileges": ["select on x to y; --"] }""", "'select on x to y; --' is no privilege")]
    [InlineData("""{ "schema": "s", "to": "r", "privileges": ["select"], "columns": [{ "name": "a", "privileges": ["select"] }] }""", "Only a table has columns that could be granted")]
    public async Task Plan_Mistake_IsNamed(string config, string summary)
    {
        await using var scenario = await Scenario.StartAsync(Database, Token);

        (await scenario.PlanAsync([Resource("mysql_grant", "g", config)], Token)).Diagnostics.ShouldHaveSingleItem().Summary.ShouldBe(summary);
    }
}
