using Kolumn.Protocol.Runtime;
using Kolumn.Testing;

namespace Kolumn.Providers.MySql.Tests.Scenarios;

/// <summary>The server commits each statement by itself: what a failure leaves is named exactly, and the next plan goes on from there.</summary>
public sealed class PartialApplyTests(MariaDbDatabases databases) : MySqlTest(databases)
{
    [Fact]
    public async Task Apply_ServerRefusesOneTable_TheOthersAreMadeAndItsDependantsSkipped()
    {
        await using var scenario = await Scenario.StartAsync(Database, Token);

        var result = await scenario.ApplyInPartAsync(Four("nosuchtype"), Token);

        result.Results.ToDictionary(one => one.Name, one => (one.Success, one.Skipped, one.State is not null)).ShouldBe(
            new Dictionary<string, (bool, bool, bool)> { ["a"] = (true, false, true), ["b"] = (false, false, false), ["c"] = (false, true, false), ["d"] = (true, false, true) }, ignoreOrder: true);
        result.Results.Single(one => one.Name == "b").Diagnostic!.Code.ShouldBe("VALIDATION_ERROR");
        result.RolledBack.ShouldBeFalse();
        (await Database.QueryAsync("SELECT table_name FROM information_schema.tables WHERE table_schema = database() ORDER BY 1", Token)).ShouldBe(["a", "d"]);

        // The survivor goes on.
        (await scenario.ApplyAsync(Four("int"), Token)).Operations.Where(operation => operation.Action != "noop").Select(operation => operation.Address).ShouldBe(["mysql_table.b", "mysql_table.c"]);
        await scenario.ShouldBeInSyncAsync(Four("int"), Token);
    }

    [Fact]
    public async Task Apply_SecondStatementOfAChangeFails_StateHoldsWhatTheFirstMade()
    {
        await using var scenario = await Scenario.StartAsync(Database, Token);
        await scenario.ApplyAsync(Orders(""), Token);
        await Database.ExecuteAsync("INSERT INTO orders (id, buyer) VALUES (1, 7)", Token);
        var wanted = Orders(""", { "name": "note", "type": "text" }], "foreign_keys": [{ "columns": ["buyer"], "references": "users", "referenced_columns": ["id"] }""");

        var result = await scenario.ApplyInPartAsync(wanted, Token);

        var failed = result.Results.Single(one => one.Name == "orders");
        failed.Success.ShouldBeFalse();
        failed.Diagnostic!.EngineCode.ShouldBe("1452 (23000)");
        failed.State!["columns"]!.AsArray().Select(column => (string?)column!["name"]).ShouldBe(["id", "buyer", "note"]);
        failed.State["foreign_keys"].ShouldBeNull();

        await Database.ExecuteAsync("INSERT INTO users (id) VALUES (7)", Token);
        (await scenario.ApplyAsync(wanted, Token)).Operations.Single(operation => operation.Action != "noop").Statements!.Count.ShouldBe(1);
        await scenario.ShouldBeInSyncAsync(wanted, Token);
    }

    [Fact]
    public async Task Apply_UniqueIndexOverRowsWithEqualKeys_IsRefusedAndMadeOnceTheyDiffer()
    {
        await using var scenario = await Scenario.StartAsync(Database, Token);
        await scenario.ApplyAsync(Orders(""), Token);
        await Database.ExecuteAsync("INSERT INTO orders (id, buyer) VALUES (1, 7), (2, 7)", Token);
        DesiredResource[] wanted = [.. Orders(""), ProviderScenario.Resource("mysql_index", "one_each", """{ "table": "mysql_table.orders", "columns": ["buyer"], "unique": true }""")];

        var result = await scenario.ApplyInPartAsync(wanted, Token);

        var failed = result.Results.Single(one => one.Name == "one_each");
        (failed.Success, failed.State, failed.Diagnostic!.Code, failed.Diagnostic.EngineCode).ShouldBe((false, null, "OPERATION_ERROR", "1062 (23000)"));
        failed.Diagnostic.Detail!.ShouldContain("Rows in the table have the same key: correct them first.");
        (await Database.QueryAsync("SELECT index_name FROM information_schema.statistics WHERE table_schema = database() AND table_name = 'orders'", Token)).ShouldBe(["PRIMARY"]);

        await Database.ExecuteAsync("DELETE FROM orders WHERE id = 2", Token);
        await scenario.ApplyAsync(wanted, Token);
        await scenario.ShouldBeInSyncAsync(wanted, Token);
    }

    [Fact]
    public async Task Apply_TablesReferToEachOtherInACircle_BothAreMadeAndDropped()
    {
        await using var scenario = await Scenario.StartAsync(Database, Token);
        DesiredResource[] circle =
        [
            ProviderScenario.Resource("mysql_table", "egg", """{ "columns": [{ "name": "id", "type": "int", "primary_key": true }, { "name": "from", "type": "int", "references": "hen.id" }] }"""),
            ProviderScenario.Resource("mysql_table", "hen", """{ "columns": [{ "name": "id", "type": "int", "primary_key": true }, { "name": "from", "type": "int", "references": "egg.id" }] }"""),
        ];
        await scenario.ApplyAsync(circle, Token);
        await scenario.ShouldBeInSyncAsync(circle, Token);

        await scenario.ApplyAsync([], Token);

        (await Database.QueryAsync("SELECT table_name FROM information_schema.tables WHERE table_schema = database()", Token)).ShouldBeEmpty();
    }

    private static IReadOnlyList<DesiredResource> Four(string type) =>
    [
        ProviderScenario.Resource("mysql_table", "a", """{ "columns": [{ "name": "id", "type": "int", "primary_key": true }] }"""),
        ProviderScenario.Resource("mysql_table", "b", $$"""{ "columns": [{ "name": "id", "type": "int", "primary_key": true }, { "name": "n", "type": "{{type}}" }] }"""),
        ProviderScenario.Resource("mysql_table", "c", """{ "columns": [{ "name": "id", "type": "int", "primary_key": true, "references": "mysql_table.b.id" }] }"""),
        ProviderScenario.Resource("mysql_table", "d", """{ "columns": [{ "name": "id", "type": "int", "primary_key": true, "references": "mysql_table.a.id" }] }"""),
    ];

    private static IReadOnlyList<DesiredResource> Orders(string more) =>
    [
        ProviderScenario.Resource("mysql_table", "users", """{ "columns": [{ "name": "id", "type": "int", "primary_key": true }] }"""),
        ProviderScenario.Resource("mysql_table", "orders", $$"""{ "columns": [{ "name": "id", "type": "int", "primary_key": true }, { "name": "buyer", "type": "int" }{{more}}] }"""),
    ];
}
