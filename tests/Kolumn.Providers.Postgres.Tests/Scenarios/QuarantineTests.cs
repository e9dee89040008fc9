using Kolumn.Protocol.Payloads;
using Kolumn.Protocol.Runtime;
using Kolumn.Testing;
using static Kolumn.Providers.Postgres.Tests.Scenarios.Scenario;
using static Kolumn.Testing.ProviderScenario;

namespace Kolumn.Providers.Postgres.Tests.Scenarios;

/// <summary>What is deleted is kept: it comes back with every row, or goes for good when somebody says so.</summary>
public sealed class QuarantineTests(PostgresDatabases databases) : PostgresTest(databases)
{
    private static readonly DesiredResource[] Shop =
    [
        Resource("postgres_sequence", "numbers", "{}"),
        Resource("postgres_type", "mood", """{"values":["ok"]}"""),
        Resource("postgres_type", "unused", """{"values":["ok"]}"""),
        Resource("postgres_table", "users", """{"columns":[{"name":"id","type":"serial","primary_key":true},{"name":"mail","type":"text","unique":true},{"name":"boss","type":"int"},{"name":"mood","type":"mood","default":"ok"}],"foreign_keys":[{"columns":["boss"],"references":"users","referenced_columns":["id"]}],"row_level_security":true}"""),
        Resource("postgres_table", "orders", """
            {"columns":[{"name":"id","type":"bigint","identity":"always","primary_key":true},{"name":"number","type":"bigint","default":"nextval('numbers')"},{"name":"user_id","type":"int"}],
             "foreign_keys":[{"columns":["user_id"],"references":"users","referenced_columns":["id"]}],"checks":[{"expression":"id > 0"}]}
            """),
        Resource("postgres_index", "by_user", """{"table":"orders","columns":["user_id"]}"""),
        Resource("postgres_policy", "own", """{"table":"users","using":"mail = current_user"}"""),
        Resource("postgres_function", "stamp", """{"language":"plpgsql","returns":"trigger","body":"BEGIN RETURN NEW; END"}"""),
        Resource("postgres_trigger", "stamped", """{"table":"users","timing":"before","events":["update"],"for_each_row":true,"function":"stamp"}"""),
        Resource("postgres_view", "mails", """{"query":"SELECT mail FROM users"}"""),
        Resource("postgres_table", "parts", """{"columns":[{"name":"made","type":"date"}],"partition_by":"RANGE (made)"}"""),
        Resource("postgres_partition", "old", """{"table":"parts","values":"FROM (MINVALUE) TO ('2020-01-01')"}"""),
    ];

    [Fact]
    public async Task Destroy_ThenRestore_BringsEveryRowAndEverythingOnItBack()
    {
        await using var scenario = await StartAsync(Database.Url, Token, safeDestroy: true);
        await scenario.ApplyAsync(Shop, Token);
        await Database.ExecuteAsync(
            "INSERT INTO users (mail) VALUES ('a'), ('b'); INSERT INTO orders (user_id) VALUES (2), (1); INSERT INTO parts VALUES ('2019-05-05'); GRANT SELECT ON users TO pg_monitor", Token);

        var plan = await scenario.ApplyAsync([], Token);

        plan.Operations.SelectMany(o => o.Hazards ?? []).ShouldNotContain(h => h.Name == Hazard.DataLoss);
        plan.Operations.Where(o => o.QuarantineLocation is not null).Select(o => o.Name).ShouldBe(["numbers", "users", "orders", "parts", "old", "stamp", "mood"], ignoreOrder: true);
        (await Database.QueryAsync("SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace", Token)).ShouldBeEmpty();
        (await scenario.DiscoverAsync(Token)).State.Select(r => r.Name).ShouldBe(["public"]);
        await scenario.ShouldBeInSyncAsync([], Token);

        var entries = (await scenario.Quarantine.QuarantinedAsync(Token)).State;
        entries.Where(e => e.Quarantine!.PartOf is not null).Select(e => e.Name).ShouldBe(["by_user", "own", "stamped"], ignoreOrder: true);
        foreach (var name in new[] { "mood", "stamp", "numbers", "users", "orders", "parts", "old", "mails", "unused" })
        {
            var outcome = await scenario.Quarantine.RestoreAsync(entries.Single(e => e.Name == name), Token);
            outcome.Diagnostics.ShouldBeEmpty();
        }

        (await Database.QueryAsync("SELECT id || mail FROM users ORDER BY id", Token)).ShouldBe(["1a", "2b"]);
        (await Database.QueryAsync("SELECT id || ' ' || number || ' ' || user_id FROM orders ORDER BY id", Token)).ShouldBe(["1 1 2", "2 2 1"]);
        (await Database.QueryAsync("SELECT made::text FROM old", Token)).ShouldBe(["2019-05-05"]);
        (await Database.QueryAsync("SELECT has_table_privilege('pg_monitor', 'users', 'SELECT')::text", Token)).ShouldBe(["true"]);
        (await Database.QueryAsync("INSERT INTO users (mail) VALUES ('c') RETURNING id::text", Token)).ShouldBe(["3"]);
        (await Database.QueryAsync("SELECT nspname FROM pg_namespace WHERE nspname LIKE '%quarantine%'", Token)).ShouldBeEmpty();
        (await scenario.PlanAsync(Shop, Token)).Operations.ShouldAllBe(o => o.Action == "read");
    }

