using System.Text.Json.Nodes;
using Kolumn.Protocol;
using Kolumn.Protocol.Payloads;

namespace Kolumn.Providers.Sqlite.Tests;

/// <summary>What is deleted is kept: it comes back with every row, or goes for good when somebody says so.</summary>
public sealed class QuarantineTests
{
    private const string Shop = """
        {
          "sqlite_table.users": { "columns": [{ "name": "id", "type": "INTEGER", "primary_key": true, "autoincrement": true }, { "name": "mail", "type": "TEXT", "unique": true }] },
          "sqlite_table.orders": { "columns": [{ "name": "id", "type": "INTEGER", "primary_key": true }, { "name": "user_id", "type": "INTEGER", "references": "users.id" }], "checks": [{ "expression": "id > 0" }] },
          "sqlite_index.by_user": { "table": "orders", "columns": ["user_id"] },
          "sqlite_trigger.logged": { "table": "orders", "timing": "after", "event": "insert", "body": "UPDATE users SET mail = lower(mail) WHERE id = new.user_id" },
          "sqlite_view.mails": { "query": "SELECT mail FROM users" }
        }
        """;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static JsonObject Safe => new() { ["audit"] = false };

    [Fact]
    public async Task Destroy_ThenRestore_BringsEveryRowIndexTriggerAndForeignKeyBack()
    {
        await using var shop = await Scenario.StartAsync(settings: Safe);
        await shop.ApplyAsync(Shop);
        shop.File.Run("INSERT INTO users (mail) VALUES ('a@b'), ('C@D'); INSERT INTO orders VALUES (1, 2), (2, 1)");
        var before = shop.File.Rows("SELECT type, name FROM sqlite_master WHERE name NOT LIKE 'kolumn%' AND name NOT LIKE 'sqlite%' ORDER BY name");

        var plan = await shop.PlanAsync("{}");
        plan.Operations.SelectMany(o => o.Hazards ?? []).ShouldNotContain(h => h.Name == Hazard.DataLoss);
        plan.Operations.Where(o => o.QuarantineLocation is not null).Select(o => o.Address).ShouldBe(["sqlite_table.orders", "sqlite_table.users"], ignoreOrder: true);
        plan.Operations.Single(o => o.Address == "sqlite_index.by_user").Reason.ShouldBe("goes into quarantine with table orders");
        await shop.ApplyAsync("{}");
        shop.File.Rows("SELECT name FROM sqlite_master WHERE name NOT LIKE 'kolumn%' AND name NOT LIKE 'sqlite%'").ShouldBeEmpty();
        (await shop.DiscoverAsync()).ShouldBeEmpty();

        var entries = (await shop.Quarantine.QuarantinedAsync(Token)).State;
        entries.Select(e => $"{e.Type}.{e.Name} {e.Quarantine!.Location is not null} {e.Quarantine.PartOf is not null}").Order().ShouldBe(
            ["sqlite_index.by_user False True", "sqlite_table.orders True False", "sqlite_table.users True False", "sqlite_trigger.logged False True", "sqlite_view.mails False False"]);
        entries.ShouldAllBe(e => e.Quarantine!.ExpiresAt - e.Quarantine.QuarantinedAt == TimeSpan.FromDays(7));

        foreach (var name in new[] { "users", "orders", "mails" })
        {
            var outcome = await shop.Quarantine.RestoreAsync(entries.Single(e => e.Name == name), Token);
            outcome.Diagnostics.ShouldBeEmpty();
        }

        shop.File.Rows("SELECT id, mail FROM users ORDER BY id").ShouldBe(["1|a@b", "2|c@d"]);
        shop.File.Rows("SELECT id, user_id FROM orders ORDER BY id").ShouldBe(["1|2", "2|1"]);
        shop.File.Rows("SELECT type, name FROM sqlite_master WHERE name NOT LIKE 'kolumn%' AND name NOT LIKE 'sqlite%' ORDER BY name").ShouldBe(before);
        shop.File.Run("INSERT INTO users (mail) VALUES ('third')");
        shop.File.Rows("SELECT max(id) FROM users").ShouldBe(["3"]);
        (await shop.Quarantine.QuarantinedAsync(Token)).State.ShouldBeEmpty();
        (await shop.ActionsAsync(Shop)).ShouldAllBe(action => action.EndsWith(" read", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Restore_NameIsTakenOrTargetGone_SaysSo()
    {
        await using var shop = await Scenario.StartAsync(settings: Safe);
        await shop.ApplyAsync(Shop.Replace("UPDATE users SET mail = lower(mail) WHERE id = new.user_id", "SELECT 1", StringComparison.Ordinal));
        shop.File.Run("INSERT INTO users (mail) VALUES ('a'); INSERT INTO orders VALUES (1, 1)");
        await shop.ApplyAsync("{}");
        var orders = (await shop.Quarantine.QuarantinedAsync(Token)).State.Single(e => e.Name == "orders");

        const string other = """{ "sqlite_table.orders": { "columns": [{ "name": "x" }] } }""";
        (await shop.PlanAsync(other)).Operations.Single().Warnings!.Single().ShouldContain($"kolumn restore {orders.Quarantine!.Id}");
        await shop.ApplyAsync(other);
        (await shop.Quarantine.RestoreAsync(orders, Token)).Diagnostics.Single().Summary.ShouldBe("table orders exists: what is in quarantine cannot take its place");

        // The second of the name gets an entry of its own, and the first comes back without the key to what is not there.
        await shop.ApplyAsync("{}");
        (await shop.Quarantine.QuarantinedAsync(Token)).State.Count(e => e.Name == "orders").ShouldBe(2);
        var outcome = await shop.Quarantine.RestoreAsync(orders, Token);
        outcome.Diagnostics.Single().ToString().ShouldStartWith("sqlite_table.orders: table orders is not quite as it was");
        outcome.Diagnostics.Single().Code.ShouldBe("NOT_FULLY_RESTORED");
        outcome.Diagnostics.Single().Detail!.ShouldContain("foreign_keys");
        shop.File.Rows("SELECT id, user_id FROM orders").ShouldBe(["1|1"]);
    }

    [Fact]
    public async Task Purge_DropsForGood()
    {
        await using var shop = await Scenario.StartAsync(settings: Safe);
        await shop.ApplyAsync(Shop);
        await shop.ApplyAsync("{}");
        var entries = (await shop.Quarantine.QuarantinedAsync(Token)).State;

        foreach (var entry in entries.Where(e => e.Quarantine!.PartOf is null))
        {
            (await shop.Quarantine.PurgeAsync(entry, Token)).Diagnostics.ShouldBeEmpty();
        }

        shop.File.Rows("SELECT name FROM sqlite_master WHERE name NOT LIKE 'sqlite%'").ShouldBe(["kolumn_quarantine"]);
        shop.File.Rows("SELECT count(*) FROM kolumn_quarantine").ShouldBe(["0"]);
        (await shop.Quarantine.RestoreAsync(entries[0], Token)).Success.ShouldBeFalse();
    }

    [Fact]
    public async Task Delete_SafeDestroyIsOff_DropsAndSaysThatDataIsLost()
    {
        await using var shop = await Scenario.StartAsync(settings: new JsonObject { ["audit"] = false, ["safe_destroy"] = false });
        await shop.ApplyAsync(Shop);

        var plan = await shop.PlanAsync("{}");

        plan.Operations.SelectMany(o => o.Hazards ?? []).Count(h => h.Name == Hazard.DataLoss).ShouldBe(2);
        await shop.ApplyAsync("{}");
        shop.File.Rows("SELECT name FROM sqlite_master WHERE name NOT LIKE 'sqlite%'").ShouldBeEmpty();
    }
}
