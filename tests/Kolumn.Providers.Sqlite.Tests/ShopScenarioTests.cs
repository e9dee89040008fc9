using Kolumn.Protocol;
using Kolumn.Protocol.Runtime;

namespace Kolumn.Providers.Sqlite.Tests;

/// <summary>The oracle: what is applied exists, planning again is empty, changes from outside are seen, destroy leaves nothing.</summary>
public sealed class ShopScenarioTests
{
    private const string First = """
        {
          "sqlite_trigger.stamp": {
            "table": "sqlite_table.orders", "timing": "after", "event": "update", "columns": ["total"], "when": "new.total <> old.total",
            "body": "UPDATE orders SET changed_at = CURRENT_TIMESTAMP WHERE id = new.id; INSERT INTO audit (what) VALUES ('it''s changed;');"
          },
          "sqlite_view.totals": { "query": "SELECT c.email, sum(o.total) AS total FROM customers c JOIN orders o ON o.customer_id = c.id GROUP BY c.email;" },
          "sqlite_view.rich": { "columns": ["Who"], "query": "with t as (select * from totals) select email from t where total > 100" },
          "sqlite_trigger.rename": { "table": "rich", "timing": "instead_of", "event": "update", "body": "SELECT 1" },
          "sqlite_index.by_customer": { "table": "orders", "columns": ["customer_id", { "column": "total", "order": "desc" }] },
          "sqlite_index.email": { "table": "customers", "columns": [{ "expression": "lower(email)" }], "unique": true, "where": "email is not null" },
          "sqlite_table.orders": {
            "columns": [
              { "name": "id", "type": "integer", "primary_key": true, "autoincrement": true },
              { "name": "customer_id", "type": "integer", "nullable": false },
              { "name": "total", "type": "numeric(10, 2)", "not_null": true, "default": 0, "check": "total >= 0" },
              { "name": "note", "type": "text", "collation": "nocase" },
              { "name": "gross", "type": "numeric", "generated": "total * 1.19" },
              { "name": "changed_at", "type": "text", "default": "CURRENT_TIMESTAMP" },
              { "name": "state", "type": "text", "default": "new" }
            ],
            "foreign_keys": [{ "columns": ["customer_id"], "references": "sqlite_table.customers", "on_delete": "cascade" }],
            "checks": [{ "name": "known_state", "expression": "state in ('new','paid')" }]
          },
          "sqlite_table.customers": {
            "columns": [
              { "name": "id", "type": "INTEGER", "primary_key": true },
              { "name": "email", "type": "VARCHAR(200)", "unique": true },
              { "name": "boss_id", "type": "INTEGER", "references": "customers.id" }
            ]
          },
          "sqlite_table.audit": { "columns": [{ "name": "what", "type": "TEXT" }], "strict": true },
          "sqlite_table.settings": {
            "columns": [{ "name": "scope", "type": "TEXT" }, { "name": "key", "type": "TEXT" }, { "name": "value" }],
            "primary_key": { "name": "pk", "columns": ["scope", { "column": "key", "order": "desc" }] },
            "without_rowid": true
          }
        }
        """;

