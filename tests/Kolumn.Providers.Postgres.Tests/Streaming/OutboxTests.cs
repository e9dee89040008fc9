using System.Text.Json.Nodes;
using Kolumn.Providers.Postgres.Tests.Scenarios;
using Kolumn.Sdk;
using Kolumn.Testing;

namespace Kolumn.Providers.Postgres.Tests.Streaming;

/// <summary>Outboxes of a real server.</summary>
public sealed class OutboxTests(PostgresDatabases databases) : SqlOutboxContract, IAsyncLifetime
{
    private TestDatabase? _database;

    protected override string Prefix => "postgres_";

    private TestDatabase Database => _database!;

    public async ValueTask InitializeAsync() => _database = await databases.CreateAsync(Token);

    [Fact]
    public Task Outbox_FromBeginningToEnd_IsWhatTheCatalogSays() =>
        new Lifecycle(Database, "postgres_stream_outbox", "events")
        {
            Others =
            [
                Scenario.Resource("postgres_table", "orders", """{"columns":[{"name":"id","type":"bigint","primary_key":true},{"name":"card","type":"text"}]}"""),
                Scenario.Resource("postgres_table", "users", """{"columns":[{"name":"id","type":"bigint","primary_key":true}]}"""),
            ],
        }.RunAsync(
            Token,
            new Stage("""{}""", "create", "SELECT string_agg(indexrelid::regclass::text, ' ' ORDER BY indexrelid::regclass::text) FROM pg_index WHERE indrelid = 'events'::regclass", "events_pending events_pkey events_retry events_settled"),
            new Stage("""{"capture":[{"table":"postgres_table.orders","key":["id"]}]}""", "update", "SELECT tgrelid::regclass::text FROM pg_trigger WHERE tgname = 'events_capture'", "orders"),
            new Stage(
                """{"topic":"shop","capture":[{"table":"orders","key":["id"],"columns":["id"],"operations":["delete"],"aggregate_type":"it's"},{"table":"users","key":["id"]}]}""",
                "update",
                "SELECT string_agg(pg_get_triggerdef(oid), ' ' ORDER BY tgrelid::regclass::text) FROM pg_trigger WHERE tgname = 'events_capture'",
                "CREATE TRIGGER events_capture AFTER DELETE ON public.orders FOR EACH ROW EXECUTE FUNCTION events_capture('it''s', 'shop', '1', 'id', 'id') "
                    + "CREATE TRIGGER events_capture AFTER INSERT OR DELETE OR UPDATE ON public.users FOR EACH ROW EXECUTE FUNCTION events_capture('users', 'shop', '1', 'id')"),
            new Stage("""{"retention_days":3,"partition_by":"none"}""", "update", "SELECT count(*)::text FROM pg_trigger WHERE tgname = 'events_capture'", "0"));

    [Fact]
    public async Task Outbox_PartsTakenAway_AreFoundAndPutBack()
    {
        await using var scenario = await Scenario.StartAsync(Database, Token);
        var desired = new[] { Scenario.Resource("postgres_table", "t", """{"columns":[{"name":"id","type":"int"}]}"""), Scenario.Resource("postgres_stream_outbox", "events", """{"capture":[{"table":"t","key":["id"]}]}""") };
        await scenario.ApplyAsync(desired, Token);
        await Database.ExecuteAsync(
            "DROP INDEX events_pending; ALTER TABLE events DROP COLUMN last_error; DROP TRIGGER events_capture ON t; CREATE OR REPLACE FUNCTION events_capture() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'", Token);

        var plan = await scenario.ApplyAsync(desired, Token);

        plan.Operations.Single(o => o.Address == "postgres_stream_outbox.events").Drift!["missing"].NewValue!.ToJsonString().ShouldBe("""["column last_error","index events_pending","function"]""");
        await scenario.ShouldBeInSyncAsync(desired, Token);
        await Database.ExecuteAsync("INSERT INTO t VALUES (7)", Token);
        (await Database.QueryAsync("SELECT aggregateid FROM events", Token)).ShouldBe(["7"]);
    }

    [Fact]
    public async Task Sink_SecretsInClear_AreRefusedEachAtItsPlace()
    {
        await using var scenario = await Scenario.StartAsync(Database, Token);

        var plan = await scenario.PlanAsync(
            [
                Scenario.Resource(
                    "postgres_stream_sink", "hook",
                    """{"type":"http","target":"https://me:secret@example.com/","options":{"signing_key":"whsec_abc","headers":{"Authorization":"Bearer abc","X-Shop":"1"}}}"""),
            ],
            Token);

        plan.Diagnostics.Select(d => d.Attribute!.ToString()).ShouldBe(["target", "options.signing_key", "options.headers.Authorization"]);
        plan.Diagnostics.ShouldAllBe(d => !d.ToString().Contains("abc", StringComparison.Ordinal));
    }

    [Fact]
    public async Task SinkAndRoute_FromBeginningToEnd_AreRecorded()
    {
        var sink = Scenario.Resource("postgres_stream_sink", "lines", """{"type":"file","target":"events.jsonl"}""");
        var outbox = Scenario.Resource("postgres_stream_outbox", "events", "{}");
        await new Lifecycle(Database, "postgres_stream_route", "all") { Others = [sink, outbox] }.RunAsync(
            Token,
            new Stage("""{"source":"events","sink":"lines"}""", "create", "SELECT definition::text FROM _kolumn.streams WHERE kind = 'stream_route'", """{"name": "all", "sink": "lines", "source": "events"}"""),
            new Stage(
                """{"source":"postgres_stream_outbox.events","sink":"postgres_stream_sink.lines","filter":{"type":["Order*"]},"transform":{"remove":["after.card"]},"enabled":false}""", "update",
                "SELECT definition #>> '{filter,type,0}' FROM _kolumn.streams WHERE kind = 'stream_route'", "Order*"));
    }

    public async ValueTask DisposeAsync()
    {
        if (_database is not null)
        {
            await _database.DisposeAsync();
        }
    }

    protected override Task<CalledProvider> StartAsync() =>
        CalledProvider.ConfigureAsync(InProcessProvider.Create(PostgresProvider.Define()), new JsonObject { ["url"] = Database.Url });

    protected override Task RunAsync(string sql) => Database.ExecuteAsync(sql, Token);

    protected override async Task<IReadOnlyList<string?>> QueryAsync(string sql) => await Database.QueryAsync(sql, Token);
}
