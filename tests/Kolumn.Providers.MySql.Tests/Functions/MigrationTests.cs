using System.Text.Json.Nodes;
using Kolumn.Protocol;
using Kolumn.Protocol.Payloads;
using Kolumn.Sdk;
using Kolumn.Testing;
using static Kolumn.Testing.MigrationCalls;

namespace Kolumn.Providers.MySql.Tests.Functions;

/// <summary>Migrations where the server commits each change of an object by itself: what was done stays, is known, and is gone on from.</summary>
public sealed class MigrationTests(MariaDbDatabases databases) : MySqlTest(databases)
{
    private const string Users = "CREATE TABLE users (id int PRIMARY KEY, email varchar(100) NOT NULL, note text)";
    private const string Rows = "INSERT INTO users VALUES (1, 'a@x', 'one'), (2, 'b@x', NULL), (3, 'it''s', 'three')";
    private const string Tables = "SELECT table_name FROM information_schema.tables WHERE table_schema = database() AND LEFT(table_name, 7) <> '_kolumn' ORDER BY 1";
    private const string Backups = "SELECT table_name FROM information_schema.tables WHERE table_schema = database() AND LEFT(table_name, 15) = '_kolumn_backup_'";

    [Fact]
    public async Task Apply_WrittenSteps_RunOnceAndRollBack()
    {
        await using var provider = await StartAsync();
        var request = Written("001", (Users, "DROP TABLE users"), (Rows + "; CREATE INDEX by_email ON users (email)", "DROP INDEX by_email ON users; UPDATE users SET note = NULL"));
        (await PlanAsync(provider, request)).ShouldSatisfyAllConditions(p => p.Error.ShouldBeNull(), p => p.Status.ShouldBe("pending"), p => p.Steps.Select(s => s.Reversible).ShouldBe([true, true]));

        var applied = await ApplyAsync(provider, request);
        applied.Error.ShouldBeNull();
        applied.ShouldSatisfyAllConditions(a => a.Status.ShouldBe("applied"), a => a.ExecutedSteps.Count.ShouldBe(2));
        (await Database.QueryAsync("SELECT count(*) FROM users", Token)).ShouldBe(["3"]);

        await using var second = await StartAsync();
        (await ApplyAsync(second, request)).ShouldSatisfyAllConditions(a => a.Success.ShouldBeTrue(), a => a.AlreadyApplied.ShouldBeTrue());
        (await ApplyAsync(second, Written("001", ("CREATE TABLE other (id int)", null)))).Details!["reason"]!.GetValue<string>().ShouldBe("MIGRATION_CHANGED");
        (await RollbackAsync(second, "001")).Error!.ShouldContain("undoing step 1 loses what was written since");
        var undone = await RollbackAsync(second, "001", allowDataLoss: true);
        undone.Error.ShouldBeNull();
        undone.ShouldSatisfyAllConditions(u => u.Status.ShouldBe("rolled_back"), u => u.RolledBackSteps.Select(s => s.Order).ShouldBe([2, 1]));
        (await Database.QueryAsync(Tables, Token)).ShouldBeEmpty();
        (await ApplyAsync(second, request)).ShouldSatisfyAllConditions(a => a.Error.ShouldBeNull(), a => a.AlreadyApplied.ShouldBeFalse());
        (await Database.QueryAsync("SELECT count(*) FROM users", Token)).ShouldBe(["3"]);
    }

    [Fact]
    public async Task Apply_StepFails_KeepsWhatWasDoneAndGoesOnOnceTheCauseIsGone()
    {
        await using var provider = await StartAsync();
        var request = Written("001", (Users + "; " + Rows, "DROP TABLE users"), ("INSERT INTO nowhere VALUES (1); ALTER TABLE users ADD COLUMN nick text", "ALTER TABLE users DROP COLUMN nick"));

        var failed = await ApplyAsync(provider, request);

        failed.ShouldSatisfyAllConditions(f => f.Success.ShouldBeFalse(), f => f.Status.ShouldBe("failed"), f => f.Error!.ShouldStartWith("step 2 (INSERT INTO nowhere VALUES (1)) failed: "));
        (await Database.QueryAsync("SELECT count(*) FROM users", Token)).ShouldBe(["3"]);
        (await PlanAsync(provider, request)).ShouldSatisfyAllConditions(
            p => p.Status.ShouldBe("failed"), p => p.Steps.Select(s => s.Order).ShouldBe([2]), p => p.Warnings.ShouldBe(["it has begun: applying it goes on with step 2"]));
        (await ApplyAsync(provider, Written("001", (Users, null)))).Error!.ShouldContain("has begun as something else");

        // What somebody changes meanwhile is not taken for the statement that was refused.
        await Database.ExecuteAsync("CREATE TABLE nowhere (id int)", Token);
        var applied = await ApplyAsync(provider, request);
        applied.Error.ShouldBeNull();
        applied.Status.ShouldBe("applied");
        (await PlanAsync(provider, new MigrationRequest { Migrations = [request, Written("002", (Users, null))] })).History!.Select(h => $"{h.MigrationId} {h.Status} {h.HasChanged}").ShouldBe(["001 applied False", "002 pending False"]);
        (await ApplyAsync(provider, Written("002", ("DELETE FROM users", null)) with { Safety = new MigrationSafety { LockTable = true } })).Error!.ShouldStartWith("safety.lock_table: no lock of this database lasts");
        (await Database.QueryAsync("SELECT concat((SELECT count(*) FROM users), (SELECT count(*) FROM nowhere))", Token)).ShouldBe(["31"]);
        (await Database.QueryAsync("SELECT count(nick) FROM users", Token)).ShouldBe(["0"]);
        var log = await provider.CallAsync<AuditRequest, AuditResponse>(FunctionNames.GetAuditLog, new AuditRequest { ResourceType = "migration" });
        log.Entries.Select(e => $"{e.Action} {e.Target} {e.Outcome}").ShouldBe(["migrate migration.001 success", "migrate migration.001 failure"]);
    }