    [Fact]
    public async Task Apply_WholeShop_ExistsAsAskedFor()
    {
        await using var shop = await Scenario.StartAsync();

        var plan = await shop.PlanAsync(First);
        plan.Diagnostics.ShouldBeEmpty();
        plan.Operations.Select(o => o.Address).ShouldBe(
            ["sqlite_table.customers", "sqlite_table.orders", "sqlite_trigger.stamp", "sqlite_view.totals", "sqlite_view.rich", "sqlite_trigger.rename", "sqlite_index.by_customer", "sqlite_index.email", "sqlite_table.audit", "sqlite_table.settings"],
            ignoreOrder: true);
        File.Exists(shop.File.Path).ShouldBeFalse();
        await shop.ApplyAsync(First);

        shop.File.Rows("SELECT type, name, tbl_name FROM sqlite_master WHERE name NOT LIKE 'sqlite%' ORDER BY 1, 2").ShouldBe(
        [
            "index|by_customer|orders", "index|email|customers", "table|audit|audit", "table|customers|customers", "table|orders|orders", "table|settings|settings",
            "trigger|rename|rich", "trigger|stamp|orders", "view|rich|rich", "view|totals|totals",
        ]);
        shop.File.Rows("SELECT name, type, \"notnull\", dflt_value, pk, hidden FROM pragma_table_xinfo('orders')").ShouldBe(
        [
            "id|INTEGER|1|NULL|1|0", "customer_id|INTEGER|1|NULL|0|0", "total|NUMERIC(10,2)|1|0|0|0", "note|TEXT|0|NULL|0|0", "gross|NUMERIC|0|NULL|0|2",
            "changed_at|TEXT|0|CURRENT_TIMESTAMP|0|0", "state|TEXT|0|'new'|0|0",
        ]);
        shop.File.Rows("SELECT \"table\", \"from\", \"to\", on_delete FROM pragma_foreign_key_list('orders')").ShouldBe(["customers|customer_id|NULL|CASCADE"]);
        shop.File.Run("PRAGMA foreign_keys = ON; INSERT INTO customers VALUES (1, 'Ann', NULL); INSERT INTO orders (customer_id, total) VALUES (1, 500); UPDATE orders SET total = 600");
        shop.File.Rows("SELECT Who FROM rich").ShouldBe(["Ann"]);
        shop.File.Rows("SELECT what FROM audit").ShouldBe(["it's changed;"]);
    }

    [Fact]
    public async Task Apply_ChangedShop_ChangesOnlyThatAndKeepsTheRows()
    {
        await using var shop = await Scenario.StartAsync();
        await shop.ApplyAsync(First);
        shop.File.Run("INSERT INTO customers VALUES (1, 'ann', NULL), (2, 'bob', 1); INSERT INTO orders (customer_id, total, note) VALUES (1, 10, 'a'), (2, 20, 'b')");
        var second = First
            .Replace("\"type\": \"VARCHAR(200)\", \"unique\": true", "\"type\": \"TEXT\", \"nullable\": false", StringComparison.Ordinal)
            .Replace("{ \"name\": \"note\", \"type\": \"text\", \"collation\": \"nocase\" },", "{ \"name\": \"remark\", \"type\": \"text\" },", StringComparison.Ordinal)
            .Replace("[\"customer_id\", {", "[\"remark\", {", StringComparison.Ordinal)
            .Replace("where total > 100", "where total > 200", StringComparison.Ordinal);

        (await shop.ActionsAsync(second)).Where(a => !a.EndsWith(" noop", StringComparison.Ordinal)).Order(StringComparer.Ordinal).ShouldBe(
            ["sqlite_index.by_customer update", "sqlite_table.customers update", "sqlite_table.orders update", "sqlite_view.rich update"]);
        var plan = await shop.PlanAsync(second);
        plan.Operations.Single(o => o.Address == "sqlite_table.customers").Changes!.Keys.Order(StringComparer.Ordinal).ShouldBe(["columns.email.nullable", "columns.email.type", "unique_constraints"]);
        plan.Operations.Single(o => o.Address == "sqlite_table.orders").Hazards!.Select(h => h.Name).Distinct().ShouldBe(["data_loss", "table_rewrite"], ignoreOrder: true);
        await shop.ApplyAsync(second);

        shop.File.Rows("SELECT id, email, boss_id FROM customers").ShouldBe(["1|ann|NULL", "2|bob|1"]);
        shop.File.Rows("SELECT id, customer_id, total, remark FROM orders").ShouldBe(["1|1|10|NULL", "2|2|20|NULL"]);
        shop.File.Rows("SELECT name FROM pragma_index_info('by_customer')").ShouldBe(["remark", "total"]);
        shop.File.Rows("SELECT name FROM sqlite_master WHERE type = 'trigger' ORDER BY name").ShouldBe(["rename", "stamp"]);
    }

