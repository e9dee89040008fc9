using System.Text.Json.Nodes;
using Kolumn.Sdk;
using Kolumn.Testing;
using Kolumn.Testing.Properties;

namespace Kolumn.Providers.Mongo.Tests.Properties;

/// <summary>Random pairs of schemas in two databases of one server, while no other test changes anything on it.</summary>
[Collection(nameof(SchemaPairTests))]
[CollectionDefinition(nameof(SchemaPairTests), DisableParallelization = true)]
public sealed class SchemaPairTests(MongoDatabases databases) : SchemaPairs
{
    private readonly TestMongoDatabase?[] _databases = new TestMongoDatabase?[2];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public Task ApplyingB_WhateverWasThereBefore_LeavesWhatAFreshApplyLeaves() => RunAsync(standing: 5);

    /// <summary>A validator that goes from its collection's configuration to one of its own: docs/providers/mongo.md says how that is done.</summary>
    protected override bool IsLegitimate(string fault) => fault.Contains("mongo_validation.", StringComparison.Ordinal) && fault.Contains("exists already and differs from the configuration", StringComparison.Ordinal);

    protected override IReadOnlyList<Piece> Generate(int seed) => new RandomSchema(seed).Build();

    protected override Task<ManagedDatabase> StartAsync(bool second)
    {
        var database = _databases[second ? 1 : 0] = databases.Create();
        return ManagedDatabase.StartAsync(
            InProcessRuntime.Create(MongoProvider.Define()), "mongo", new JsonObject { ["connection_string"] = database.Url, ["audit"] = false, ["safe_destroy"] = false });
    }

    protected override async Task DropAsync()
    {
        foreach (var database in _databases.OfType<TestMongoDatabase>())
        {
            await database.DisposeAsync();
        }
    }

    protected override Task ClearAsync(bool second) => Of(second).RunAsync("""{"dropDatabase":1}""", Token);

    protected override async Task<IReadOnlyList<string>> CatalogAsync(bool second)
    {
        var found = new List<string>();
        foreach (var collection in await ListAsync(second, new JsonObject { ["listCollections"] = 1 }))
        {
            var (name, isView) = ((string)collection["name"]!, (string?)collection["type"] == "view");
            found.Add($"{collection["type"]} {name} {WithoutStandards((JsonObject)collection["options"]!)}");
            found.AddRange(isView ? [] : (await ListAsync(second, new JsonObject { ["listIndexes"] = name })).Select(index => $"index of {name} {index.ToJsonString()}"));
        }

        return [.. found.Order(StringComparer.Ordinal)];
    }

    /// <summary>A validator that was taken away leaves an empty one, which says as little as none.</summary>
    private static string WithoutStandards(JsonObject options) =>
        string.Join(", ", options.Select(o => $"{o.Key} {o.Value!.ToJsonString()}").Except(["validator {}", "validationLevel \"strict\"", "validationAction \"error\""]));

    private async Task<IReadOnlyList<JsonObject>> ListAsync(bool second, JsonObject command) =>
        [.. ((JsonArray)(await Of(second).RunAsync(command, Token))["cursor"]!["firstBatch"]!).OfType<JsonObject>()];

    private TestMongoDatabase Of(bool second) => _databases[second ? 1 : 0]!;
}