    [Fact]
    public async Task Delete_PlannedBeforeAnotherWasTheFirstToBeKept_IsNotStale()
    {
        await using var scenario = await StartAsync(Database.Url, Token, safeDestroy: true);
        await using var other = await StartAsync(Database.Url, Token, safeDestroy: true);
        await scenario.ApplyAsync([Resource("postgres_table", "a", """{"columns":[{"name":"id","type":"int"}]}""")], Token);
        await other.ApplyAsync([Resource("postgres_table", "b", """{"columns":[{"name":"id","type":"int"}]}""")], Token);

        var (first, second) = (await scenario.PlanAsync([], Token), await other.PlanAsync([], Token));

        (await scenario.TryApplyAsync([], first, Token)).Diagnostics.ShouldBeEmpty();
        (await other.TryApplyAsync([], second, Token)).Diagnostics.ShouldBeEmpty();
        (await scenario.Quarantine.QuarantinedAsync(Token)).State.Select(e => e.Name).ShouldBe(["a", "b"], ignoreOrder: true);
    }

    [Fact]
    public async Task Delete_OfWhatSomethingInQuarantineUses_FollowsItThere()
    {
        await using var types = await StartAsync(Database.Url, Token, safeDestroy: true);
        await using var tables = await StartAsync(Database.Url, Token, safeDestroy: true);
        await types.ApplyAsync(
            [
                Resource("postgres_type", "mood", """{"values":["ok"]}"""),
                Resource("postgres_type", "pair", """{"attributes":[{"name":"a","type":"mood"}]}"""),
                Resource("postgres_type", "unused", """{"values":["ok"]}"""),
                Resource("postgres_function", "stamp", """{"language":"plpgsql","returns":"trigger","body":"BEGIN RETURN NEW; END"}"""),
            ],
            Token);
        await tables.ApplyAsync(
            [
                Resource("postgres_table", "users", """{"columns":[{"name":"moods","type":"pair"}]}"""),
                Resource("postgres_trigger", "stamped", """{"table":"users","timing":"before","events":["update"],"for_each_row":true,"function":"stamp"}"""),
            ],
            Token);
        await Database.ExecuteAsync("INSERT INTO users VALUES (ROW('ok'))", Token);

        // As the batches of one destroy do, both are planned before either is applied.
        var (first, second) = (await tables.PlanAsync([], Token), await types.PlanAsync([], Token));
        (await tables.TryApplyAsync([], first, Token)).Diagnostics.ShouldBeEmpty();
        (await types.PlanAsync([], Token)).Operations.Select(o => $"{o.Name}: {o.Reason}").ShouldBe(
            ["mood: ", "pair: goes into quarantine, where public.users uses it", "unused: ", "stamp: goes into quarantine, where public.users.stamped uses it"], ignoreOrder: true);
        var result = await types.TryApplyAsync([], second, Token);

        result.Diagnostics.ShouldBeEmpty();
        result.Results.Where(one => one.QuarantineLocation is not null).Select(one => one.Name).ShouldBe(["mood", "pair", "stamp"], ignoreOrder: true);
        (await Database.QueryAsync("SELECT typname FROM pg_type WHERE typnamespace = 'public'::regnamespace UNION ALL SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace", Token)).ShouldBeEmpty();

        // What takes the name of one that has followed is used by nothing there.
        await types.ApplyAsync([Resource("postgres_type", "mood", """{"values":["other"]}""")], Token);
        (await types.ApplyAsync([], Token)).Operations.Single(o => o.Name == "mood").QuarantineLocation.ShouldBeNull();

        var entries = (await types.Quarantine.QuarantinedAsync(Token)).State;
        foreach (var name in new[] { "mood", "pair", "stamp", "users" })
        {
            (await types.Quarantine.RestoreAsync(entries.First(e => e.Name == name && e.Quarantine!.Location is not null), Token)).Diagnostics.ShouldBeEmpty();
        }

        (await Database.QueryAsync("SELECT (moods).a::text FROM users", Token)).ShouldBe(["ok"]);
        await Database.ExecuteAsync("UPDATE users SET moods = ROW('ok')", Token);
    }

