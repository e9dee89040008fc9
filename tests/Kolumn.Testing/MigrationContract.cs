using System.Text.Json.Nodes;
using Kolumn.Protocol;
using Kolumn.Protocol.Payloads;
using Shouldly;
using Xunit;
using static Kolumn.Testing.MigrationCalls;

namespace Kolumn.Testing;

/// <summary>
/// What migrations do whatever the database: every provider that has them inherits these tests. Written in the SQL that all of
/// them understand.
/// </summary>
public abstract class MigrationContract
{
    private const string Users = "CREATE TABLE users (id INTEGER PRIMARY KEY, email TEXT NOT NULL, note TEXT)";
    private const string Rows = "INSERT INTO users (id, email, note) VALUES (1, 'a@x', 'one'), (2, 'b@x', NULL), (3, 'it''s', 'three')";

    /// <summary>A further provider process on the same database.</summary>
    protected abstract Task<CalledProvider> StartAsync();

    /// <summary>Runs SQL behind the provider's back.</summary>
    protected abstract Task RunAsync(string sql);

    /// <summary>The first column of every row as text; null for NULL.</summary>
    protected abstract Task<IReadOnlyList<string?>> QueryAsync(string sql);

    /// <summary>Of everything that is not Kolumn's own.</summary>
    protected abstract Task<IReadOnlyList<string?>> TablesAsync();

    /// <summary>Tables of copied rows.</summary>
    protected abstract Task<IReadOnlyList<string?>> BackupsAsync();

    /// <summary>The ledger's name in a statement.</summary>
    protected abstract string Ledger { get; }

    [Fact]
    public async Task Apply_WrittenSteps_RunOnceAndRollBack()
    {
        await using var provider = await StartAsync();
        var request = Written("001", (Users, "DROP TABLE users"), (Rows + "; CREATE INDEX by_email ON users (email)", "DROP INDEX by_email; UPDATE users SET note = NULL"));

        var plan = await PlanAsync(provider, request);
        plan.Error.ShouldBeNull();
        plan.Status.ShouldBe("pending");
        plan.DataLossRisk.ShouldBeFalse();
        plan.Steps.Select(s => $"{s.Order} {s.RiskLevel} {s.Reversible}").ShouldBe(["1 low True", "2 low True"]);
        (await TablesAsync()).ShouldBeEmpty();

        var applied = await ApplyAsync(provider, request);
        applied.Error.ShouldBeNull();
        applied.ShouldSatisfyAllConditions(a => a.Status.ShouldBe("applied"), a => a.AlreadyApplied.ShouldBeFalse(), a => a.Duration.ShouldBeGreaterThan(0), a => a.BackupPath.ShouldBeNull());
        applied.ExecutedSteps.Select(s => s.Sql!.Split('\n').Length).ShouldBe([1, 2]);
        (await QueryAsync("SELECT count(*) FROM users")).ShouldBe(["3"]);

        await using var second = await StartAsync();
        (await ApplyAsync(second, request)).ShouldSatisfyAllConditions(
            a => a.Success.ShouldBeTrue(), a => a.AlreadyApplied.ShouldBeTrue(), a => a.ExecutedSteps.ShouldBeEmpty(), a => a.Checksum.ShouldBe(applied.Checksum));
        (await PlanAsync(second, request)).ShouldSatisfyAllConditions(p => p.Success.ShouldBeTrue(), p => p.Status.ShouldBe("applied"), p => p.Steps.ShouldBeEmpty());

        var refused = await RollbackAsync(second, "001");
        refused.Error!.ShouldContain("undoing step 1 loses what was written since");
        (await QueryAsync("SELECT count(*) FROM users")).ShouldBe(["3"]);
        var undone = await RollbackAsync(second, "001", allowDataLoss: true);
        undone.Error.ShouldBeNull();
        undone.ShouldSatisfyAllConditions(u => u.Status.ShouldBe("rolled_back"), u => u.RolledBackSteps.Select(s => s.Order).ShouldBe([2, 1]));
        (await TablesAsync()).ShouldBeEmpty();
        (await RollbackAsync(second, "001")).ShouldSatisfyAllConditions(u => u.Success.ShouldBeTrue(), u => u.RolledBackSteps.ShouldBeEmpty());
        (await ApplyAsync(second, request)).ShouldSatisfyAllConditions(a => a.Success.ShouldBeTrue(), a => a.AlreadyApplied.ShouldBeFalse());
    }

