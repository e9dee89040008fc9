using Kolumn.Protocol.Runtime;
using Kolumn.Testing;
using Npgsql;
using static Kolumn.Providers.Postgres.Tests.Scenarios.Scenario;
using static Kolumn.Testing.ProviderScenario;

namespace Kolumn.Providers.Postgres.Tests.Scenarios;

/// <summary>Changes of tables with rows: nobody waits for long, and whatever goes wrong in the middle, the next plan goes on from there.</summary>
public sealed class LowLockTests(PostgresDatabases databases) : PostgresTest(databases)
{
    private const string Columns = """{"name":"id","type":"int","primary_key":true},{"name":"n","type":"int"},{"name":"s","type":"text"}""";

    private static readonly DesiredResource Users = Table("users", Columns);

    private static readonly DesiredResource Index = Resource("postgres_index", "users_n", """{"table":"postgres_table.users","columns":["n"]}""");

    [Fact]
    public async Task Index_TableHasRows_IsBuiltConcurrentlyReplacedAndDroppedSo()
    {
        await using var scenario = await StartWithRowsAsync();

        (await AppliedAsync(scenario, Users, Index)).ShouldBe(["CREATE INDEX CONCURRENTLY \"users_n\" ON \"public\".\"users\" (\"n\")"]);
        var changed = Resource("postgres_index", "users_n", """{"table":"postgres_table.users","columns":["n","s"],"comment":"both"}""");
        (await AppliedAsync(scenario, Users, changed)).ShouldBe(
        [
            "CREATE INDEX CONCURRENTLY \"users_n_kolumn_new\" ON \"public\".\"users\" (\"n\", \"s\")",
            "ALTER INDEX \"public\".\"users_n\" RENAME TO \"users_n_kolumn_old\"",
            "ALTER INDEX \"public\".\"users_n_kolumn_new\" RENAME TO \"users_n\"",
            "COMMENT ON INDEX \"public\".\"users_n\" IS 'both'",
            "DROP INDEX CONCURRENTLY \"public\".\"users_n_kolumn_old\"",
        ]);
        (await IndexesAsync()).ShouldBe(["users_n true", "users_pkey true"]);
        (await AppliedAsync(scenario, Users)).ShouldBe(["DROP INDEX CONCURRENTLY \"public\".\"users_n\""]);
        (await IndexesAsync()).ShouldBe(["users_pkey true"]);
    }

    [Fact]
    public async Task Index_TableIsEmptyOrNewOrGoesToo_IsPartOfTheTransaction()
    {
        await using var scenario = await StartAsync(Database, Token);
        const string create = "CREATE INDEX \"users_n\" ON \"public\".\"users\" (\"n\")";

        (await AppliedAsync(scenario, Users, Index)).ShouldContain(create);
        await AppliedAsync(scenario, Users);
        (await AppliedAsync(scenario, Users, Index)).ShouldBe([create]);
        await Database.ExecuteAsync("INSERT INTO users VALUES (1, 1, 'a')", Token);
        (await AppliedAsync(scenario)).ShouldBe(["DROP INDEX \"public\".\"users_n\"", "DROP TABLE \"public\".\"users\""], ignoreOrder: true);
    }

    [Fact]
    public async Task Everything_LowLockIsOff_IsPartOfTheTransaction()
    {
        await (await StartWithRowsAsync()).DisposeAsync();
        await using var scenario = await StartAsync(Database.Url, Token, lowLock: false);
        await scenario.ApplyAsync([Users], Token);

        (await AppliedAsync(scenario, Table("users", Columns.Replace("\"n\"", "\"n\",\"nullable\":false", StringComparison.Ordinal)), Index)).ShouldBe(
            ["ALTER TABLE \"public\".\"users\" ALTER COLUMN \"n\" SET NOT NULL", "CREATE INDEX \"users_n\" ON \"public\".\"users\" (\"n\")"]);
    }

