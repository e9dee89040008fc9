using System.Text.Json.Nodes;
using Kolumn.Protocol.Payloads;
using Kolumn.Protocol.Runtime;
using Kolumn.Testing;

namespace Kolumn.Providers.MySql.Tests.Scenarios;

/// <summary>What is deleted is kept: it comes back with every row, or goes for good when somebody says so.</summary>
public sealed class QuarantineTests(MariaDbDatabases databases) : MySqlTest(databases)
{
    private const string Tables = "SELECT table_name FROM information_schema.tables WHERE table_schema = database() AND LEFT(table_name, 7) <> '_kolumn' ORDER BY 1";
    private const string Keys = "SELECT concat(table_name, '.', constraint_name) FROM information_schema.table_constraints WHERE table_schema = database() AND constraint_type = 'FOREIGN KEY' ORDER BY 1";

    private static JsonObject Settings => new() { ["audit"] = false, ["quarantine_retention"] = 0 };

    private static IReadOnlyList<DesiredResource> Shop =>
    [
        ProviderScenario.Resource("mysql_table", "users", """
            { "columns": [{ "name": "id", "type": "int", "primary_key": true, "auto_increment": true }, { "name": "mail", "type": "varchar(100)", "unique": true }, { "name": "boss", "type": "int" }],
              "foreign_keys": [{ "name": "its_boss", "columns": ["boss"], "references": "users", "referenced_columns": ["id"] }] }
            """),
        ProviderScenario.Resource("mysql_table", "orders", """
            { "columns": [{ "name": "id", "type": "int", "primary_key": true }, { "name": "buyer", "type": "int" }], "checks": [{ "name": "positive", "expression": "id > 0" }],
              "foreign_keys": [{ "name": "its_buyer", "columns": ["buyer"], "references": "mysql_table.users", "referenced_columns": ["id"] }] }
            """),
        ProviderScenario.Resource("mysql_index", "by_mail", """{ "table": "mysql_table.users", "columns": [{ "name": "mail", "length": 5 }] }"""),
        ProviderScenario.Resource("mysql_view", "mails", """{ "query": "SELECT mail FROM users" }""") with { DependsOn = ["mysql_table.users"] },
    ];

    [Fact]
    public async Task Destroy_ThenRestore_BringsEveryRowIndexAndForeignKeyBack()
    {
        await using var shop = await Scenario.StartAsync(Database, Token, Settings);
        await shop.ApplyAsync(Shop, Token);
        await Database.ExecuteAsync("INSERT INTO users (mail) VALUES ('a@b'), ('c@d'); UPDATE users SET boss = 1 WHERE id = 2; INSERT INTO orders VALUES (1, 2), (2, 1)", Token);
        var keys = await Database.QueryAsync(Keys, Token);

        var plan = await shop.ApplyAsync([], Token);
        plan.Operations.SelectMany(o => o.Hazards ?? []).ShouldNotContain(h => h.Name == Hazard.DataLoss);
        plan.Operations.Where(o => o.QuarantineLocation is not null).Select(o => o.Address).ShouldBe(["mysql_table.orders", "mysql_table.users"], ignoreOrder: true);
        (await Database.QueryAsync(Tables, Token)).ShouldBeEmpty();
        (await Database.QueryAsync(Keys, Token)).ShouldBeEmpty();
        (await shop.DiscoverAsync(Token)).State.ShouldAllBe(found => found.Type == "mysql_schema");

        var entries = (await shop.Quarantine.QuarantinedAsync(Token)).State;
        entries.Select(e => $"{e.Type}.{e.Name} {e.Quarantine!.Location is not null} {e.Quarantine.PartOf is not null}").Order().ShouldBe(
            ["mysql_index.by_mail False True", "mysql_table.orders True False", "mysql_table.users True False", "mysql_view.mails False False"]);
        foreach (var name in new[] { "users", "orders", "mails" })
        {
            (await shop.Quarantine.RestoreAsync(entries.Single(e => e.Name == name), Token)).Diagnostics.ShouldBeEmpty();
        }

        (await Database.QueryAsync("SELECT concat(id, mail, coalesce(boss, '-')) FROM users ORDER BY id", Token)).ShouldBe(["1a@b-", "2c@d1"]);
        (await Database.QueryAsync("SELECT concat(id, buyer) FROM orders ORDER BY id", Token)).ShouldBe(["12", "21"]);
        (await Database.QueryAsync(Keys, Token)).ShouldBe(keys);
        (await shop.Quarantine.QuarantinedAsync(Token)).State.ShouldBeEmpty();
        shop.ForgetState();
        (await shop.PlanAsync(Shop, Token)).Operations.ShouldAllBe(operation => operation.Action == "read");
    }

