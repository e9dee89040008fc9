using System.Text.Json.Nodes;
using Kolumn.Protocol;
using Kolumn.Protocol.Payloads;
using Kolumn.Providers.Mongo.Database;
using Kolumn.Providers.Mongo.Streaming;
using Kolumn.Sdk;
using Kolumn.Sdk.Telemetry;
using Kolumn.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Kolumn.Providers.Mongo.Tests.Streaming;

/// <summary>Outboxes of a real server.</summary>
public sealed class OutboxTests(MongoDatabases databases) : OutboxContract, IAsyncLifetime
{
    private TestMongoDatabase? _database;

    protected override string Prefix => "mongo_";

    private TestMongoDatabase Database => _database!;

    public ValueTask InitializeAsync()
    {
        _database = databases.Create();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task Outbox_FromBeginningToEnd_LeavesNothing()
    {
        await using var scenario = await MongoScenario.StartAsync(databases);
        const string Streams = """
            {
              "mongo_stream_outbox.events": {"retention_days":3},
              "mongo_stream_sink.hook": {"type":"http","target":"http://localhost:1/x"},
              "mongo_stream_route.all": {"source":"events","sink":"mongo_stream_sink.hook","filter":{"type":["Order*"]}}
            }
            """;
        await scenario.ApplyAsync(Streams);
        (await IndexesAsync(scenario.Database)).ShouldBe(["_id_", "events_pending", "events_retry", "events_settled"], ignoreOrder: true);
        (await Should.ThrowAsync<MongoDb.MongoException>(() => scenario.Database.RunAsync("""{"insert":"events","documents":[{"aggregatetype":"t","aggregateid":7,"type":"x"}]}""", Token))).Code.ShouldBe(121);

        // What is taken away is put back.
        await scenario.Database.RunAsync("""{"collMod":"events","validator":{}}""", Token);
        await scenario.Database.RunAsync("""{"dropIndexes":"events","index":"events_retry"}""", Token);
        var plan = await scenario.PlanAsync(Streams);
        plan.Operations.Single(o => o.Address == "mongo_stream_outbox.events").Drift!["missing"].NewValue!.ToJsonString().ShouldBe("""["validator","index events_retry"]""");
        await scenario.ApplyAsync(Streams);
        (await IndexesAsync(scenario.Database)).Count.ShouldBe(4);

        await scenario.ApplyAsync("""{"mongo_stream_outbox.events": {"retention_days":3}}""");
        (await RecordsAsync(scenario.Database)).ShouldBe(["stream_outbox.events"]);
        await scenario.ApplyAsync("{}");
        (await RecordsAsync(scenario.Database)).ShouldBeEmpty();
        (await scenario.Database.RunAsync("""{"listCollections":1,"filter":{"name":"events"}}""", Token))["cursor"]!["firstBatch"]!.AsArray().ShouldBeEmpty();
    }

    [Fact]
    public async Task Outbox_ThatShouldCapture_IsRefused()
    {
        await using var scenario = await MongoScenario.StartAsync(databases);

        var refused = await Should.ThrowAsync<Sdk.Testing.HarnessException>(() => scenario.PlanAsync("""{"mongo_stream_outbox.events": {"capture":[{"table":"orders","key":["_id"]}]}}"""));

        refused.Message.ShouldContain("there is no attribute \"capture\"");
    }

    [Fact]
    public async Task Events_AsWritersGiveThem_AreReadAsTheyAre()
    {
        await using var provider = await StartAsync();
        await provider.CreateAsync("mongo_stream_outbox", "events", "{}");
        await Database.RunAsync(
            """
            {"insert":"events","documents":[
              {"_id":"b","aggregatetype":"t","aggregateid":"1","type":"second","position":{"$timestamp":{"t":5,"i":2}}},
              {"_id":{"$oid":"5e0be1000000000000000000"},"aggregatetype":"t","aggregateid":"1","type":"first","key":"k","topic":"own","position":{"$timestamp":{"t":5,"i":1}},
               "payload":{"at":{"$date":"2020-01-01T00:00:00Z"},"ids":[1,2],"text":"it's $x"}},
              {"_id":{"$binary":{"base64":"ABEiM0RVZneImaq7zN3u/w==","subType":"04"}},"aggregatetype":"t","aggregateid":"k","type":"third","position":{"$timestamp":{"t":6,"i":0}},"created_at":{"$date":"2021-01-01T00:00:00Z"}}
            ]}
            """,
            Token);

        var events = (await ExchangeAsync(provider, "a")).Events;

        events.Select(e => $"{e.Type} {e.Id} {e.OrderKey}").ShouldBe(["first 5e0be1000000000000000000 k", "second b 1", "third 00112233-4455-6677-8899-aabbccddeeff k"]);
        JsonNode.DeepEquals(JsonNode.Parse(events[0].Payload!), JsonNode.Parse("""{"at":{"$date":"2020-01-01T00:00:00Z"},"ids":[1,2],"text":"it's $x"}""")).ShouldBeTrue(events[0].Payload);
        events[0].ShouldSatisfyAllConditions(e => e.Topic.ShouldBe("own"), e => e.CreatedAt.ShouldBe(new DateTimeOffset(2020, 1, 1, 0, 0, 0, TimeSpan.Zero)));
        events[2].CreatedAt.ShouldBe(new DateTimeOffset(2021, 1, 1, 0, 0, 0, TimeSpan.Zero));
    }

    [Fact]
    public async Task Lease_OfARunnerThatDied_RunsOutByTheClockOfTheServer()
    {
        await using var provider = await StartAsync();
        await using var other = await StartAsync();
        await provider.CreateAsync("mongo_stream_outbox", "events", "{}");
        await WriteAsync([new("1", "x")]);
        var held = (await ExchangeAsync(provider, "a")).Events.ShouldHaveSingleItem();
        (await ExchangeAsync(other, "b")).ShouldSatisfyAllConditions(r => r.Events.ShouldBeEmpty(), r => r.HasPending.ShouldBeTrue(), r => r.LeaseMs.ShouldBe(15_000));

        await Database.RunAsync("""{"update":"kolumn_stream_locks","updates":[{"q":{},"u":{"$set":{"until":{"$date":"2020-01-01T00:00:00Z"}}},"multi":true}]}""", Token);

        (await ExchangeAsync(other, "b", wait: 10_000)).Events.ShouldHaveSingleItem().Id.ShouldBe(held.Id);
        var settled = await ((IOutboxSource)provider.Provider).ExchangeAsync(
            new OutboxExchangeRequest { Runner = "a", Outbox = "events", Settled = [new() { Position = held.Position, Outcome = OutboxOutcomes.Processed }] }, Token);
        settled.Error.ShouldBeNull(); // It arrived, whoever says so.
        (await ExchangeAsync(provider, "a")).HasPending.ShouldBeFalse();
    }

    [Fact]
    public async Task Lease_IsKeptUntilSomebodyElseHasIt()
    {
        await using var session = new MongoSession(databases.Client, Database.Name, 1, new ProviderLoggers("mongo", NullLoggerFactory.Instance));
        var (mine, other) = (new KeyLeases("events", TimeSpan.Zero), new KeyLeases("events", TimeSpan.FromMinutes(1)));
        (await mine.TryLockAsync(session, ["a", "it's $x"], Token)).Count.ShouldBe(2);
        await mine.KeepAsync(session, 2, Token);

        // It has run out, which whoever wants it finds out.
        await Eventually.IsSoAsync(async token => (await other.TryLockAsync(session, ["a"], token)).Count == 1, Token);

        (await Should.ThrowAsync<ProviderException>(() => mine.KeepAsync(session, 2, Token))).Message.ShouldContain("was not heard of");
        (await mine.TryLockAsync(session, ["a", "b"], Token)).ShouldBe(["b"]);
        await other.ReleaseAsync(session, Token);
        (await mine.TryLockAsync(session, ["a"], Token)).ShouldBe(["a"]);
    }

    public async ValueTask DisposeAsync() => await (_database?.DisposeAsync() ?? ValueTask.CompletedTask);

    protected override Task<CalledProvider> StartAsync() =>
        CalledProvider.ConfigureAsync(InProcessProvider.Create(MongoProvider.Define()), new JsonObject { ["connection_string"] = Database.Url });

    protected override Task WriteAsync(IReadOnlyList<WrittenEvent> events) => Database.RunAsync(
        new JsonObject
        {
            ["insert"] = "events",
            ["documents"] = new JsonArray([.. events.Select(written => new JsonObject { ["aggregatetype"] = "t", ["aggregateid"] = written.AggregateId, ["type"] = written.Type }
                .With("payload", written.Payload is null ? null : JsonNode.Parse(written.Payload))
                .With("status", written.Status)
                .With("created_at", written.CreatedAt is { } created ? MongoCommand.Moment(created) : null)
                .With("processed_at", written.ProcessedAt is { } processed ? MongoCommand.Moment(processed) : null))]),
        },
        Token);

    protected override async Task<IReadOnlyList<StoredEvent>> EventsAsync() =>
    [
        .. (await FoundAsync(Database, """{"find":"events","sort":{"position":1,"_id":1}}"""))
            .Select(e => new StoredEvent(e.Text("aggregateid")!, e.Text("status") ?? "pending", (int)MongoCommand.Integer(e["attempts"]), e.Text("last_error"))),
    ];

    protected override Task EndPausesAsync() => Database.RunAsync("""{"update":"events","updates":[{"q":{},"u":{"$unset":{"next_attempt_at":1}},"multi":true}]}""", Token);

    private static async Task<IReadOnlyList<string>> IndexesAsync(TestMongoDatabase database) => [.. (await FoundAsync(database, """{"listIndexes":"events"}""")).Select(index => index.Text("name")!)];

    private static async Task<IReadOnlyList<string>> RecordsAsync(TestMongoDatabase database) => [.. (await FoundAsync(database, """{"find":"kolumn_streams"}""")).Select(record => record.Text("_id")!)];

    private static async Task<IReadOnlyList<JsonObject>> FoundAsync(TestMongoDatabase database, string command) =>
        [.. (await database.RunAsync(command, Token))["cursor"]!["firstBatch"]!.AsArray().OfType<JsonObject>()];
}