    [Fact]
    public async Task Index_RowsContradictIt_LeavesNothingAndTheNextApplyTriesAgain()
    {
        await using var scenario = await StartWithRowsAsync();
        await Database.ExecuteAsync("INSERT INTO users VALUES (3, 1, 'c')", Token);
        DesiredResource[] desired = [Users, Resource("postgres_index", "users_n", """{"table":"postgres_table.users","columns":["n"],"unique":true}"""), Table("other", Columns)];

        var result = await scenario.ApplyInPartAsync(desired, Token);

        result.RolledBack.ShouldBeFalse();
        var failure = result.Results.Single(one => !one.Success);
        (failure.Address, failure.Diagnostic!.EngineCode, failure.State).ShouldBe(("postgres_index.users_n", "23505", null));
        failure.Error!.ShouldContain("Nothing of this change was made; everything before it is committed.");
        (await IndexesAsync()).ShouldBe(["other_pkey true", "users_pkey true"]);

        await Database.ExecuteAsync("DELETE FROM users WHERE id = 3", Token);
        (await AppliedAsync(scenario, desired)).ShouldBe(["CREATE UNIQUE INDEX CONCURRENTLY \"users_n\" ON \"public\".\"users\" (\"n\")"]);
    }

    [Theory]
    [InlineData("", "users_n")]
    [InlineData("CREATE INDEX users_n ON users (n);", "users_n_kolumn_new")]
    public async Task Index_AKilledServerLeftAnInvalidOne_IsBuiltAgain(string before, string left)
    {
        await using var scenario = await StartWithRowsAsync();
        await scenario.ApplyAsync([Users, Index], Token);
        await Database.ExecuteAsync($"INSERT INTO users VALUES (3, 1, 'c'); DROP INDEX users_n; {before}", Token);
        (await Should.ThrowAsync<PostgresException>(() => Database.ExecuteAsync($"CREATE UNIQUE INDEX CONCURRENTLY {left} ON users (n)", Token))).SqlState.ShouldBe("23505");
        (await IndexesAsync()).ShouldContain($"{left} false");

        var made = await AppliedAsync(scenario, Users, Index);

        made[0].ShouldBe($"DROP INDEX CONCURRENTLY \"public\".\"{left}\"");
        (await IndexesAsync()).ShouldBe(["users_n true", "users_pkey true"]);
    }

    [Fact]
    public async Task Constraints_TableHasRows_AreValidatedAfterwards()
    {
        await using var scenario = await StartWithRowsAsync();
        var other = Table("other", Columns);
        await scenario.ApplyAsync([Users, other], Token);
        var users = Table("users", $$"""{{Columns.Replace("\"s\"", "\"s\",\"nullable\":false,\"unique\":true", StringComparison.Ordinal)}}],"checks":[{"name":"c","expression":"n > 0"}],"foreign_keys":[{"name":"f","columns":["n"],"references":"users2"}""");
        DesiredResource[] desired = [Table("users2", Columns), Table("users", users.Config), other];
        await Database.ExecuteAsync("CREATE TABLE users2 (id int PRIMARY KEY, n int, s text); INSERT INTO users2 VALUES (1), (2)", Token);
        await scenario.ApplyAsync([Users, other, desired[0]], Token);

        (await AppliedAsync(scenario, desired)).ShouldBe(
        [
            """
            ALTER TABLE "public"."users"
                ADD CONSTRAINT "c" CHECK ((n > 0)) NOT VALID,
                ADD CONSTRAINT "users_s_kolumn_not_null" CHECK ("s" IS NOT NULL) NOT VALID,
                ADD CONSTRAINT "f" FOREIGN KEY ("n") REFERENCES "public"."users2" ("id") NOT VALID
            """,
            "ALTER TABLE \"public\".\"users\" VALIDATE CONSTRAINT \"c\"",
            "ALTER TABLE \"public\".\"users\" VALIDATE CONSTRAINT \"users_s_kolumn_not_null\"",
            "ALTER TABLE \"public\".\"users\" VALIDATE CONSTRAINT \"f\"",
            "ALTER TABLE \"public\".\"users\" ALTER COLUMN \"s\" SET NOT NULL",
            "ALTER TABLE \"public\".\"users\" DROP CONSTRAINT \"users_s_kolumn_not_null\"",
            "DROP INDEX CONCURRENTLY IF EXISTS \"public\".\"users_s_key_kolumn_new\"",
            "CREATE UNIQUE INDEX CONCURRENTLY \"users_s_key_kolumn_new\" ON \"public\".\"users\" (\"s\")",
            "ALTER TABLE \"public\".\"users\" ADD CONSTRAINT \"users_s_key\" UNIQUE USING INDEX \"users_s_key_kolumn_new\"",
        ]);
        (await ConstraintsAsync()).ShouldBe(["c true", "f true", "users_pkey true", "users_s_key true"]);
    }