    [Fact]
    public async Task Rollback_OfAMigrationThatFailed_UndoesWhatWasDoneOfIt()
    {
        await using var provider = await StartAsync();
        await ApplyAsync(provider, Written("001", (Users, "DROP TABLE users"), ("ALTER TABLE nowhere ADD COLUMN a int", null)));

        var undone = await RollbackAsync(provider, "001", allowDataLoss: true);

        undone.Error.ShouldBeNull();
        undone.RolledBackSteps.Select(s => s.Order).ShouldBe([1]);
        (await Database.QueryAsync(Tables, Token)).ShouldBeEmpty();
        (await ApplyAsync(provider, Written("001", (Users, "DROP TABLE users")))).Error.ShouldBeNull();
    }

    /// <summary>Of the statement that was being run only the catalog can tell whether it has taken effect.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Apply_KilledAroundAStatement_NeitherRepeatsNorLeavesItOut(bool hadTakenEffect)
    {
        var request = Written("001", ("CREATE TABLE a (id int); CREATE TABLE b (id int)", null), ("INSERT INTO a VALUES (1)", null));
        await using (var provider = await StartAsync())
        {
            // A trigger cannot stand in the way of DDL, but a name that is taken can.
            await Database.ExecuteAsync("CREATE TABLE b (other int)", Token);
            (await ApplyAsync(provider, request)).Success.ShouldBeFalse();
            await Database.ExecuteAsync("DROP TABLE b", Token);
        }

        // As the journal was the moment before the end: the second statement had been announced.
        var session = await FingerprintAsync();
        await Database.ExecuteAsync(
            $"UPDATE _kolumn_migrations SET status = 'applying', steps = JSON_SET(steps, '$[0].before', '{session}')", Token);
        if (hadTakenEffect)
        {
            await Database.ExecuteAsync("CREATE TABLE b (id int)", Token);
        }

        await using var next = await StartAsync();
        var applied = await ApplyAsync(next, request);

        applied.Error.ShouldBeNull();
        applied.ExecutedSteps.Count.ShouldBe(2);
        (await Database.QueryAsync(Tables, Token)).ShouldBe(["a", "b"]);
        (await Database.QueryAsync("SELECT count(*) FROM a", Token)).ShouldBe(["1"]);
    }