    [Fact]
    public async Task Restore_WhatItRefersToDoesNotFitAnyMore_ComesBackWithoutAndSaysSo()
    {
        await using var shop = await Scenario.StartAsync(Database, Token, Settings);
        await shop.ApplyAsync(Shop, Token);
        await Database.ExecuteAsync("INSERT INTO users (mail) VALUES ('a@b'); INSERT INTO orders VALUES (7, 1)", Token);
        await shop.ApplyAsync([Shop[0], Shop[2], Shop[3]], Token);
        await Database.ExecuteAsync("DELETE FROM users", Token);
        var orders = (await shop.Quarantine.QuarantinedAsync(Token)).State.ShouldHaveSingleItem();

        var outcome = await shop.Quarantine.RestoreAsync(orders, Token);

        outcome.Diagnostics.ShouldHaveSingleItem().ShouldSatisfyAllConditions(d => d.Code.ShouldBe("NOT_FULLY_RESTORED"), d => d.Detail!.ShouldContain("foreign_keys"));
        (await Database.QueryAsync("SELECT id FROM orders", Token)).ShouldBe(["7"]);
    }

    [Fact]
    public async Task Restore_NameIsTaken_SaysSoAndPurgeDropsForGood()
    {
        await using var shop = await Scenario.StartAsync(Database, Token, Settings);
        await shop.ApplyAsync(Shop, Token);
        await shop.ApplyAsync([], Token);
        var plan = await shop.PlanAsync(Shop, Token);
        var old = (await shop.Quarantine.QuarantinedAsync(Token)).State.Single(e => e.Name == "orders");
        plan.Operations.Single(o => o.Address == "mysql_table.orders").Warnings!.ShouldHaveSingleItem().ShouldContain($"kolumn restore {old.Quarantine!.Id}");
        (await shop.TryApplyAsync(Shop, plan, Token)).Success.ShouldBeTrue();
        (await shop.Quarantine.RestoreAsync(old, Token)).Diagnostics.ShouldHaveSingleItem().Summary.ShouldBe("table orders exists: what is in quarantine cannot take its place");

        foreach (var entry in (await shop.Quarantine.QuarantinedAsync(Token)).State.Where(e => e.Quarantine!.PartOf is null))
        {
            (await shop.Quarantine.PurgeAsync(entry, Token)).Diagnostics.ShouldBeEmpty();
        }

        (await Database.QueryAsync(Tables, Token)).ShouldBe(["mails", "orders", "users"]);
        (await Database.QueryAsync("SELECT table_name FROM information_schema.tables WHERE table_schema = database() AND LEFT(table_name, 7) = '_kolumn'", Token)).ShouldBe(["_kolumn_quarantine"]);
        (await shop.Quarantine.RestoreAsync(old, Token)).Success.ShouldBeFalse();
    }

