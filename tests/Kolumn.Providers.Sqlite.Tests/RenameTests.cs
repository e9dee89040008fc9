using Kolumn.Protocol;
using Kolumn.Protocol.Runtime;

namespace Kolumn.Providers.Sqlite.Tests;

/// <summary>What is declared renamed keeps its rows, and everything that names it follows.</summary>
public sealed class RenameTests
{
    private const string Before = """
        {
          "sqlite_table.users": { "columns": [{ "name": "id", "type": "INTEGER", "primary_key": true }, { "name": "mail", "type": "TEXT", "check": "mail <> ''" }] },
          "sqlite_table.orders": { "columns": [{ "name": "id", "type": "INTEGER", "primary_key": true }, { "name": "user_id", "type": "INTEGER", "references": "users.id" }] },
          "sqlite_index.by_mail": { "table": "users", "columns": ["mail"] },
          "sqlite_view.mails": { "query": "SELECT mail FROM users" },
          "sqlite_trigger.stamp": { "table": "users", "timing": "after", "event": "insert", "body": "INSERT INTO orders (user_id) VALUES (new.id)" }
        }
        """;

    private const string After = """
        {
          "sqlite_table.people": { "renamed_from": "users", "columns": [{ "name": "id", "type": "INTEGER", "primary_key": true }, { "name": "email", "renamed_from": "mail", "type": "TEXT", "check": "email <> ''" }] },
          "sqlite_table.orders": { "columns": [{ "name": "id", "type": "INTEGER", "primary_key": true }, { "name": "user_id", "type": "INTEGER", "references": "people.id" }] },
          "sqlite_index.by_mail": { "table": "people", "columns": ["email"] },
          "sqlite_view.mails": { "query": "SELECT email FROM people" },
          "sqlite_trigger.stamp": { "table": "people", "timing": "after", "event": "insert", "body": "INSERT INTO orders (user_id) VALUES (new.id)" }
        }
        """;