    [Fact]
    public async Task Apply_SameIdWithOtherContent_IsRefusedWithBothChecksums()
    {
        await using var provider = await StartAsync();
        var first = await ApplyAsync(provider, Written("001", (Users, null)));
        var respelled = await ApplyAsync(provider, Written("001", ("\r\n" + Users + "  ", null)) with { Description = "other words", Options = new MigrationOptions { TimeoutSeconds = 5 } });
        var other = await ApplyAsync(provider, Written("001", ("CREATE TABLE other (id INTEGER)", null)));

        respelled.AlreadyApplied.ShouldBeTrue();
        other.ShouldSatisfyAllConditions(
            o => o.Success.ShouldBeFalse(), o => o.Code.ShouldBe("STATE_ERROR"), o => o.Details!["reason"]!.GetValue<string>().ShouldBe("MIGRATION_CHANGED"),
            o => o.Error!.ShouldContain(first.Checksum!), o => o.Error!.ShouldContain(o.Checksum!), o => o.Checksum.ShouldNotBe(first.Checksum));
        (await TablesAsync()).ShouldBe(["users"]);
    }

    [Fact]
    public async Task Rows_ThatStepsChange_AreEstimatedAndCounted()
    {
        await RunAsync($"{Users}; {Rows}");
        await using var provider = await StartAsync();
        var request = Written(
            "001",
            ("UPDATE users SET note = 'x' WHERE id > 1; DELETE FROM users WHERE id = 3; INSERT INTO users (id, email) SELECT 4, 'd' FROM users WHERE id = 1", "SELECT 1"),
            ("CREATE INDEX by_note ON users (note)", "DROP INDEX by_note"),
            ("UPDATE users SET note = NULL WHERE id = 99", "SELECT 1"));
        (await PlanAsync(provider, request)).EstimatedRows.ShouldBeNull();
        await RunAsync("CREATE INDEX by_email ON users (email)");
        await RunAsync("ANALYZE");

        (await PlanAsync(provider, request with { Options = new MigrationOptions { AllowDataLoss = true } })).EstimatedRows.ShouldBe(3);
        var applied = await ApplyAsync(provider, request with
        {
            Options = new MigrationOptions { AllowDataLoss = true }, Direction = "forward", Safety = new MigrationSafety { LockTable = true, Timeout = "1m30s" },
        });

        applied.Error.ShouldBeNull();
        applied.ExecutedSteps.Select(s => s.RowsAffected).ShouldBe([4, null, 0]);
    }

    [Fact]
    public async Task History_OfManyAtOnce_IsTheLedgersAndNamesWhatIsPendingOrChanged()
    {
        await using var provider = await StartAsync();
        var asked = new[] { Written("001", (Users, null)), Written("002", ("INSERT INTO nowhere VALUES (1)", null)), Written("003", ("SELECT 1", null)) };
        (await PlanAsync(provider, new MigrationRequest { Migrations = [] })).ShouldSatisfyAllConditions(p => p.Success.ShouldBeTrue(), p => p.History!.ShouldBeEmpty());
        await ApplyAsync(provider, asked[0]);
        await ApplyAsync(provider, asked[1]);
        await ApplyAsync(provider, Written("000", ("CREATE TABLE other (id INTEGER)", "DROP TABLE other")));

        var same = await PlanAsync(provider, new MigrationRequest { Migrations = asked });
        var other = await PlanAsync(provider, new MigrationRequest { Migrations = [Written("001", ("SELECT 2", null))] });

        same.Error.ShouldBeNull();
        same.History!.Select(h => $"{h.MigrationId} {h.Status} {h.HasChanged}").ShouldBe(["001 applied False", "002 failed False", "000 applied False", "003 pending False"]);
        same.History![1].Error!.ShouldContain("nowhere");
        same.History[3].ShouldSatisfyAllConditions(h => h.ChangedAt.ShouldBeNull(), h => h.Checksum.ShouldNotBeNull());
        other.History!.Select(h => $"{h.MigrationId} {h.HasChanged}").ShouldBe(["001 True", "002 False", "000 False"]);
    }