    [Fact]
    public async Task PrimaryKey_OfATableWithRows_ChangesWhileTheOldOneHolds()
    {
        await using var scenario = await StartWithRowsAsync();
        var desired = Table("users", """{"name":"id","type":"int","nullable":false},{"name":"n","type":"int"},{"name":"s","type":"text","primary_key":true}""");

        (await AppliedAsync(scenario, desired))[^1].ShouldBe("ALTER TABLE \"public\".\"users\" DROP CONSTRAINT \"users_pkey\", ADD CONSTRAINT \"users_pkey\" PRIMARY KEY USING INDEX \"users_pkey_kolumn_new\"");
        (await Database.QueryAsync("SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = 'users_pkey'", Token)).ShouldBe(["PRIMARY KEY (s)"]);
    }

    [Fact]
    public async Task Check_RowsContradictIt_HoldsForNewRowsAndIsFinishedByTheNextApply()
    {
        await using var scenario = await StartWithRowsAsync();
        DesiredResource[] desired = [Table("users", $$"""{{Columns}}],"checks":[{"name":"c","expression":"n > 1"}""")];

        var failure = (await scenario.ApplyInPartAsync(desired, Token)).Results.Single();

        failure.Error!.ShouldBe(
            "postgres_table.users: PostgreSQL refused: check constraint \"c\" of relation \"users\" is violated by some row. Rows in the table contradict the change: correct them first. "
            + "What comes before it is committed and stays; plan and apply again to go on from there.");
        (await ConstraintsAsync()).ShouldBe(["c false", "users_pkey true"]);
        (await Database.QueryAsync("SELECT count(*) FROM users", Token)).ShouldBe(["2"]);
        (await Should.ThrowAsync<PostgresException>(() => Database.ExecuteAsync("INSERT INTO users VALUES (9, 1)", Token))).SqlState.ShouldBe("23514");
        failure.State!["checks"]![0]!["not_valid"]!.GetValue<bool>().ShouldBeTrue();

        await Database.ExecuteAsync("UPDATE users SET n = 7 WHERE n = 1", Token);
        (await AppliedAsync(scenario, desired)).ShouldBe(["ALTER TABLE \"public\".\"users\" VALIDATE CONSTRAINT \"c\""]);
        (await ConstraintsAsync()).ShouldBe(["c true", "users_pkey true"]);
    }

    [Fact]
    public async Task NotNull_RowsContradictIt_GoesAwayWithTheWish()
    {
        await using var scenario = await StartWithRowsAsync();
        await Database.ExecuteAsync("INSERT INTO users VALUES (3, NULL, NULL)", Token);
        DesiredResource[] desired = [Table("users", Columns.Replace("\"n\"", "\"n\",\"nullable\":false", StringComparison.Ordinal))];

        (await scenario.ApplyInPartAsync(desired, Token)).Results.Single().Diagnostic!.EngineCode.ShouldBe("23514");
        (await ConstraintsAsync()).ShouldBe(["users_n_kolumn_not_null false", "users_pkey true"]);

        (await AppliedAsync(scenario, Users)).ShouldBe(["ALTER TABLE \"public\".\"users\" DROP CONSTRAINT \"users_n_kolumn_not_null\""]);
        await scenario.ApplyInPartAsync(desired, Token);
        await Database.ExecuteAsync("DELETE FROM users WHERE n IS NULL", Token);
        (await AppliedAsync(scenario, desired)).ShouldBe(
        [
            "ALTER TABLE \"public\".\"users\" VALIDATE CONSTRAINT \"users_n_kolumn_not_null\"",
            "ALTER TABLE \"public\".\"users\" ALTER COLUMN \"n\" SET NOT NULL",
            "ALTER TABLE \"public\".\"users\" DROP CONSTRAINT \"users_n_kolumn_not_null\"",
        ]);
    }