    [Fact]
    public async Task Apply_TableAndColumnRenamed_KeepsRowsAndEverythingFollows()
    {
        await using var shop = await Scenario.StartAsync();
        await shop.ApplyAsync(Before);
        shop.File.Run("INSERT INTO users VALUES (1, 'a@b')");

        var plan = await shop.PlanAsync(After);
        plan.Diagnostics.ShouldBeEmpty();
        plan.Operations.Where(o => o.Action != ResourceActions.NoOp && o.Statements is { Count: > 0 }).Select(o => $"{o.Address} {o.Action}").ShouldBe(["sqlite_table.people update"]);
        var people = plan.Operations.Single(o => o.Address == "sqlite_table.people");
        people.Reason.ShouldBe("renamed: from users, email from mail");
        people.Hazards.ShouldBeNull();
        people.Changes!.Keys.ShouldBe(["name", "columns.email.name"]);
        people.RollbackStatements!.Where(s => s.StartsWith("ALTER", StringComparison.Ordinal)).ShouldBe(
            ["ALTER TABLE \"people\" RENAME COLUMN \"email\" TO \"mail\"", "ALTER TABLE \"people\" RENAME TO \"users\""]);

        await shop.ApplyAsync(After);
        shop.File.Rows("SELECT id, email FROM people").ShouldBe(["1|a@b"]);
        shop.File.Rows("SELECT user_id FROM orders").ShouldBe(["1"]);
        shop.State.Select(r => r.Address).ShouldNotContain("sqlite_table.users");

        // Done is done: the attribute may go.
        await shop.ApplyAsync(After.Replace("\"renamed_from\": \"users\", ", "", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Apply_SwapAndChain_EachKeepsItsRows()
    {
        await using var shop = await Scenario.StartAsync();
        await shop.ApplyAsync($$"""{ "sqlite_table.a": {{Table("x")}}, "sqlite_table.b": {{Table("x")}}, "sqlite_table.c": {{Table("x", "y")}} }""");
        shop.File.Run("INSERT INTO a VALUES ('a'); INSERT INTO b VALUES ('b'); INSERT INTO c VALUES ('cx', 'cy')");

        // a takes b's name and b a's; c becomes d, and its two columns exchange theirs.
        const string swapped = """
            {
              "sqlite_table.a": { "name": "b", "renamed_from": "a", "columns": [{ "name": "x", "type": "TEXT" }] },
              "sqlite_table.b": { "name": "a", "renamed_from": "b", "columns": [{ "name": "x", "type": "TEXT" }] },
              "sqlite_table.c": { "name": "d", "renamed_from": "c", "columns": [{ "name": "y", "renamed_from": "x", "type": "TEXT" }, { "name": "x", "renamed_from": "y", "type": "TEXT" }] }
            }
            """;
        await shop.ApplyAsync(swapped);
        shop.File.Rows("SELECT x FROM b UNION ALL SELECT x FROM a UNION ALL SELECT y || x FROM d").ShouldBe(["a", "b", "cxcy"]);

        // Under new labels, one into the place of the other.
        await shop.ApplyAsync($$"""
            {
              "sqlite_table.first": { "name": "d", "renamed_from": "b", "columns": [{ "name": "x", "type": "TEXT" }] },
              "sqlite_table.third": { "name": "e", "renamed_from": "d", "columns": [{ "name": "y", "type": "TEXT" }, { "name": "x", "type": "TEXT" }] },
              "sqlite_table.b": {{Table("x", name: "a")}}
            }
            """);
        shop.File.Rows("SELECT x FROM d UNION ALL SELECT y || x FROM e").ShouldBe(["a", "cxcy"]);
        shop.State.Select(r => r.Address).Order().ShouldBe(["sqlite_table.b", "sqlite_table.first", "sqlite_table.third"]);
    }

    [Fact]
    public async Task Apply_RenamedAndRebuiltAtOnce_KeepsRowsIndexesAndTriggers()
    {
        await using var shop = await Scenario.StartAsync();
        await shop.ApplyAsync($$"""
            {
              "sqlite_table.users": {{Table("mail")}}, "sqlite_table.log": {{Table("what")}},
              "sqlite_index.by_mail": { "table": "users", "columns": ["mail"] },
              "sqlite_trigger.logged": { "table": "users", "timing": "after", "event": "update", "body": "INSERT INTO log VALUES (new.mail)" }
            }
            """);
        shop.File.Run("INSERT INTO users VALUES ('a@b')");

        await shop.ApplyAsync($$"""
            {
              "sqlite_table.users": { "name": "people", "renamed_from": "users", "columns": [{ "name": "email", "renamed_from": "mail", "type": "TEXT", "nullable": false }] }, "sqlite_table.log": {{Table("what")}},
              "sqlite_index.by_mail": { "table": "people", "columns": ["email"] },
              "sqlite_trigger.logged": { "table": "people", "timing": "after", "event": "update", "body": "INSERT INTO log VALUES (new.email)" }
            }
            """);

        shop.File.Run("UPDATE people SET email = 'c@d'");
        shop.File.Rows("SELECT what FROM log").ShouldBe(["c@d"]);
        shop.File.Rows("SELECT name FROM sqlite_master WHERE tbl_name = 'people' ORDER BY name").ShouldBe(["by_mail", "logged", "people"]);
    }

    [Theory]
    [InlineData("""{ "sqlite_table.people": { "renamed_from": "user", "columns": [{ "name": "x", "type": "TEXT" }] }, "sqlite_table.b": B }""",
        "there is no table user that could be renamed to people", "sqlite_table.users would be deleted in the same plan: if that is what is meant, write renamed_from = \"users\".")]
    [InlineData("""{ "sqlite_table.users": { "name": "people", "renamed_from": "user", "columns": [{ "name": "x", "type": "TEXT" }] }, "sqlite_table.b": B }""",
        "table people was not user until now but users", "That is what the state holds. Write renamed_from = \"users\" to rename it.")]
    [InlineData("""{ "sqlite_table.users": { "name": "b", "renamed_from": "users", "columns": [{ "name": "x", "type": "TEXT" }] } }""",
        "table users cannot be renamed to b: both exist", "Nobody can tell whether that was done. Remove renamed_from if it was; otherwise choose another name, or remove one of the two.")]
    [InlineData("""{ "sqlite_table.users": { "columns": [{ "name": "x", "type": "TEXT" }] }, "sqlite_table.people": { "renamed_from": "users", "columns": [{ "name": "x", "type": "TEXT" }] }, "sqlite_table.b": B }""",
        "table users cannot become people: sqlite_table.users describes it too", "Remove that block, or renamed_from here.")]
    [InlineData("""{ "sqlite_table.users": { "columns": [{ "name": "y", "renamed_from": "z", "type": "TEXT" }] }, "sqlite_table.b": B }""",
        "there is no z in table users that could be renamed to y", "x would be dropped in the same plan: if that is what is meant, write renamed_from = \"x\".")]
    public async Task Plan_SourceMissingOrAmbiguous_IsAnErrorAndChangesNothing(string desired, string summary, string detail)
    {
        await using var shop = await Scenario.StartAsync();
        await shop.ApplyAsync($$"""{ "sqlite_table.users": {{Table("x")}}, "sqlite_table.b": {{Table("x")}} }""");
        shop.File.Run("INSERT INTO users VALUES ('kept')");

        var plan = await shop.PlanAsync(desired.Replace("B }", $"{Table("x")} }}", StringComparison.Ordinal));

        var error = plan.Diagnostics.ShouldHaveSingleItem();
        (error.Code, error.Summary, error.Detail).ShouldBe((DiagnosticCodes.RenameConflict, summary, detail));
        error.Attribute!.ToString().ShouldEndWith("renamed_from");
        shop.File.Rows("SELECT x FROM users").ShouldBe(["kept"]);
    }

    [Fact]
    public async Task Apply_WhereNothingExistsYet_Creates()
    {
        await using var shop = await Scenario.StartAsync();

        await shop.ApplyAsync("""{ "sqlite_table.people": { "renamed_from": "users", "columns": [{ "name": "email", "renamed_from": "mail", "type": "TEXT" }] } }""");

        shop.File.Rows("SELECT count(*) FROM people").ShouldBe(["0"]);
    }

    [Fact]
    public async Task Apply_ViewRenamed_IsMadeAgainInPlaceOfTheOldOne()
    {
        await using var shop = await Scenario.StartAsync();
        await shop.ApplyAsync($$"""{ "sqlite_table.t": {{Table("x")}}, "sqlite_view.old": { "query": "SELECT x FROM t" } }""");

        await shop.ApplyAsync($$"""{ "sqlite_table.t": {{Table("x")}}, "sqlite_view.new": { "renamed_from": "old", "query": "SELECT x FROM t" } }""");

        shop.File.Rows("SELECT name FROM sqlite_master WHERE type = 'view'").ShouldBe(["new"]);
        shop.State.Select(r => r.Address).ShouldBe(["sqlite_table.t", "sqlite_view.new"], ignoreOrder: true);
    }

    private static string Table(string column, string? other = null, string? name = null) =>
        $$"""{ {{(name is null ? "" : $"\"name\": \"{name}\", ")}}"columns": [{ "name": "{{column}}", "type": "TEXT" }{{(other is null ? "" : $", {{ \"name\": \"{other}\", \"type\": \"TEXT\" }}")}}] }""";
}