    [Fact]
    public async Task Apply_StepFails_LeavesNothingAndTheLedgerSaysSo()
    {
        await using var provider = await StartAsync();
        var broken = Written("001", (Users, "DROP TABLE users"), ("INSERT INTO nowhere VALUES (1)", null));

        var failed = await ApplyAsync(provider, broken);

        failed.ShouldSatisfyAllConditions(f => f.Success.ShouldBeFalse(), f => f.Status.ShouldBe("failed"), f => f.ExecutedSteps.ShouldBeEmpty());
        failed.Error!.ShouldStartWith("step 2 (INSERT INTO nowhere VALUES (1)) failed: ");
        (await TablesAsync()).ShouldBeEmpty();
        (await QueryAsync($"SELECT status || ' ' || (error LIKE '%nowhere%') FROM {Ledger}")).Single()!.ToLowerInvariant().ShouldBeOneOf("failed 1", "failed true");
        (await RollbackAsync(provider, "001")).ShouldSatisfyAllConditions(u => u.Success.ShouldBeTrue(), u => u.Status.ShouldBe("failed"), u => u.RolledBackSteps.ShouldBeEmpty());
        var mended = await ApplyAsync(provider, Written("001", (Users, "DROP TABLE users")));
        mended.Error.ShouldBeNull();
        (await QueryAsync($"SELECT status FROM {Ledger}")).ShouldBe(["applied"]);
        var log = await provider.CallAsync<AuditRequest, AuditResponse>(FunctionNames.GetAuditLog, new AuditRequest { ResourceType = "migration" });
        log.Entries.Select(e => $"{e.EventType} {e.Action} {e.Target} {e.Outcome}").ShouldBe(["migration migrate migration.001 success", "migration migrate migration.001 failure"]);
    }