    [Fact]
    public async Task Index_WhileItIsBuilt_WritersGoOnAndAKilledBuildIsDoneAgain()
    {
        await using var scenario = await StartWithRowsAsync();
        DesiredResource[] desired = [Users, Index];
        await using var older = new NpgsqlConnection(Database.ConnectionString);
        await older.OpenAsync(Token);

        // 1. Somebody has written and not committed: the build has to wait for it, and nobody has to wait for the build.
        await ExecuteAsync(older, "BEGIN; INSERT INTO users VALUES (10, 10)");
        var building = scenario.ApplyInPartAsync(desired, Token);
        var backend = await WaitForBuildAsync();
        await Database.ExecuteAsync("SET lock_timeout = '2s'; INSERT INTO users VALUES (11, 11); UPDATE users SET n = 12 WHERE id = 11", Token);

        // 2. The build is killed: the connection cannot even clean up after it.
        await Database.ExecuteAsync($"SELECT pg_terminate_backend({backend})", Token);
        (await building).Results.Single(one => !one.Success).Address.ShouldBe("postgres_index.users_n");
        (await IndexesAsync()).ShouldBe(["users_n false", "users_pkey true"]);
        await ExecuteAsync(older, "COMMIT");

        // 3. The host remembers that it was at it, so the ruin is no stranger's.
        scenario.Doubt(desired[1]);
        (await AppliedAsync(scenario, desired)).ShouldBe(
            ["DROP INDEX CONCURRENTLY \"public\".\"users_n\"", "CREATE INDEX CONCURRENTLY \"users_n\" ON \"public\".\"users\" (\"n\")"]);
        (await IndexesAsync()).ShouldBe(["users_n true", "users_pkey true"]);
    }

