namespace Kolumn.Providers.Sqlite.Tests;

/// <summary>Objects that somebody made by hand, in whatever spelling.</summary>
public sealed class AdoptionTests
{
    private const string Desired = """
        {
          "sqlite_table.users": {
            "columns": [
              { "name": "id", "type": "integer", "primary_key": true },
              { "name": "email", "type": "varchar(100)", "nullable": false, "unique": true },
              { "name": "age", "type": "int", "default": 18, "check": "age >= 0" },
              { "name": "team_id", "type": "int", "references": "teams" }
            ]
          },
          "sqlite_table.teams": { "columns": [{ "name": "id", "type": "INTEGER", "primary_key": true }] },
          "sqlite_index.users_age": { "table": "users", "columns": ["age"], "where": "age > 17" },
          "sqlite_view.adults": { "query": "SELECT id, email FROM users WHERE age > 17" },
          "sqlite_trigger.guard": { "table": "users", "timing": "before", "event": "delete", "when": "old.id = 1", "body": "SELECT RAISE(ABORT, 'no')" }
        }
        """;

    private const string ByHand = """
        create table  [Teams] ("ID" integer not null primary key asc);
        CREATE TABLE IF NOT EXISTS main."Users"
        ( -- people
          [Id] INTEGER CONSTRAINT pk PRIMARY KEY NOT NULL,
          `EMAIL` Varchar ( 100 ) NOT NULL CONSTRAINT one_mail UNIQUE /* ( */,
          age INT DEFAULT (18),
          "team_id" int CONSTRAINT fk REFERENCES [teams]([id]) ON UPDATE NO ACTION NOT DEFERRABLE,
          CONSTRAINT "sane" CHECK ((("AGE" >=0)))
        );
        create index if not exists USERS_AGE on "Users"(  "Age"  asc) where [age]>17;
        create view ADULTS as select  Id , Email from Users  where AGE>17;
        create trigger GUARD before delete on users for each row when (OLD.id = 1) begin select raise ( abort , 'no' ) ; end;
        """;

    [Fact]
    public async Task Plan_SameInOddSpelling_IsAdopted()
    {
        await using var scenario = await StartAsync(ByHand);

        (await scenario.ActionsAsync(Desired)).Order(StringComparer.Ordinal).ShouldBe(
            ["sqlite_index.users_age read", "sqlite_table.teams read", "sqlite_table.users read", "sqlite_trigger.guard read", "sqlite_view.adults read"]);
        await scenario.ApplyAsync(Desired);
        scenario.File.Rows("SELECT count(*) FROM sqlite_master WHERE sql LIKE '%-- people%'").ShouldBe(["1"]);
    }

    [Theory]
    [InlineData("INT DEFAULT (18)", "INT DEFAULT 19", "users", "columns.age.default: the database has 19, the configuration asks for 18")]
    [InlineData("Varchar ( 100 )", "Varchar(99)", "users", "columns.EMAIL.type: the database has VARCHAR(99), the configuration asks for VARCHAR(100)")]
    [InlineData("\"AGE\" >=0", "\"AGE\" >0", "users", "checks")]
    [InlineData("([id]) ON UPDATE NO ACTION", "([id]) ON UPDATE CASCADE", "users", "foreign_keys")]
    [InlineData("[age]>17;", "[age]>18;", "users_age", "where: the database has \"age\" > 18, the configuration asks for age > 17")]
    [InlineData("where AGE>17;", "where AGE>18;", "adults", "query")]
    [InlineData("OLD.id = 1", "OLD.id = 2", "guard", "when: the database has OLD.id = 2, the configuration asks for old.id = 1")]
    public async Task Plan_Different_IsAConflictThatNamesTheDifference(string hand, string other, string name, string difference)
    {
        await using var scenario = await StartAsync(ByHand.Replace(hand, other, StringComparison.Ordinal));

        var plan = await scenario.PlanAsync(Desired);

        var conflict = plan.Diagnostics.ShouldHaveSingleItem();
        conflict.Code.ShouldBe("ADOPTION_CONFLICT");
        conflict.Address!.ShouldEndWith($".{name}");
        conflict.Detail!.ShouldContain(difference);
    }

    [Fact]
    public async Task Plan_ExpressionThatSqliteRefuses_IsReportedBeforeAnythingHappens()
    {
        await using var scenario = await StartAsync(ByHand);
        await scenario.ApplyAsync(Desired);

        var plan = await scenario.PlanAsync(Desired
            .Replace("\"age >= 0\"", "\"agee >= 0\"", StringComparison.Ordinal)
            .Replace("SELECT id, email FROM users", "SELECT id, mail FROM users", StringComparison.Ordinal)
            .Replace("SELECT RAISE(ABORT, 'no')", "INSERT INTO nowhere VALUES (old.id)", StringComparison.Ordinal));

        plan.Diagnostics.Select(d => $"{d.Address}: {d.Summary}").Order(StringComparer.Ordinal).ShouldBe(
        [
            "sqlite_table.users: SQLite refuses the table Users: no such column: agee",
            "sqlite_trigger.guard: SQLite refuses the trigger guard: no such table: main.nowhere",
            "sqlite_view.adults: SQLite refuses the view adults: no such column: mail",
        ]);
    }

    [Fact]
    public async Task Discover_VirtualTables_AreLeftOut()
    {
        await using var scenario = await StartAsync("CREATE VIRTUAL TABLE search USING fts5(body); CREATE TABLE plain (a); INSERT INTO search VALUES ('x'); ANALYZE");

        (await scenario.DiscoverAsync()).Select(r => $"{r.Type} {r.Name}").ShouldBe(["sqlite_table plain"]);
    }

    private static async Task<Scenario> StartAsync(string sql)
    {
        var file = new SqliteFile();
        file.Run(sql);
        return await Scenario.StartAsync(file);
    }
}
