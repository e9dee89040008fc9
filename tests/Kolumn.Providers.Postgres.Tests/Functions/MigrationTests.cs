using System.Text.Json.Nodes;
using Kolumn.Protocol.Payloads;
using Kolumn.Sdk;
using Kolumn.Testing;
using static Kolumn.Testing.MigrationCalls;
using Npgsql;

namespace Kolumn.Providers.Postgres.Tests.Functions;

/// <summary>Migrations of a real database.</summary>
public sealed class MigrationTests(PostgresDatabases databases) : MigrationContract, IAsyncLifetime
{
    private TestDatabase? _database;

    protected override string Ledger => "_kolumn.migrations";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _database = await databases.CreateAsync(Token);

    public ValueTask DisposeAsync() => _database?.DisposeAsync() ?? ValueTask.CompletedTask;

    [Theory]
    [InlineData("DELETE FROM parent", "step 1: deleting rows of parent changes child too, which the backup would not hold")]
    [InlineData("DELETE FROM loose", "step 1: table loose has no primary key, so rows of a backup could not be told apart")]
    [InlineData("DROP SCHEMA extra CASCADE", "step 1: it cannot be told which rows a step loses, so they cannot be backed up")]
    public async Task Backup_ThatCouldNotBeRestored_IsRefusedBeforeAnythingIsTouched(string sql, string error)
    {
        await RunAsync("CREATE TABLE parent (id int PRIMARY KEY); CREATE TABLE child (id int REFERENCES parent ON DELETE CASCADE); CREATE TABLE loose (a int); CREATE SCHEMA extra; INSERT INTO parent VALUES (1); INSERT INTO child VALUES (1)");
        await using var provider = await StartAsync();

        var refused = await ApplyAsync(provider, Written("001", (sql, "SELECT 1")) with { Options = new MigrationOptions { AllowDataLoss = true, BackupBeforeMigration = true } });

        refused.Error!.ShouldStartWith(error);
        (await QueryAsync("SELECT count(*) FROM parent NATURAL JOIN child")).ShouldBe(["1"]);
        (await BackupsAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task Backup_EveryKindOfColumn_ComesBack()
    {
        await RunAsync(
            """
            CREATE TABLE wide (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, "we""ird" text, doc jsonb, plain json, bits bytea, many int[], at timestamptz, pi double precision, twice bigint GENERATED ALWAYS AS (id * 2) STORED);
            INSERT INTO wide ("we""ird", doc, plain, bits, many, at, pi) SELECT 'é' || n, jsonb_build_object('n', n), '{ "a" :1}', decode('00ff', 'hex'), ARRAY[n, NULL], '2020-02-29 12:00+02', n / 7.0 FROM generate_series(1, 500) AS n
            """);
        var before = await QueryAsync("SELECT md5(string_agg(wide::text, '|' ORDER BY id)) FROM wide");
        await using var provider = await StartAsync();
        var create = "CREATE TABLE wide (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, \"we\"\"ird\" text, doc jsonb, plain json, bits bytea, many int[], at timestamptz, pi double precision, twice bigint GENERATED ALWAYS AS (id * 2) STORED)";

        var applied = await ApplyAsync(provider, Written("001", ("TRUNCATE wide", "SELECT 1"), ("DROP TABLE wide", create)) with { Options = new MigrationOptions { AllowDataLoss = true, BackupBeforeMigration = true } });
        applied.Error.ShouldBeNull();
        var undone = await RollbackAsync(provider, "001");

        undone.Error.ShouldBeNull();
        (await QueryAsync("SELECT md5(string_agg(wide::text, '|' ORDER BY id)) FROM wide")).ShouldBe(before);
        (await BackupsAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task Apply_WithoutTheRightToWriteTheLedger_SaysWhatToGrant()
    {
        var role = $"kolumn_reader_{Environment.ProcessId}";
        await RunAsync($"CREATE ROLE {role} LOGIN PASSWORD 'x'");
        try
        {
            var url = new UriBuilder(_database!.Url) { UserName = role, Password = "x" }.ToString();
            await using var provider = await CalledProvider.ConfigureAsync(InProcessProvider.Create(PostgresProvider.Define()), new JsonObject { ["url"] = url });

            var refused = await ApplyAsync(provider, Written("001", ("CREATE TEMPORARY TABLE t (a int)", null)));

            refused.ShouldSatisfyAllConditions(r => r.Code.ShouldBe("PERMISSION_ERROR"), r => r.Error!.ShouldContain($"CREATE SCHEMA _kolumn AUTHORIZATION \"{role}\""));
        }
        finally
        {
            await RunAsync($"DROP ROLE {role}");
        }
    }

    [Fact]
    public async Task Apply_SomebodyElseMigrates_WaitsForThem()
    {
        await using var holder = new NpgsqlConnection(_database!.ConnectionString);
        await holder.OpenAsync(Token);
        await using var transaction = await holder.BeginTransactionAsync(Token);
        await using (var take = new NpgsqlCommand("SELECT pg_advisory_xact_lock(118126305176942)", holder, transaction))
        {
            await take.ExecuteNonQueryAsync(Token);
        }

        await using var provider = await StartAsync();
        var waiting = ApplyAsync(provider, Written("001", ("CREATE TABLE a (b int)", null)));
        await transaction.RollbackAsync(Token);

        (await waiting).Error.ShouldBeNull();
        (await ApplyAsync(provider, Written("002", ("SELECT pg_sleep(60)", null)) with { Options = new MigrationOptions { TimeoutSeconds = 1 } })).Details!["reason"]!.GetValue<string>().ShouldBe("TIMEOUT");
        (await QueryAsync($"SELECT migration_id || status FROM {Ledger} ORDER BY 1")).ShouldBe(["001applied", "002failed"]);
    }

    [Fact]
    public async Task Apply_LockedTable_IsNobodyElsesFromBeforeThePrechecks()
    {
        await RunAsync("CREATE TABLE users (id int PRIMARY KEY); CREATE TABLE other (id int); INSERT INTO users VALUES (1)");
        await using var provider = await StartAsync();
        var request = Written("001", ("UPDATE users SET id = id", "SELECT 1")) with
        {
            ResourceType = "table", ResourceName = "other", Safety = new MigrationSafety { LockTable = true },
            Prechecks = [new MigrationPrecheck { Sql = "SELECT count(*) = 2 FROM pg_locks WHERE mode = 'AccessExclusiveLock' AND granted AND relation IN ('users'::regclass, 'other'::regclass)" }],
        };

        (await PlanAsync(provider, request)).Prechecks.ShouldHaveSingleItem().Passed.ShouldBe(false);
        (await ApplyAsync(provider, request)).Error.ShouldBeNull();
    }

    protected override Task<CalledProvider> StartAsync() =>
        CalledProvider.ConfigureAsync(InProcessProvider.Create(PostgresProvider.Define()), new JsonObject { ["url"] = _database!.Url });

    protected override Task RunAsync(string sql) => _database!.ExecuteAsync(sql, Token);

    protected override Task<IReadOnlyList<string?>> QueryAsync(string sql) => _database!.QueryAsync(sql, Token);

    protected override Task<IReadOnlyList<string?>> TablesAsync() => QueryAsync("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1");

    protected override Task<IReadOnlyList<string?>> BackupsAsync() => QueryAsync(@"SELECT tablename FROM pg_tables WHERE schemaname = '_kolumn' AND tablename LIKE 'backup\_%'");

    protected override string Identity(string table) => $"public.{table}";
}
