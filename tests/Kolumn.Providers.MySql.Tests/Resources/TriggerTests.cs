using Kolumn.Protocol.Runtime;
using Kolumn.Providers.MySql.Tests.Scenarios;
using Kolumn.Testing;
using static Kolumn.Testing.ProviderScenario;

namespace Kolumn.Providers.MySql.Tests.Resources;

public sealed class TriggerTests(MariaDbDatabases databases) : MySqlTest(databases)
{
    private const string Query = "SELECT group_concat(concat_ws(' ', trigger_name, action_timing, event_manipulation, action_statement) ORDER BY action_order SEPARATOR '; ') FROM information_schema.triggers WHERE trigger_schema = database()";

    private static DesiredResource Users { get; } = Resource("mysql_table", "users", """{ "columns": [{ "name": "id", "type": "int", "primary_key": true }, { "name": "n", "type": "int" }] }""");

    [Fact]
    public async Task Trigger_FromCreationToEnd_IsAlwaysAsDescribed() => await new Lifecycle(Database, "mysql_trigger", "stamp") { Others = [Users] }.RunAsync(
        Token,
        new Stage("""{ "table": "mysql_table.users", "timing": "before", "event": "insert", "body": "SET NEW.n = 1;" }""", "create", Query, "stamp BEFORE INSERT SET NEW.n = 1"),
        new Stage("""{ "table": "users", "timing": "after", "event": "delete", "body": "BEGIN\n  -- it's;\n  SET @gone = OLD.id; IF @gone > 1 THEN SET @x = IF(1, 2, 3); END IF;\nEND" }""", "update", Query, "stamp AFTER DELETE BEGIN\n  -- it's;\n  SET @gone = OLD.id; IF @gone > 1 THEN SET @x = IF(1, 2, 3); END IF;\nEND"));

    [Fact]
    public async Task Trigger_AmongOthers_KeepsItsPlaceWhenItIsReplaced()
    {
        await using var scenario = await Scenario.StartAsync(Database, Token);
        await scenario.ApplyAsync([Users, Trigger("a", 1), Trigger("b", 1, "mysql_trigger.a"), Trigger("c", 1, "b")], Token);
        DesiredResource[] changed = [Users, Trigger("a", 2), Trigger("b", 2, "a"), Trigger("c", 1, "b")];

        var plan = await scenario.ApplyAsync(changed, Token);

        plan.Operations.SelectMany(operation => operation.Statements ?? []).ShouldBe(
        [
            $"CREATE OR REPLACE DEFINER='kolumn'@'%' TRIGGER `a` BEFORE UPDATE ON `users` FOR EACH ROW PRECEDES `b`\nSET NEW.n = 2",
            $"CREATE OR REPLACE DEFINER='kolumn'@'%' TRIGGER `b` BEFORE UPDATE ON `users` FOR EACH ROW PRECEDES `c`\nSET NEW.n = 2",
        ]);
        await scenario.ShouldBeInSyncAsync(changed, Token);
        await Lifecycle.AdoptDiscoveredAsync(Database, Token);
        (await Database.QueryAsync(Query, Token)).ShouldBe(["a BEFORE UPDATE SET NEW.n = 2; b BEFORE UPDATE SET NEW.n = 2; c BEFORE UPDATE SET NEW.n = 1"]);
    }

    [Fact]
    public async Task Trigger_ItsTableIsRenamedOrChangedOrDropped_GoesAlong()
    {
        await using var scenario = await Scenario.StartAsync(Database, Token);
        await scenario.ApplyAsync([Users, Trigger("a", 1)], Token);
        DesiredResource[] renamed =
        [
            Resource("mysql_table", "users", """{ "name": "people", "renamed_from": "users", "columns": [{ "name": "id", "type": "int", "primary_key": true }, { "name": "n", "type": "bigint" }] }"""),
            Resource("mysql_trigger", "a", """{ "table": "people", "timing": "before", "event": "update", "body": "SET NEW.n = 1" }"""),
        ];

        await scenario.ApplyAsync(renamed, Token);

        await scenario.ShouldBeInSyncAsync(renamed, Token);
        await scenario.ApplyAsync([], Token);
        (await Database.QueryAsync(Query, Token)).ShouldBe([null]);
    }

    [Fact]
    public async Task Plan_BodyChangedBehindItsBack_IsDriftAndIsPutRight()
    {
        await using var scenario = await Scenario.StartAsync(Database, Token);
        await scenario.ApplyAsync([Users, Trigger("a", 1)], Token);
        await Database.ExecuteAsync("CREATE OR REPLACE TRIGGER a BEFORE UPDATE ON users FOR EACH ROW SET NEW.n = 7", Token);

        var plan = await scenario.ApplyAsync([Users, Trigger("a", 1)], Token);

        plan.Operations.Single(operation => operation.Action == "update").Drift!.Keys.ShouldBe(["body"]);
        (await Database.QueryAsync(Query, Token)).ShouldBe(["a BEFORE UPDATE SET NEW.n = 1"]);
    }

    private static DesiredResource Trigger(string name, int value, string? follows = null) => Resource(
        "mysql_trigger", name, $$"""{ "table": "users", "timing": "before", "event": "update", {{(follows is null ? "" : $"\"follows\": \"{follows}\",")}} "body": "SET NEW.n = {{value}}" }""");
}
