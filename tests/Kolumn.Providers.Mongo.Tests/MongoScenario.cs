using System.Text.Json.Nodes;
using Kolumn.Protocol;
using Kolumn.Protocol.Payloads;
using Kolumn.Protocol.Runtime;
using Kolumn.Sdk;
using Kolumn.Sdk.Testing;
using Kolumn.Testing;

namespace Kolumn.Providers.Mongo.Tests;

/// <summary>The provider as Core sees it, on a real database, with the state that Core would keep.</summary>
internal sealed class MongoScenario : IAsyncDisposable
{
    private readonly ProviderHarness _harness;

    private MongoScenario(TestMongoDatabase database, ProviderHarness harness, IProviderRuntime runtime) => (Database, _harness, Runtime) = (database, harness, runtime);

    public TestMongoDatabase Database { get; }

    public IProviderRuntime Runtime { get; }

    public IQuarantineRuntime Quarantine => (IQuarantineRuntime)Runtime;

    public IReadOnlyDictionary<string, ResourceInstance> State => _harness.State;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <param name="settings">Of the provider block, beside the database.</param>
    public static async Task<MongoScenario> StartAsync(MongoDatabases databases, JsonObject? settings = null)
    {
        var database = databases.Create();
        var runtime = InProcessRuntime.Create(MongoProvider.Define());

        // Kolumn's own collections would stand in every look at the database beside what a test asked for; they have tests of their own.
        settings ??= new JsonObject { ["audit"] = false, ["safe_destroy"] = false };
        settings["connection_string"] = database.Url;
        return new MongoScenario(database, await ProviderHarness.StartAsync(runtime, settings, Token), runtime);
    }

    /// <param name="desired">Resources by address: <c>"mongo_collection.users": {…}</c>.</param>
    public static IReadOnlyList<DesiredResource> Resources(string desired) =>
    [
        .. ((JsonObject)JsonNode.Parse(desired)!).Select(resource =>
        {
            ResourceAddress.TryParse(resource.Key, out var address).ShouldBeTrue();
            return new DesiredResource { Type = address.Type, Name = address.Name, Config = (JsonObject)resource.Value!.DeepClone() };
        }),
    ];

    public Task<RuntimePlan> PlanAsync(string desired) => _harness.PlanAsync(Resources(desired), Token);

    /// <summary>Applies, and asserts that planning again finds nothing to do.</summary>
    public Task<IReadOnlyList<ApplyResult>> ApplyAsync(string desired) => _harness.ApplyAsync(Resources(desired), Token);

    /// <summary><c>update mongo_collection.users: {"collMod":…}</c> for everything that would be changed.</summary>
    public async Task<IReadOnlyList<string>> ChangesAsync(string desired) =>
    [
        .. (await PlanAsync(desired)).Operations.Where(o => o.Action != ResourceActions.NoOp).Select(o => $"{o.Action} {o.Address}: {string.Join("; ", o.Statements ?? [])}"),
    ];

    public Task<IReadOnlyList<DiscoveredResource>> DiscoverAsync(params string[] types) => _harness.InspectAsync(types, Token);

    /// <summary>What listCollections says, by name.</summary>
    public async Task<IReadOnlyDictionary<string, JsonObject>> CollectionsAsync() =>
        Batch(await Database.RunAsync("""{"listCollections":1}""", Token)).ToDictionary(c => (string)c["name"]!, c => c["options"] as JsonObject ?? []);

    /// <summary>What listIndexes says, by name.</summary>
    public async Task<IReadOnlyDictionary<string, JsonObject>> IndexesAsync(string collection) =>
        Batch(await Database.RunAsync(new JsonObject { ["listIndexes"] = collection }, Token)).ToDictionary(i => (string)i["name"]!);

    public async Task<IReadOnlyList<string>> FindAsync(string collection) =>
        [.. Batch(await Database.RunAsync(new JsonObject { ["find"] = collection, ["sort"] = new JsonObject { ["_id"] = 1 } }, Token)).Select(d => d.ToJsonString())];

    public Task RunAsync(string command) => Database.RunAsync(command, Token);

    public async ValueTask DisposeAsync()
    {
        await _harness.DisposeAsync();
        await Database.DisposeAsync();
    }

    private static IEnumerable<JsonObject> Batch(JsonObject reply) => ((JsonArray)reply["cursor"]!["firstBatch"]!).OfType<JsonObject>();
}