    [Theory]
    [InlineData("DROP TABLE users", Users)]
    [InlineData("DELETE FROM users WHERE id > 1", "UPDATE users SET id = id")]
    [InlineData("ALTER TABLE users DROP COLUMN note", "ALTER TABLE users ADD COLUMN note text")]
    [InlineData("ALTER TABLE users MODIFY note varchar(3) NULL", "ALTER TABLE users MODIFY note text")]
    public async Task Backup_DestructiveStep_IsRestoredExactly(string sql, string rollback)
    {
        await Database.ExecuteAsync($"{Users}; INSERT INTO users VALUES (1, 'a@x', 'one'), (2, 'b@x', NULL), (3, 'it''s', 'two')", Token);
        await using var provider = await StartAsync();
        var request = Written("001", (sql, rollback));
        (await ApplyAsync(provider, request)).ShouldSatisfyAllConditions(r => r.Details!["reason"]!.GetValue<string>().ShouldBe("DESTROY_PROTECTED"), r => r.Error!.ShouldStartWith("step 1 loses data: "));

        var applied = await ApplyAsync(provider, request with { Options = new MigrationOptions { AllowDataLoss = true, BackupBeforeMigration = true } });
        applied.Error.ShouldBeNull();
        (await Database.QueryAsync(Backups, Token)).Count.ShouldBe(1);
        var undone = await RollbackAsync(provider, "001", allowDataLoss: sql.Contains("MODIFY", StringComparison.Ordinal));

        undone.Error.ShouldBeNull();
        (await Database.QueryAsync("SELECT concat(id, ' ', email, ' ', coalesce(note, '-')) FROM users ORDER BY id", Token)).ShouldBe(["1 a@x one", "2 b@x -", "3 it's two"]);
        (await Database.QueryAsync(Backups, Token)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Rollback_BackupTamperedWith_TouchesNothing()
    {
        await Database.ExecuteAsync($"{Users}; {Rows}", Token);
        await using var provider = await StartAsync();
        var applied = await ApplyAsync(provider, Written("001", ("DROP TABLE users", Users)) with { Options = new MigrationOptions { AllowDataLoss = true, BackupBeforeMigration = true } });
        await Database.ExecuteAsync($"UPDATE {applied.BackupPath} SET email = 'c@x' WHERE id = 2", Token);

        (await RollbackAsync(provider, "001")).Error!.ShouldContain("does not hold the 3 rows that were in");

        (await Database.QueryAsync(Tables, Token)).ShouldBeEmpty();
        (await Database.QueryAsync("SELECT status FROM _kolumn_migrations", Token)).ShouldBe(["applied"]);
    }

    [Fact]
    public async Task Apply_Operations_AreComputedOneAfterTheOther()
    {
        await Database.ExecuteAsync($"{Users}; {Rows}", Token);
        await using var provider = await StartAsync();
        var applied = await ApplyAsync(provider, new MigrationRequest
        {
            MigrationId = "001",
            ResourceType = "table",
            ResourceName = "users",
            Steps =
            [
                Operation("add_column", """{"column":"nick","type":"varchar(20)","nullable":false,"default":"none"}"""),
                Operation("drop_column", """{"column":"note"}"""),
                Operation("rename_column", """{"column":"email","new_name":"ma`il"}"""),
            ],
            Options = new MigrationOptions { AllowDataLoss = true, BackupBeforeMigration = true },
        });

        applied.Error.ShouldBeNull();
        (await Database.QueryAsync("SELECT concat(nick, `ma``il`) FROM users WHERE id = 1", Token)).ShouldBe(["nonea@x"]);
        var undone = await RollbackAsync(provider, "001", allowDataLoss: true);
        undone.Error.ShouldBeNull();
        (await Database.QueryAsync("SELECT concat(email, coalesce(note, '-')) FROM users ORDER BY id", Token)).ShouldBe(["a@xone", "b@x-", "it'sthree"]);
    }

    [Fact]
    public async Task Apply_TwoAtOnce_OneWinsAndTheOtherSeesIt()
    {
        await using var one = await StartAsync();
        await using var two = await StartAsync();
        var request = Written("001", (Users, null), (Rows, null));

        var answers = await Task.WhenAll(ApplyAsync(one, request), ApplyAsync(two, request));

        answers.ShouldAllBe(answer => answer.Success);
        answers.Count(answer => answer.AlreadyApplied).ShouldBe(1);
        (await Database.QueryAsync("SELECT count(*) FROM users", Token)).ShouldBe(["3"]);
    }

    [Fact]
    public async Task Requests_ThatCannotBeMeant_AreRefused()
    {
        await using var provider = await StartAsync();

        (await ApplyAsync(provider, Written("x", ("CREATE TABLE a (b int); COMMIT", null)))).Error!.ShouldContain("begins, ends or leaves the transaction");
        (await ApplyAsync(provider, Written("x", ("USE mysql", null)))).Error!.ShouldContain("begins, ends or leaves the transaction");
        (await ApplyAsync(provider, Written("x", ("CREATE OR REPLACE TABLE a (b int)", null)))).Details!["reason"]!.GetValue<string>().ShouldBe("DESTROY_PROTECTED");
        (await ApplyAsync(provider, Written("x", ("DELETE a FROM a JOIN b USING (id)", null)))).Details!["reason"]!.GetValue<string>().ShouldBe("DESTROY_PROTECTED");
        (await ApplyAsync(provider, Written("x", ("ALTER TABLE a DROP INDEX b", null)))).Error!.ShouldNotContain("loses data");
        (await Database.QueryAsync(Tables, Token)).ShouldBeEmpty();
    }

    private async Task<string> FingerprintAsync()
    {
        await using var database = await MySql.Database.MySqlDatabase.ConnectAsync(
            MySqlOptions.FromConfig(new JsonObject { ["url"] = Database.Url }), new Kolumn.Sdk.Telemetry.ProviderLoggers("mysql", Microsoft.Extensions.Logging.Abstractions.NullLoggerFactory.Instance), Token);
        await using var session = await database.OpenAsync(SessionMode.Read, Token);
        return await MySql.Database.CatalogFingerprint.OfAsync(session, Token);
    }

    private Task<CalledProvider> StartAsync() => CalledProvider.ConfigureAsync(InProcessProvider.Create(MySqlProvider.Define()), new JsonObject { ["url"] = Database.Url });
}
