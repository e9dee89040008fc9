using System.Text.Json.Nodes;
using Kolumn.Protocol;
using Kolumn.Protocol.Payloads;
using Kolumn.Providers.MySql.Tests.Scenarios;
using Kolumn.Sdk;
using Kolumn.Testing;

namespace Kolumn.Providers.MySql.Tests.Streaming;

/// <summary>Outboxes of a real database.</summary>
public sealed class OutboxTests(MariaDbDatabases databases) : SqlOutboxContract, IAsyncLifetime
{
    private const string Orders = """{"columns":[{"name":"id","type":"int","primary_key":true},{"name":"state","type":"varchar(20)"},{"name":"photo","type":"blob"},{"name":"data","type":"json"}]}""";
    private const string Capture = """{"capture":[{"table":"mysql_table.orders","key":["id","state"]}]}""";

    private MariaDbDatabase? _database;

    protected override string Prefix => "mysql_";

    private MariaDbDatabase Database => _database!;

    public async ValueTask InitializeAsync() => _database = await databases.CreateAsync(Token);

    [Fact]
    public async Task Outbox_FromBeginningToEnd_LeavesNothing()
    {
        await using var scenario = await Scenario.StartAsync(Database, Token);
        var table = ProviderScenario.Resource("mysql_table", "orders", Orders);
        await scenario.ApplyAsync([table, ProviderScenario.Resource("mysql_stream_outbox", "events", "{}")], Token);
        var outbox = ProviderScenario.Resource("mysql_stream_outbox", "events", Capture);
        await scenario.ApplyAsync([table, outbox], Token);
        await scenario.ShouldBeInSyncAsync([table, outbox], Token);
        await Database.ExecuteAsync("INSERT INTO orders VALUES (1, NULL, x'00ff', '{\"a\":1}')", Token);
        (await QueryAsync("SELECT concat(aggregateid, JSON_QUERY(payload, '$.after')) FROM events")).ShouldBe(["""1/{"id": 1, "state": null, "photo": "00FF", "data": {"a": 1}}"""]);
        (await scenario.DiscoverAsync(Token)).State.Select(found => found.Type).ShouldBe(["mysql_schema", "mysql_table", "mysql_stream_outbox"], ignoreOrder: true);

        // What is taken away is put back.
        await Database.ExecuteAsync("DROP TRIGGER events_capture_orders_update; ALTER TABLE events DROP INDEX events_retry, DROP COLUMN last_error", Token);
        await scenario.ApplyAsync([table, outbox], Token);
        await scenario.ShouldBeInSyncAsync([table, outbox], Token);
        (await QueryAsync("SELECT count(*) FROM information_schema.triggers WHERE trigger_schema = database()")).ShouldBe(["3"]);

        await scenario.ApplyAsync([table], Token);
        (await QueryAsync("SELECT count(*) FROM information_schema.triggers WHERE trigger_schema = database()")).ShouldBe(["0"]);
        (await QueryAsync("SELECT table_name FROM information_schema.tables WHERE table_schema = database() ORDER BY 1")).ShouldBe(["orders", "_kolumn_streams"]);
        (await QueryAsync("SELECT count(*) FROM _kolumn_streams")).ShouldBe(["0"]);
    }

    [Fact]
    public async Task SinkAndRoute_FromBeginningToEnd_AreRecorded()
    {
        await using var scenario = await Scenario.StartAsync(Database, Token);
        IReadOnlyList<Protocol.Runtime.DesiredResource> Streams(string state) =>
        [
            ProviderScenario.Resource("mysql_stream_outbox", "events", "{}"),
            ProviderScenario.Resource("mysql_stream_sink", "hook", """{"type":"http","target":"http://localhost:1/x"}"""),
            ProviderScenario.Resource("mysql_stream_route", "all", $$"""{"source":"events","sink":"hook"{{state}}}"""),
        ];
        await scenario.ApplyAsync(Streams(""), Token);
        await scenario.ShouldBeInSyncAsync(Streams(""), Token);

        await scenario.ApplyAsync(Streams(""","enabled":false"""), Token);
        await scenario.ShouldBeInSyncAsync(Streams(""","enabled":false"""), Token);
        (await QueryAsync("SELECT concat(kind, ' ', name) FROM _kolumn_streams ORDER BY kind, name")).ShouldBe(["stream_outbox events", "stream_route all", "stream_sink hook"]);

        await scenario.ApplyAsync([], Token);
        (await QueryAsync("SELECT count(*) FROM _kolumn_streams")).ShouldBe(["0"]);
    }

    [Fact]
    public async Task Keys_ThatOnlyBytesTellApart_AreKeptApart()
    {
        await using var provider = await StartAsync();
        await provider.CreateAsync("mysql_stream_outbox", "events", "{}");
        await RunAsync("INSERT INTO events (aggregatetype, aggregateid, type) VALUES ('t', 'a', 'x'), ('t', 'A', 'x'), ('t', 'a ', 'x'), ('t', 'ä', 'x')");

        var answer = await ((IOutboxSource)provider.Provider).ExchangeAsync(new OutboxExchangeRequest { Runner = "r", Outbox = "events", MaxEvents = 10 }, Token);

        answer.Error.ShouldBeNull();
        answer.Events.Select(e => e.OrderKey).ShouldBe(["a", "A", "a ", "ä"]);
    }

    [Fact]
    public async Task Capture_LongNamesAndATableOfAnotherDatabase()
    {
        await using var provider = await StartAsync();
        var table = new string('t', 64);
        await provider.CreateAsync("mysql_table", table, """{"columns":[{"name":"id","type":"int","primary_key":true}]}""");
        await provider.CreateAsync("mysql_stream_outbox", "events", $$"""{"capture":[{"table":"{{table}}","key":["id"],"columns":["id"]}]}""");
        await RunAsync($"INSERT INTO {table} VALUES (7)");
        (await QueryAsync("SELECT aggregateid FROM events")).ShouldBe(["7"]);

        var elsewhere = await provider.CallAsync<CreateResourceRequest, CreateResourceResponse>(FunctionNames.CreateResource, new CreateResourceRequest
        {
            ResourceType = "stream_outbox", Name = "other", Config = (JsonObject)JsonNode.Parse("""{"capture":[{"table":"mysql.user","key":["id"],"columns":["id"]}]}""")!,
        });
        elsewhere.Error!.ShouldContain("this names no table");
    }

    public async ValueTask DisposeAsync() => await (_database?.DisposeAsync() ?? ValueTask.CompletedTask);

    protected override Task<CalledProvider> StartAsync() => CalledProvider.ConfigureAsync(InProcessProvider.Create(MySqlProvider.Define()), new JsonObject { ["url"] = Database.Url });

    /// <summary>Moments with a zone are refused by the server's strict mode.</summary>
    protected override Task RunAsync(string sql) => Database.ExecuteAsync(sql.Replace("T00:00:00.000Z", " 00:00:00", StringComparison.Ordinal), Token);

    protected override Task<IReadOnlyList<string?>> QueryAsync(string sql) => Database.QueryAsync(sql, Token);
}