    [Theory]
    [InlineData("", "users_n")]
    [InlineData("CREATE INDEX users_n ON users (n);", "users_n_kolumn_new")]
    public async Task Index_InvalidAndNoStateKnowsIt_IsBuiltAgainUnlessItIsAnother(string before, string left)
    {
        await using var scenario = await StartWithRowsAsync();
        await Database.ExecuteAsync($"INSERT INTO users VALUES (3, 1, 'c'); {before}", Token);
        (await Should.ThrowAsync<PostgresException>(() => Database.ExecuteAsync($"CREATE UNIQUE INDEX CONCURRENTLY {left} ON users (n)", Token))).SqlState.ShouldBe("23505");
        await Database.ExecuteAsync("UPDATE users SET n = 3 WHERE id = 3", Token);
        var unique = before.Length == 0 ? ",\"unique\":true" : "";

        if (before.Length == 0)
        {
            (await scenario.PlanAsync([Users, Index], Token)).Diagnostics.ShouldHaveSingleItem().Detail!.ShouldContain("invalid: the database has true");
        }

        DesiredResource[] desired = [Users, Resource("postgres_index", "users_n", $$"""{"table":"postgres_table.users","columns":["n"]{{unique}}}""")];
        var plan = await scenario.ApplyAsync(desired, Token);

        plan.Operations.Single(o => o.Name == "users_n").ShouldSatisfyAllConditions(
            o => o.Action.ShouldBe(before.Length == 0 ? "replace" : "update"),
            o => o.Statements![0].ShouldBe($"DROP INDEX CONCURRENTLY \"public\".\"{left}\""));
        (await IndexesAsync()).ShouldBe(["users_n true", "users_pkey true"]);
        await scenario.ShouldBeInSyncAsync(desired, Token);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Key_AKilledServerLeftItsIndex_GoesThoughNobodyWantsTheKeyAnyMore(bool known)
    {
        await using var scenario = await StartWithRowsAsync();
        await Database.ExecuteAsync("CREATE UNIQUE INDEX users_s_key_kolumn_new ON users (s); CREATE INDEX other_kolumn_new ON users (n); CREATE INDEX other ON users (n)", Token);
        (await scenario.DiscoverAsync(Token)).State.Where(r => r.Type == "postgres_index").Select(r => r.Name).ShouldBe(["other"]);
        if (!known)
        {
            scenario.ForgetState();
        }

        (await AppliedAsync(scenario, Users)).ShouldBe(["DROP INDEX CONCURRENTLY \"public\".\"users_s_key_kolumn_new\""]);

        (await IndexesAsync()).ShouldBe(["other true", "other_kolumn_new true", "users_pkey true"]);
    }

    [Fact]
    public async Task Hazards_OfWaiting_AreNamedOnlyWhereSomebodyWaits()
    {
        await using var scenario = await StartAsync(Database, Token);
        DesiredResource[] changed =
        [
            Table("users", Columns.Replace("\"type\":\"int\"},", "\"type\":\"bigint\",\"nullable\":false},", StringComparison.Ordinal)), Index,
            Resource("postgres_table", "parts", """{"columns":[{"name":"n","type":"int"}],"partition_by":{"list":["n"]}}"""),
            Resource("postgres_partition", "one", """{"table":"postgres_table.parts","values":{"in":[1]}}"""),
            Resource("postgres_index", "parts_n", """{"table":"postgres_table.parts","columns":["n"]}"""),
        ];

        (await HazardsAsync(scenario, [Users, Index])).ShouldBeEmpty();
        await scenario.ApplyAsync([Users, changed[2], changed[3]], Token);
        (await HazardsAsync(scenario, changed)).ShouldBeEmpty();
        (await scenario.PlanAsync(changed, Token)).Operations.Single(o => o.Name == "users").RiskLevel.ShouldBe("low");
        await Database.ExecuteAsync("INSERT INTO users VALUES (1, 1, 'a'); INSERT INTO parts VALUES (1)", Token);

        (await HazardsAsync(scenario, changed)).ShouldBe(["index_build parts_n", "long_lock users", "outside_transaction users", "outside_transaction users_n", "table_rewrite users"]);
        await using var plain = await StartAsync(Database.Url, Token, lowLock: false);
        await plain.ApplyAsync([Users, changed[2], changed[3]], Token);
        (await HazardsAsync(plain, changed)).ShouldBe(["index_build parts_n", "index_build users_n", "long_lock users", "table_rewrite users"]);
    }

    private static async Task<IEnumerable<string>> HazardsAsync(Scenario scenario, IReadOnlyList<DesiredResource> desired)
    {
        var plan = await scenario.PlanAsync(desired, Token);
        plan.Success.ShouldBeTrue();
        return plan.Operations.SelectMany(o => (o.Hazards ?? []).Select(h => $"{h.Name} {o.Name}")).Distinct().Order(StringComparer.Ordinal);
    }

    private static DesiredResource Table(string name, string columns) => Resource("postgres_table", name, $$"""{"columns":[{{columns}}]}""");

    private static DesiredResource Table(string name, System.Text.Json.Nodes.JsonObject config) => new() { Type = "postgres_table", Name = name, Config = config };

    private async Task<Scenario> StartWithRowsAsync()
    {
        var scenario = await StartAsync(Database, Token);
        await scenario.ApplyAsync([Users], Token);
        await Database.ExecuteAsync("INSERT INTO users VALUES (1, 1, 'a'), (2, 2, 'b')", Token);
        return scenario;
    }

    /// <summary>What was sent, in order; afterwards there is nothing to do.</summary>
    private static async Task<List<string>> AppliedAsync(Scenario scenario, params DesiredResource[] desired)
    {
        var plan = await scenario.ApplyAsync(desired, Token);
        await scenario.ShouldBeInSyncAsync(desired, Token);
        return [.. plan.Operations.SelectMany(operation => operation.Statements ?? [])];
    }

    private Task<IReadOnlyList<string?>> IndexesAsync() =>
        QueryAsync("SELECT relname || ' ' || indisvalid FROM pg_index JOIN pg_class ON oid = indexrelid WHERE relnamespace = 'public'::regnamespace ORDER BY 1");

    private Task<IReadOnlyList<string?>> ConstraintsAsync() => QueryAsync("SELECT conname || ' ' || convalidated FROM pg_constraint WHERE conrelid = 'users'::regclass ORDER BY 1");

    private async Task<IReadOnlyList<string?>> QueryAsync(string query) => [.. await Database.QueryAsync(query, Token)];

    private async Task<string> WaitForBuildAsync()
    {
        const string Builds = "SELECT pid::text FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'CREATE INDEX CONCURRENTLY%' AND wait_event_type = 'Lock'";
        IReadOnlyList<string?> waiting = [];
        await Eventually.IsSoAsync(async _ => (waiting = await QueryAsync(Builds)).Count == 1, Token, Builds);
        return waiting[0]!;
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(Token);
    }
}