    [Fact]
    public async Task Delete_TheFirstKeptIsAheadOfItsTurn_HasALedgerAlready()
    {
        await using var scenario = await StartAsync(Database.Url, Token, safeDestroy: true);
        DesiredResource Changing(string columns) => Resource("postgres_table", "changing", $$"""{"columns":[{"name":"id","type":"int"}{{columns}}]}""");
        await scenario.ApplyAsync(
            [
                Changing(""",{"name":"more","type":"int"}"""),
                Resource("postgres_view", "seen", """{"query":"SELECT id FROM changing"}"""),
                Resource("postgres_table", "going", """{"columns":[{"name":"id","type":"int"}]}"""),
                Resource("postgres_index", "by_id", """{"table":"going","columns":["id"]}"""),
            ],
            Token);

        // The view makes way for the table's change, ahead of what is deleted.
        await scenario.ApplyAsync([Changing("")], Token);

        (await scenario.Quarantine.QuarantinedAsync(Token)).State.Select(e => e.Name).ShouldBe(["seen", "by_id", "going"], ignoreOrder: true);
        await scenario.ShouldBeInSyncAsync([Changing("")], Token);
    }

    [Fact]
    public async Task Delete_SomebodyElseUsesIt_IsRefusedAsADropWouldBe()
    {
        await using var scenario = await StartAsync(Database.Url, Token, safeDestroy: true);
        DesiredResource[] one = [Resource("postgres_table", "t", """{"columns":[{"name":"id","type":"int","primary_key":true}]}""")];
        await scenario.ApplyAsync(one, Token);
        await Database.ExecuteAsync("CREATE TABLE other (t int REFERENCES t); CREATE VIEW v AS SELECT id FROM t; INSERT INTO t VALUES (1)", Token);

        var result = await scenario.TryApplyAsync([], await scenario.PlanAsync([], Token), Token);

        result.Success.ShouldBeFalse();
        result.Diagnostics[0].Summary.ShouldContain("\"public\".\"t\" cannot be removed: it is used by foreign key other_t_fkey of other, v");
        (await Database.QueryAsync("SELECT id::text FROM t", Token)).ShouldBe(["1"]);
    }

    [Fact]
    public async Task Restore_RowsHaveLostWhatTheyReference_ComesBackAndSaysWhichKeyIsOpen()
    {
        await using var scenario = await StartAsync(Database.Url, Token, safeDestroy: true);
        var users = Resource("postgres_table", "users", """{"columns":[{"name":"id","type":"int","primary_key":true}]}""");
        var orders = Resource("postgres_table", "orders", """{"columns":[{"name":"user_id","type":"int"}],"foreign_keys":[{"columns":["user_id"],"references":"users","referenced_columns":["id"]}]}""");
        await scenario.ApplyAsync([users, orders], Token);
        await Database.ExecuteAsync("INSERT INTO users VALUES (1); INSERT INTO orders VALUES (1)", Token);
        await scenario.ApplyAsync([users], Token);
        await Database.ExecuteAsync("DELETE FROM users", Token);
        var entry = (await scenario.Quarantine.QuarantinedAsync(Token)).State.Single();

        var outcome = await scenario.Quarantine.RestoreAsync(entry, Token);

        outcome.Success.ShouldBeTrue();
        outcome.Diagnostics.Single().Detail!.ShouldContain("foreign_keys.orders_user_id_fkey.not_valid");
        (await Database.QueryAsync("SELECT user_id::text FROM orders", Token)).ShouldBe(["1"]);
    }

    [Fact]
    public async Task Purge_DropsForGood()
    {
        await using var scenario = await StartAsync(Database.Url, Token, safeDestroy: true);
        await scenario.ApplyAsync(Shop, Token);
        await scenario.ApplyAsync([], Token);

        // What something in quarantine still uses is refused until that is gone.
        var entries = (await scenario.Quarantine.QuarantinedAsync(Token)).State.Where(e => e.Quarantine!.PartOf is null).ToList();
        (await scenario.Quarantine.PurgeAsync(entries.Single(e => e.Name == "mood"), Token)).Diagnostics.Single().Summary.ShouldContain("other objects depend on it");
        foreach (var entry in entries.OrderBy(e => e.Type != "postgres_table"))
        {
            (await scenario.Quarantine.PurgeAsync(entry, Token)).Diagnostics.ShouldBeEmpty();
        }

        (await scenario.Quarantine.QuarantinedAsync(Token)).State.ShouldBeEmpty();
        (await Database.QueryAsync("SELECT nspname FROM pg_namespace WHERE nspname LIKE '%quarantine%'", Token)).ShouldBeEmpty();
    }
}
