using System.Text.Json.Nodes;
using Kolumn.Protocol.Payloads;
using Kolumn.Sdk.Testing;
using Kolumn.Testing;

namespace Kolumn.Providers.Mongo.Tests;

public sealed class IndexTests(MongoDatabases databases)
{
    [Theory]
    [InlineData("""{"keys": ["mail", "-created"], "unique": true}""", """{"mail":1,"created":-1}""")]
    [InlineData("""{"keys": ["address.city"], "sparse": true}""", """{"address.city":1}""")]
    [InlineData("""{"keys": ["created"], "expire_after_seconds": 3600}""", """{"created":1}""")]
    [InlineData("""{"keys": ["mail"], "partial_filter": {"mail": {"$type": "string"}, "age": {"$gt": 5}}}""", """{"mail":1}""")]
    [InlineData("""{"keys": [{"field": "place", "kind": "2dsphere"}]}""", """{"place":"2dsphere"}""")]
    [InlineData("""{"keys": [{"field": "id", "kind": "hashed"}]}""", """{"id":"hashed"}""")]
    [InlineData("""{"keys": ["$**"], "wildcard_projection": {"secret": 0}}""", """{"$**":1}""")]
    [InlineData("""{"keys": [{"field": "title", "kind": "text"}, {"field": "body", "kind": "text"}], "weights": {"title": 5}, "default_language": "german"}""", """{"_fts":"text","_ftsx":1}""")]
    public async Task Apply_EveryKind_IsThere_AndThenNothingIsLeft(string config, string key)
    {
        await using var shop = await MongoScenario.StartAsync(databases);
        var index = (JsonObject)JsonNode.Parse(config)!;
        index["collection"] = "mongo_collection.users";
        var desired = new JsonObject { ["mongo_collection.users"] = new JsonObject(), ["mongo_index.i"] = index }.ToJsonString();

        await shop.ApplyAsync(desired);

        (await shop.IndexesAsync("users"))["i"]["key"]!.ToJsonString().ShouldBe(key);
        var config2 = (await shop.DiscoverAsync("index")).Single().Config!;
        (await shop.ChangesAsync(new JsonObject { ["mongo_collection.users"] = new JsonObject(), ["mongo_index.i"] = config2.DeepClone() }.ToJsonString())).ShouldBeEmpty();
        await shop.ApplyAsync("{}");
        (await shop.CollectionsAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task Apply_HiddenAndExpiry_ChangeInPlace()
    {
        await using var shop = await MongoScenario.StartAsync(databases);
        const string Before = """{"mongo_collection.u": {}, "mongo_index.i": {"collection": "u", "keys": ["at"], "expire_after_seconds": 3600}, "mongo_index.h": {"collection": "u", "keys": ["x"]}}""";
        const string After = """{"mongo_collection.u": {}, "mongo_index.i": {"collection": "u", "keys": ["at"], "expire_after_seconds": 60}, "mongo_index.h": {"collection": "u", "keys": ["x"], "hidden": true}}""";
        await shop.ApplyAsync(Before);

        (await shop.ChangesAsync(After)).ShouldBe(
            [
                """update mongo_index.i: {"collMod":"u","index":{"name":"i","expireAfterSeconds":60}}""",
                """update mongo_index.h: {"collMod":"u","index":{"name":"h","hidden":true}}""",
            ],
            ignoreOrder: true);
        await shop.ApplyAsync(After);
        await shop.ApplyAsync(Before);
    }

    [Fact]
    public async Task Apply_OtherKeys_ReplacesIt()
    {
        await using var shop = await MongoScenario.StartAsync(databases);
        await shop.ApplyAsync("""{"mongo_collection.u": {}, "mongo_index.i": {"collection": "u", "keys": ["a"]}}""");
        const string Other = """{"mongo_collection.u": {}, "mongo_index.i": {"collection": "u", "keys": ["a", "b"]}}""";

        (await shop.ChangesAsync(Other)).ShouldBe(
            ["""replace mongo_index.i: {"dropIndexes":"u","index":"i"}; {"createIndexes":"u","indexes":[{"key":{"a":1,"b":1},"name":"i"}]}"""]);
        await shop.ApplyAsync(Other);

        (await shop.IndexesAsync("u"))["i"]["key"]!.ToJsonString().ShouldBe("""{"a":1,"b":1}""");
    }

    [Fact]
    public async Task Delete_IndexInUse_IsHiddenBeforeItIsDropped()
    {
        await using var shop = await MongoScenario.StartAsync(databases);
        const string Three = """{"mongo_collection.u": {}, "mongo_index.i": {"collection": "u", "keys": ["a"]}, "mongo_index.n": {"collection": "u", "keys": ["c"], "unique": true}, "mongo_index.h": {"collection": "u", "keys": ["b"]}}""";
        await shop.ApplyAsync(Three);
        await shop.ApplyAsync(Three.Replace("""["b"]""", """["b"], "hidden": true""", StringComparison.Ordinal));

        (await shop.ChangesAsync("""{"mongo_collection.u": {}}""")).ShouldBe(
            [
                """delete mongo_index.i: {"collMod":"u","index":{"name":"i","hidden":true}}; {"dropIndexes":"u","index":"i"}""",
                """delete mongo_index.h: {"dropIndexes":"u","index":"h"}""",
                """delete mongo_index.n: {"dropIndexes":"u","index":"n"}""",
            ],
            ignoreOrder: true);
        await shop.ApplyAsync("""{"mongo_collection.u": {}}""");

        (await shop.IndexesAsync("u")).Keys.ShouldBe(["_id_"]);
    }

    [Fact]
    public async Task Apply_UniqueOnDuplicates_NamesThem_AndKeepsWhatWasMade()
    {
        await using var shop = await MongoScenario.StartAsync(databases);
        await shop.ApplyAsync("""{"mongo_collection.u": {}}""");
        await shop.RunAsync("""{"insert":"u","documents":[{"_id":1,"mail":"a"},{"_id":2,"mail":"a"}]}""");

        var failed = await Should.ThrowAsync<HarnessException>(() => shop.ApplyAsync(
            """{"mongo_collection.u": {}, "mongo_collection.w": {}, "mongo_index.i": {"collection": "u", "keys": ["mail"], "unique": true}}"""));

        var diagnostic = failed.Diagnostics.First(d => d.EngineCode is not null);
        diagnostic.EngineCode.ShouldBe("DuplicateKey");
        diagnostic.Summary.ShouldStartWith("documents in the collection have the same values: ");
        shop.State.Keys.ShouldBe(["mongo_collection.u", "mongo_collection.w"], ignoreOrder: true);

        await shop.RunAsync("""{"delete":"u","deletes":[{"q":{"_id":2},"limit":1}]}""");
        await shop.ApplyAsync("""{"mongo_collection.u": {}, "mongo_collection.w": {}, "mongo_index.i": {"collection": "u", "keys": ["mail"], "unique": true}}""");
    }

    [Theory]
    [InlineData("""{"keys": []}""", "keys")]
    [InlineData("""{"keys": ["_id"]}""", "keys")]
    [InlineData("""{"keys": ["a", "a"]}""", "keys[1]")]
    [InlineData("""{"keys": ["a..b"]}""", "keys[0]")]
    [InlineData("""{"keys": ["$where"]}""", "keys[0]")]
    [InlineData("""{"keys": [{"field": "a", "kind": "upwards"}]}""", "keys[0]")]
    [InlineData("""{"keys": ["a"], "weights": {"a": 2}}""", "weights")]
    [InlineData("""{"keys": ["a"], "sparse": true, "partial_filter": {"a": 1}}""", "sparse")]
    [InlineData("""{"keys": ["a"], "name": "_id_"}""", "name")]
    public async Task Plan_WhatNoIndexCanBe_IsRefusedAtItsPlace(string config, string attribute)
    {
        await using var shop = await MongoScenario.StartAsync(databases);
        var index = (JsonObject)JsonNode.Parse(config)!;
        index["collection"] = "u";

        var refused = await Should.ThrowAsync<HarnessException>(() => shop.PlanAsync(new JsonObject { ["mongo_index.i"] = index }.ToJsonString()));

        refused.Diagnostics.Select(d => d.Attribute?.ToString()).ShouldContain(attribute);
    }
}