    [Theory]
    [InlineData("DROP TABLE users", Users, "rows")]
    [InlineData("DELETE FROM users WHERE id > 1", "UPDATE users SET id = id", "deleted")]
    [InlineData("ALTER TABLE users DROP COLUMN note", "ALTER TABLE users ADD COLUMN note TEXT", "column")]
    public async Task Backup_DestructiveStep_IsRestoredExactly(string sql, string rollback, string sort)
    {
        await RunAsync($"{Users}; {Rows}");
        await using var provider = await StartAsync();
        var request = Written("001", (sql, rollback));

        var refused = await ApplyAsync(provider, request);
        refused.ShouldSatisfyAllConditions(r => r.Success.ShouldBeFalse(), r => r.Details!["reason"]!.GetValue<string>().ShouldBe("DESTROY_PROTECTED"), r => r.Error!.ShouldStartWith("step 1 loses data: "));
        (await QueryAsync("SELECT count(*) FROM users")).ShouldBe(["3"]);

        var applied = await ApplyAsync(provider, request with { Options = new MigrationOptions { AllowDataLoss = true, BackupBeforeMigration = true } });
        applied.Error.ShouldBeNull();
        applied.ExecutedSteps.ShouldHaveSingleItem().ShouldSatisfyAllConditions(s => s.Reversible.ShouldBeTrue(), s => s.RiskLevel.ShouldBe("critical"), s => s.Backups.ShouldNotBeNull().Count.ShouldBe(1));
        (await BackupsAsync()).Count.ShouldBe(1);
        if (sort == "deleted")
        {
            await RunAsync("UPDATE users SET note = 'later' WHERE id = 1");
        }

        var undone = await RollbackAsync(provider, "001");

        undone.Error.ShouldBeNull();
        (await QueryAsync("SELECT id || ' ' || email || ' ' || coalesce(note, '-') FROM users ORDER BY id")).ShouldBe(
            [sort == "deleted" ? "1 a@x later" : "1 a@x one", "2 b@x -", "3 it's three"]);
        (await BackupsAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task Rollback_BackupTamperedWith_TouchesNothing()
    {
        await RunAsync($"{Users}; {Rows}");
        await using var provider = await StartAsync();
        var applied = await ApplyAsync(provider, Written("001", ("DROP TABLE users", Users)) with { Options = new MigrationOptions { AllowDataLoss = true, BackupBeforeMigration = true } });
        await RunAsync($"UPDATE {applied.BackupPath} SET email = 'c@x' WHERE id = 2");

        var undone = await RollbackAsync(provider, "001");

        undone.Error!.ShouldContain("does not hold the 3 rows that were in");
        (await TablesAsync()).ShouldBeEmpty();
        await RunAsync($"DROP TABLE {applied.BackupPath}");
        (await RollbackAsync(provider, "001")).Error!.ShouldContain("is gone");
        (await QueryAsync($"SELECT status FROM {Ledger}")).ShouldBe(["applied"]);
    }

    [Fact]
    public async Task Rollback_RowsWrittenSince_AreNotOverwritten()
    {
        await RunAsync($"{Users}; {Rows}");
        await using var provider = await StartAsync();
        await ApplyAsync(provider, Written("001", ("DELETE FROM users WHERE id = 2", "UPDATE users SET id = id")) with { Options = new MigrationOptions { AllowDataLoss = true, BackupBeforeMigration = true } });
        await RunAsync("INSERT INTO users (id, email) VALUES (2, 'new')");

        var undone = await RollbackAsync(provider, "001");

        undone.Error!.ShouldContain("rows were written to");
        (await QueryAsync("SELECT email FROM users ORDER BY id")).ShouldBe(["a@x", "new", "it's"]);
        (await BackupsAsync()).Count.ShouldBe(1);
    }

    [Fact]
    public async Task Rollback_StepThatNothingUndoes_IsRefusedBeforeAnythingIsTouched()
    {
        await using var provider = await StartAsync();
        var applied = await ApplyAsync(provider, Written("001", (Users, null), ("CREATE TABLE other (id INTEGER)", "DROP TABLE other")));

        var undone = await RollbackAsync(provider, "001", allowDataLoss: true);

        applied.Warnings.ShouldBe(["step 1 cannot be undone: it has no rollback_sql"]);
        undone.ShouldSatisfyAllConditions(u => u.Code.ShouldBe("OPERATION_ERROR"), u => u.Details!["reason"]!.GetValue<string>().ShouldBe("IRREVERSIBLE"));
        (await TablesAsync()).ShouldBe(["other", "users"]);
        (await RollbackAsync(provider, "never")).Details!["reason"]!.GetValue<string>().ShouldBe("MIGRATION_UNKNOWN");
    }

    [Fact]
    public async Task Apply_Operations_AreComputedOneAfterTheOther()
    {
        await RunAsync($"{Users}; {Rows}");
        await using var provider = await StartAsync();
        var request = new MigrationRequest
        {
            MigrationId = "001",
            ResourceType = "table",
            ResourceName = "users",
            Steps =
            [
                Operation("add_column", """{"column":"nick","type":"text","nullable":false,"default":"none"}"""),
                Operation("alter_column", """{"column":"nick","default":"nobody"}"""),
                Operation("drop_column", """{"column":"note"}"""),
            ],
            Options = new MigrationOptions { AllowDataLoss = true, BackupBeforeMigration = true },
        };

        var applied = await ApplyAsync(provider, request);

        applied.Error.ShouldBeNull();
        applied.ExecutedSteps.Select(s => s.Description).ShouldBe(
            ["update table " + Identity("users") + ": columns.nick", "update table " + Identity("users") + ": columns.nick.default", "update table " + Identity("users") + ": columns.note"]);
        await RunAsync("INSERT INTO users (id, email) VALUES (4, 'd@x')");
        (await QueryAsync("SELECT nick FROM users ORDER BY id")).ShouldBe(["none", "none", "none", "nobody"]);
        (await RollbackAsync(provider, "001")).Error!.ShouldContain("undoing step 1 loses what was written since");
        var undone = await RollbackAsync(provider, "001", allowDataLoss: true);
        undone.Error.ShouldBeNull();
        (await QueryAsync("SELECT coalesce(note, '-') FROM users ORDER BY id")).ShouldBe(["one", "-", "three", "-"]);
        (await BackupsAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task Apply_RenameAndChangeOfType_KeepRows()
    {
        await RunAsync($"{Users}; {Rows}");
        await using var provider = await StartAsync();

        var renamed = await ApplyAsync(provider, new MigrationRequest
        {
            MigrationId = "rename",
            ResourceType = "table",
            ResourceName = "users",
            Steps = [Operation("rename_column", """{"column":"note","new_name":"re\"mark; DROP TABLE users"}""")],
        });
        renamed.Error.ShouldBeNull();
        (await QueryAsync("SELECT \"re\"\"mark; DROP TABLE users\" FROM users WHERE id = 3")).ShouldBe(["three"]);
        (await RollbackAsync(provider, "rename")).Error.ShouldBeNull();

        var wrong = await ApplyAsync(provider, new MigrationRequest { MigrationId = "type", ResourceType = "table", ResourceName = "users", Column = "email", FromType = "integer", ToType = "varchar(40)" });
        wrong.Details!["reason"]!.GetValue<string>().ShouldBe("PRECHECK_FAILED");
        var changed = await ApplyAsync(provider, new MigrationRequest
        {
            MigrationId = "type", ResourceType = "table", ResourceName = "users", Column = "email", FromType = "text", ToType = "varchar(40)", Options = new MigrationOptions { AllowDataLoss = true },
        });
        changed.Error.ShouldBeNull();
        (await QueryAsync("SELECT note FROM users WHERE id = 1")).ShouldBe(["one"]);
    }

    [Fact]
    public async Task Apply_FromStateToState_IsCheckedComputedAndUndone()
    {
        await using var provider = await StartAsync();
        var one = (JsonObject)JsonNode.Parse("""{"columns":[{"name":"id","type":"integer"}]}""")!;
        var two = (JsonObject)JsonNode.Parse("""{"columns":[{"name":"id","type":"integer"},{"name":"b","type":"text"}]}""")!;
        MigrationRequest Move(string id, JsonObject? from, JsonObject? to) => new()
        {
            MigrationId = id, ResourceType = "table", ResourceName = "t", FromState = from, ToState = to, Options = new MigrationOptions { AllowDataLoss = true, BackupBeforeMigration = true },
        };

        (await ApplyAsync(provider, Move("1", [], one))).Error.ShouldBeNull();
        (await ApplyAsync(provider, Move("2", two, one))).ShouldSatisfyAllConditions(a => a.Success.ShouldBeFalse(), a => a.Details!["reason"]!.GetValue<string>().ShouldBe("PRECHECK_FAILED"));
        (await ApplyAsync(provider, Move("2", one, two))).Error.ShouldBeNull();
        await RunAsync("INSERT INTO t VALUES (1, 'x')");
        var dropped = await ApplyAsync(provider, Move("3", two, null));
        dropped.Error.ShouldBeNull();
        (await TablesAsync()).ShouldBeEmpty();
        (await RollbackAsync(provider, "3")).Error.ShouldBeNull();
        (await QueryAsync("SELECT b FROM t")).ShouldBe(["x"]);

        await RunAsync("ALTER TABLE t ADD COLUMN c TEXT");
        var moved = await RollbackAsync(provider, "2", allowDataLoss: true);
        moved.Error!.ShouldContain("was changed since the migration");
        (await QueryAsync("SELECT c FROM t")).ShouldBe([null]);
    }

    [Fact]
    public async Task Apply_DryRunAndPrechecks_ChangeNothing()
    {
        await RunAsync($"{Users}; {Rows}");
        await using var provider = await StartAsync();
        var request = Written("001", ("CREATE TABLE other (id INTEGER)", null));

        var dry = await ApplyAsync(provider, request with { Options = new MigrationOptions { DryRun = true } });
        var unmet = await ApplyAsync(provider, request with
        {
            Prechecks = [new MigrationPrecheck { Name = "three users", Sql = "SELECT count(*) = 3 FROM users" }, new MigrationPrecheck { Name = "empty", Sql = "SELECT count(*) = 0 FROM users" }],
        });
        var unaskable = await PlanAsync(provider, request with { Prechecks = [new MigrationPrecheck { Sql = "SELECT nothing FROM nowhere" }] });

        dry.ShouldSatisfyAllConditions(d => d.Success.ShouldBeTrue(), d => d.Status.ShouldBe("pending"), d => d.ExecutedSteps.ShouldBeEmpty());
        unmet.ShouldSatisfyAllConditions(u => u.Success.ShouldBeFalse(), u => u.Diagnostics!.Count.ShouldBe(1), u => u.Error!.ShouldStartWith("precheck \"empty\" did not pass"));
        unaskable.Error!.ShouldStartWith("precheck \"SELECT nothing FROM nowhere\" cannot be asked: ");
        (await TablesAsync()).ShouldBe(["users"]);
        (await ApplyAsync(provider, request)).Error.ShouldBeNull();
    }

    [Fact]
    public async Task Apply_TwoAtOnce_OneWinsAndTheOtherSeesIt()
    {
        await using var first = await StartAsync();
        await using var second = await StartAsync();
        var request = Written("001", (Users, null), (Rows, null));

        var both = await Task.WhenAll(Task.Run(() => ApplyAsync(first, request)), Task.Run(() => ApplyAsync(second, request)));

        both.ShouldAllBe(a => a.Error == null);
        both.Count(a => a.AlreadyApplied).ShouldBe(1);
        (await QueryAsync("SELECT count(*) FROM users")).ShouldBe(["3"]);
    }

    [Fact]
    public async Task Apply_InATransaction_IsPartOfIt()
    {
        await using var provider = await StartAsync();
        var transaction = await provider.CallAsync<TransactionRequest, TransactionResponse>(FunctionNames.BeginTransaction, new TransactionRequest());
        var request = Written("001", (Users, null)) with { TransactionId = transaction.TransactionId };

        (await ApplyAsync(provider, request)).Error.ShouldBeNull();
        (await ApplyAsync(provider, Written("002", ("SELECT nothing", null)) with { TransactionId = transaction.TransactionId })).Status.ShouldBe("failed");
        (await PlanAsync(provider, request)).Status.ShouldBe("applied");
        await provider.CallAsync<TransactionRequest, TransactionResponse>(FunctionNames.RollbackTransaction, new TransactionRequest { TransactionId = transaction.TransactionId });

        (await TablesAsync()).ShouldBeEmpty();
        (await PlanAsync(provider, request with { TransactionId = null })).Status.ShouldBe("pending");
    }

    [Fact]
    public async Task Requests_ThatCannotBeMeant_AreRefusedWithThePlace()
    {
        await using var provider = await StartAsync();
        var cases = new (MigrationRequest Request, string Error)[]
        {
            (new MigrationRequest(), "migration_id: the migration has no id"),
            (new MigrationRequest { MigrationId = "x" }, "steps: the migration does nothing"),
            (Written("x", ("SELECT 1", null)) with { ToType = "text", Column = "a" }, "steps: the migration says in more than one way what it does: steps; column and to_type"),
            (Written("x", ("CREATE TABLE a (b INTEGER); COMMIT", null)), "steps[0].sql: the statements cannot be run: \"COMMIT\" begins, ends or leaves the transaction"),
            (Written("x", ("SELECT 'open", null)), "steps[0].sql: the statements cannot be run: the quote at position 8 is never closed"),
            (Written("x", ("SELECT 1", null)) with { Steps = [Operation("explode", "{}")] }, "steps[0].operation: there is no operation \"explode\""),
            (new MigrationRequest { MigrationId = "x", ResourceType = "tabel", Column = "a", ToType = "text" }, "there is no resource type \"tabel\""),
            (new MigrationRequest { MigrationId = "x", ResourceType = "table", ResourceName = "gone", Column = "a", ToType = "text" }, "there is no table gone"),
            (Written("x", ("SELECT 1", null)) with { Options = new MigrationOptions { TimeoutSeconds = -1 } }, "options.timeout_seconds: -1 s is no time limit"),
            (Written("x", ("SELECT 1", null)) with { Safety = new MigrationSafety { Timeout = "soon" } }, "safety.timeout: \"soon\" is no time limit"),
            (Written("x", ("SELECT 1", null)) with { Safety = new MigrationSafety { Timeout = 60 } }, "safety.timeout: 60 is no time limit"),
            (Written("x", ("SELECT 1", null)) with { Safety = new MigrationSafety { Quarantine = true } }, "safety.quarantine: a migration moves nothing into quarantine"),
            (Written("x", ("SELECT 1", null)) with { Safety = new MigrationSafety { QuarantineTtl = "30d" } }, "safety.quarantine_ttl: a migration moves nothing into quarantine"),
            (Written("x", ("SELECT 1", null)) with { Safety = new MigrationSafety { LockTable = true } }, "safety.lock_table: it cannot be told which table to lock"),
            (Written("x", ("SELECT 1", null)) with { Direction = "backward" }, "direction: this function goes forward"),
        };

        foreach (var (request, error) in cases)
        {
            (await ApplyAsync(provider, request)).Error.ShouldNotBeNull().ShouldStartWith(error);
        }

        const string Hostile = "'; DROP TABLE users; --";
        await RunAsync(Users);
        (await ApplyAsync(provider, Written(Hostile, ("CREATE TABLE a (b INTEGER)", null)) with { Description = Hostile })).Error.ShouldBeNull();
        (await QueryAsync($"SELECT migration_id || description FROM {Ledger} WHERE status = 'applied'")).ShouldBe([Hostile + Hostile]);
        (await TablesAsync()).ShouldBe(["a", "users"]);
    }

    /// <summary>How the provider calls a table of that name.</summary>
    protected virtual string Identity(string table) => table;
}
