using Kolumn.Sdk.Testing;
using Kolumn.Testing;

namespace Kolumn.Providers.Mongo.Tests;

/// <summary>Validators apart from their collections, and databases.</summary>
public sealed class ValidationTests(MongoDatabases databases)
{
    private const string Apart = """{"mongo_collection.u": {}, "mongo_validation.r": {"collection": "mongo_collection.u", "validator": {"a": {"$gt": 1}} } }""";

    [Fact]
    public async Task Apply_ApartFromItsCollection_NeitherTouchesTheOther()
    {
        await using var shop = await MongoScenario.StartAsync(databases);

        await shop.ApplyAsync(Apart);
        (await shop.CollectionsAsync())["u"]["validator"]!.ToJsonString().ShouldBe("""{"a":{"$gt":1}}""");

        (await shop.ChangesAsync("""{"mongo_collection.u": {}, "mongo_validation.r": {"collection": "u", "validator": {"a": {"$gt": 1}}, "validation_action": "warn"} }""")).ShouldBe(
            ["""update mongo_validation.r: {"collMod":"u","validationAction":"warn"}"""]);
        (await shop.ChangesAsync("""{"mongo_collection.u": {}}""")).ShouldBe(
            ["""delete mongo_validation.r: {"collMod":"u","validator":{}}"""]);
        await shop.ApplyAsync("""{"mongo_collection.u": {}}""");
        await shop.RunAsync("""{"insert":"u","documents":[{"_id":1,"a":0}]}""");
    }

    [Fact]
    public async Task Apply_OfACollectionThatNobodyManages_IsTheOnlyChange()
    {
        await using var shop = await MongoScenario.StartAsync(databases);
        await shop.RunAsync("""{"create":"u"}""");
        const string Alone = """{"mongo_validation.r": {"collection": "u", "validator": {"a": {"$gt": 1}} } }""";

        (await shop.ChangesAsync(Alone)).ShouldBe(["""create mongo_validation.r: {"collMod":"u","validator":{"a":{"$gt":1}}}"""]);
        await shop.ApplyAsync(Alone);
        await shop.RunAsync("""{"collMod":"u","validator":{"a":{"$gt":5}}}""");

        (await shop.PlanAsync(Alone)).Operations.Single().Drift!.Keys.ShouldContain(path => path.StartsWith("validator", StringComparison.Ordinal));
        (await shop.DiscoverAsync("collection", "validation")).Select(f => f.Type).ShouldBe(["mongo_collection"]);
    }

    [Theory]
    [InlineData("""{"mongo_collection.u": {"validator": {"a": 1}}, "mongo_validation.r": {"collection": "mongo_collection.u", "validator": {"a": 2}} }""", "collection")]
    [InlineData("""{"mongo_validation.r": {"collection": "u", "validator": {} } }""", "validator")]
    [InlineData("""{"mongo_database.d": {"name": "admin"} }""", "name")]
    [InlineData("""{"mongo_database.d": {"name": "a.b"} }""", "name")]
    public async Task Plan_WhatCannotBeMeant_IsRefusedAtItsPlace(string desired, string attribute)
    {
        await using var shop = await MongoScenario.StartAsync(databases);

        var refused = await Should.ThrowAsync<HarnessException>(() => shop.PlanAsync(desired));

        refused.Diagnostics.Select(d => d.Attribute?.ToString()).ShouldContain(attribute);
    }

    [Fact]
    public async Task Database_ComesAndGoes_AndIsNotDroppedWithWhatIsInIt()
    {
        await using var shop = await MongoScenario.StartAsync(databases);
        await using var other = databases.Create();
        var token = TestContext.Current.CancellationToken;
        var desired = $$"""{"mongo_database.d": {"name": "{{other.Name}}"} }""";

        await shop.ApplyAsync(desired);
        await other.RunAsync("""{"create":"orders"}""", token);

        var refused = await Should.ThrowAsync<HarnessException>(() => shop.ApplyAsync("{}"));
        refused.Diagnostics.ShouldContain(d => d.Summary == $"database {other.Name} still holds orders");
        await other.RunAsync("""{"drop":"orders"}""", token);
        await shop.ApplyAsync("{}");

        (await other.RunAsync("""{"listCollections":1}""", token))["cursor"]!["firstBatch"]!.AsArray().ShouldBeEmpty();
    }
}