    /// <summary>The line of the ledger comes first, so a kill between the two leaves one that tells of nothing.</summary>
    [Fact]
    public async Task Delete_KilledBetweenLedgerAndMove_GoesOnUnderTheSameId()
    {
        await using var shop = await Scenario.StartAsync(Database, Token, Settings);
        await shop.ApplyAsync([Shop[0]], Token);
        var plan = await shop.PlanAsync([], Token);
        var delete = plan.Operations.Single();
        await Database.ExecuteAsync(
            $"""
            {delete.Statements![0]};
            INSERT INTO _kolumn_quarantine (id, resource_type, name, identity, location, definition, actor, quarantined_at, expires_at)
            VALUES ('{delete.QuarantineId}', 'mysql_table', 'users', 'users', '{delete.QuarantineLocation}', JSON_OBJECT(), '', '2020-01-01T00:00:00Z', '2020-01-01T00:00:00Z')
            """,
            Token);

        (await shop.Quarantine.QuarantinedAsync(Token)).State.ShouldBeEmpty();
        await shop.ApplyAsync([], Token);

        var entry = (await shop.Quarantine.QuarantinedAsync(Token)).State.ShouldHaveSingleItem();
        entry.Quarantine!.Id.ShouldBe(delete.QuarantineId);
        (await shop.Quarantine.RestoreAsync(entry, Token)).Diagnostics.ShouldBeEmpty();
        (await Database.QueryAsync(Tables, Token)).ShouldBe(["users"]);
    }

    [Fact]
    public async Task Delete_SomebodyElsesKeyRestsOnIt_IsRefusedAsADropWouldBe()
    {
        await using var shop = await Scenario.StartAsync(Database, Token, Settings);
        await shop.ApplyAsync([Shop[0]], Token);
        await Database.ExecuteAsync("CREATE TABLE mine (user int, CONSTRAINT my_user FOREIGN KEY (user) REFERENCES users (id))", Token);

        var plan = await shop.PlanAsync([], Token);
        var refused = (await shop.TryApplyAsync([], plan, Token)).Results.ShouldHaveSingleItem();

        refused.Diagnostic!.Summary.ShouldContain("foreign key my_user of mine rests on users");
        (await Database.QueryAsync(Tables, Token)).ShouldBe(["mine", "users"]);
        await Database.ExecuteAsync("DROP TABLE mine", Token);
        await shop.ApplyAsync([], Token);
        (await Database.QueryAsync(Tables, Token)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Delete_TableOfAnotherDatabase_IsKeptWhenThatIsDropped()
    {
        var other = Database.Name + "_other";
        IReadOnlyList<DesiredResource> both =
        [
            ProviderScenario.Resource("mysql_schema", other, "{}"),
            ProviderScenario.Resource("mysql_table", "notes", $$"""{ "schema": "mysql_schema.{{other}}", "columns": [{ "name": "id", "type": "int", "primary_key": true }] }"""),
        ];
        await using var shop = await Scenario.StartAsync(Database, Token, Settings);
        await shop.ApplyAsync(both, Token);
        await Database.ExecuteAsync($"INSERT INTO {other}.notes VALUES (4)", Token);

        await shop.ApplyAsync([], Token);
        var entries = (await shop.Quarantine.QuarantinedAsync(Token)).State;
        var notes = entries.Single(e => e.Name == "notes");
        (await Database.QueryAsync($"SELECT id FROM {notes.Quarantine!.Location}", Token)).ShouldBe(["4"]);

        (await shop.Quarantine.RestoreAsync(entries.Single(e => e.Name == other), Token)).Diagnostics.ShouldBeEmpty();
        (await shop.Quarantine.RestoreAsync(notes, Token)).Diagnostics.ShouldBeEmpty();
        (await Database.QueryAsync($"SELECT id FROM {other}.notes", Token)).ShouldBe(["4"]);
        await Database.ExecuteAsync($"DROP DATABASE {other}", Token);
    }

    [Fact]
    public async Task Delete_SafeDestroyIsOff_DropsAndSaysThatDataIsLost()
    {
        await using var shop = await Scenario.StartAsync(Database, Token, new JsonObject { ["audit"] = false, ["safe_destroy"] = false });
        await shop.ApplyAsync(Shop, Token);

        var plan = await shop.ApplyAsync([], Token);

        plan.Operations.SelectMany(o => o.Hazards ?? []).Count(h => h.Name == Hazard.DataLoss).ShouldBe(2);
        (await Database.QueryAsync("SELECT table_name FROM information_schema.tables WHERE table_schema = database()", Token)).ShouldBeEmpty();
    }
}