    [Fact]
    public async Task Plan_ChangedBehindItsBack_ShowsTheDriftAndApplyUndoesIt()
    {
        await using var shop = await Scenario.StartAsync();
        await shop.ApplyAsync(First);
        shop.File.Run("ALTER TABLE customers ADD COLUMN phone TEXT; DROP INDEX by_customer; DROP VIEW rich; CREATE VIEW rich AS SELECT 1 AS one");

        var plan = await shop.PlanAsync(First);

        plan.Diagnostics.ShouldBeEmpty();
        plan.Operations.Where(o => o.Action != "noop").Select(o => $"{o.Address} {o.Action}").Order(StringComparer.Ordinal).ShouldBe(
            ["sqlite_index.by_customer create", "sqlite_table.customers update", "sqlite_trigger.rename create", "sqlite_view.rich update"]);
        plan.Operations.Single(o => o.Address == "sqlite_table.customers").Drift!.Keys.ShouldBe(["columns.phone"]);
        await shop.ApplyAsync(First);
        shop.File.Rows("SELECT name FROM pragma_table_info('customers')").ShouldBe(["id", "email", "boss_id"]);
    }

    [Fact]
    public async Task Plan_OtherSpellingOfTheSame_IsEmpty()
    {
        await using var shop = await Scenario.StartAsync();
        await shop.ApplyAsync(First);
        var other = First
            .Replace("\"total >= 0\"", "\"( \\\"TOTAL\\\">=0 )\"", StringComparison.Ordinal)
            .Replace("state in ('new','paid')", "[State] IN\\n('new', 'paid')", StringComparison.Ordinal)
            .Replace("lower(email)", "LOWER( Email )", StringComparison.Ordinal)
            .Replace("select email from t where", "SELECT\\n  email FROM t -- the rich\\n  WHERE", StringComparison.Ordinal)
            .Replace("\"references\": \"sqlite_table.customers\"", "\"references\": { \"id\": \"sqlite_table.customers\", \"name\": \"Customers\" }, \"referenced_columns\": [\"ID\"]", StringComparison.Ordinal);

        (await shop.ActionsAsync(other)).ShouldAllBe(action => action.EndsWith(" noop", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Apply_ColumnAndItsIndexRemovedTogether_Works()
    {
        await using var shop = await Scenario.StartAsync();
        const string Both = """
            {
              "sqlite_table.t": { "columns": [{ "name": "a", "type": "INT" }, { "name": "b", "type": "INT" }] },
              "sqlite_index.on_b": { "table": "t", "columns": ["b"] },
              "sqlite_index.on_a": { "table": "t", "columns": ["a"] }
            }
            """;
        await shop.ApplyAsync(Both);

        await shop.ApplyAsync("""
            { "sqlite_table.t": { "columns": [{ "name": "a", "type": "INT" }] }, "sqlite_index.on_a": { "table": "t", "columns": ["a"] } }
            """);

        shop.File.Rows("SELECT name FROM sqlite_master").ShouldBe(["t", "on_a"]);
        await shop.ApplyAsync(Both);
        var refused = await shop.PlanAsync(Both.Replace(", { \"name\": \"b\", \"type\": \"INT\" }", "", StringComparison.Ordinal));
        refused.Diagnostics.ShouldHaveSingleItem().Summary.ShouldStartWith("the index on_b of table t would not fit it any more: ");
        (await shop.ActionsAsync(Both)).ShouldAllBe(action => action.EndsWith(" noop", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Apply_TriggerGoesWithItsColumnWhileAnotherBeginsToWriteTheTable_Works()
    {
        await using var shop = await Scenario.StartAsync();
        await shop.ApplyAsync("""
            {
              "sqlite_table.t": { "columns": [{ "name": "a", "type": "INT" }, { "name": "b b", "type": "INT" }] },
              "sqlite_table.u": { "columns": [{ "name": "a", "type": "INT" }] },
              "sqlite_trigger.of_b": { "table": "t", "timing": "after", "event": "update", "when": "NEW.\"b b\" IS NOT NULL", "body": "DELETE FROM u;" }
            }
            """);

        await shop.ApplyAsync("""
            {
              "sqlite_table.t": { "columns": [{ "name": "a", "type": "INT" }] },
              "sqlite_table.u": { "columns": [{ "name": "a", "type": "INT" }] },
              "sqlite_trigger.of_u": { "table": "u", "timing": "before", "event": "update", "body": "UPDATE t SET a = NEW.a;" }
            }
            """);

        shop.File.Rows("SELECT name FROM sqlite_master").ShouldBe(["t", "u", "of_u"], ignoreOrder: true);
    }

    [Fact]
    public async Task Apply_TablesThatPointToEachOther_NeedNoHelp()
    {
        await using var shop = await Scenario.StartAsync();
        const string Mutual = """
            {
              "sqlite_table.badge": { "columns": [{ "name": "id", "type": "INTEGER", "primary_key": true }, { "name": "staff_id", "type": "INTEGER", "references": "staff.id" }] },
              "sqlite_table.staff": {
                "columns": [{ "name": "id", "type": "INTEGER", "primary_key": true }, { "name": "team_id", "type": "INTEGER", "references": "team.id" }, { "name": "boss_id", "type": "INTEGER", "references": "staff.id" }]
              },
              "sqlite_table.team": { "columns": [{ "name": "id", "type": "INTEGER", "primary_key": true }, { "name": "head_id", "type": "INTEGER", "references": "staff.id" }] }
            }
            """;

        await shop.ApplyAsync(Mutual);

        // One of the two that point to each other comes first, everybody else after what he points to.
        shop.File.Rows("SELECT name FROM sqlite_master ORDER BY rowid").ShouldBe(["staff", "badge", "team"]);
        shop.File.Run("INSERT INTO staff VALUES (1, 1, 1); INSERT INTO team VALUES (1, 1); INSERT INTO badge VALUES (1, 1)");
        await shop.ApplyAsync(Mutual.Replace("\"name\": \"head_id\", \"type\": \"INTEGER\"", "\"name\": \"head_id\", \"type\": \"INTEGER\", \"nullable\": false", StringComparison.Ordinal));
        shop.File.Rows("SELECT head_id FROM team").ShouldBe(["1"]);
        await shop.ApplyAsync("{}");
        shop.File.Rows("SELECT name FROM sqlite_master").ShouldBeEmpty();
    }

    [Fact]
    public async Task Apply_Nothing_DestroysEverythingInOrder()
    {
        await using var shop = await Scenario.StartAsync();
        await shop.ApplyAsync(First);
        shop.File.Run("INSERT INTO customers VALUES (1, 'ann', NULL); INSERT INTO orders (customer_id) VALUES (1)");

        await shop.ApplyAsync("{}");

        shop.File.Rows("SELECT name FROM sqlite_master WHERE name NOT LIKE 'sqlite%'").ShouldBeEmpty();
        shop.State.ShouldBeEmpty();
    }

    [Fact]
    public async Task Apply_OneStatementFails_NothingHasChangedAndTheNextApplyWorks()
    {
        await using var shop = await Scenario.StartAsync();
        await shop.ApplyAsync("""{ "sqlite_table.t": { "columns": [{ "name": "a", "type": "INT" }] } }""");
        shop.File.Run("INSERT INTO t VALUES (1), (1)");
        const string Unique = """
            {
              "sqlite_table.other": { "columns": [{ "name": "a", "type": "INT" }] },
              "sqlite_table.t": { "columns": [{ "name": "a", "type": "INT" }] },
              "sqlite_index.one": { "table": "t", "columns": ["a"], "unique": true }
            }
            """;

        var failed = await shop.TryApplyAsync(Unique);

        failed.Success.ShouldBeFalse();
        failed.RolledBack.ShouldBeTrue();
        failed.Results.Single(r => !r.Success && !r.Skipped).Address.ShouldBe("sqlite_index.one");
        failed.Diagnostics[0].Summary.ShouldBe("rows in the database forbid the change: UNIQUE constraint failed: t.a");
        shop.File.Rows("SELECT name FROM sqlite_master").ShouldBe(["t"]);
        shop.File.Run("DELETE FROM t WHERE rowid = 2");
        await shop.ApplyAsync(Unique);
    }
}
