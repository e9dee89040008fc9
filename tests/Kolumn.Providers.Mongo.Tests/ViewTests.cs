using System.Text.Json.Nodes;
using Kolumn.Testing;

namespace Kolumn.Providers.Mongo.Tests;

public sealed class ViewTests(MongoDatabases databases)
{
    [Fact]
    public async Task Apply_View_ReadsItsCollection_AndChangesInPlace()
    {
        await using var shop = await MongoScenario.StartAsync(databases);
        await shop.ApplyAsync(Shop("""[{"$match": {"active": true}}, {"$project": {"name": 1}}]"""));
        await shop.RunAsync("""{"insert":"users","documents":[{"_id":1,"name":"a","active":true},{"_id":2,"name":"b"}]}""");
        (await shop.FindAsync("active")).ShouldBe(["""{"_id":1,"name":"a"}"""]);

        var other = Shop("""[{"$sort": {"b": 1, "a": -1}}, {"$limit": 1}]""");
        (await shop.ChangesAsync(other)).ShouldBe(["""update mongo_view.active: {"collMod":"active","viewOn":"users","pipeline":[{"$sort":{"b":1,"a":-1}},{"$limit":1}]}"""]);
        await shop.ApplyAsync(other);

        (await shop.CollectionsAsync())["active"]["pipeline"]!.ToJsonString().ShouldBe("""[{"$sort":{"b":1,"a":-1}},{"$limit":1}]""");
        await shop.ApplyAsync("{}");
        (await shop.CollectionsAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task Apply_ViewOnAView_IsMadeAfterIt()
    {
        await using var shop = await MongoScenario.StartAsync(databases);

        var made = await shop.ApplyAsync("""
            {
              "mongo_view.a": {"collection": "mongo_view.b", "pipeline": "[{\"$limit\": 5}]"},
              "mongo_view.b": {"collection": "mongo_collection.c", "pipeline": []},
              "mongo_collection.c": {}
            }
            """);

        made.Select(r => r.Address).ShouldBe(["mongo_collection.c", "mongo_view.b", "mongo_view.a"]);
    }

    [Fact]
    public async Task Discover_GivesAConfigurationWhosePlanOnlyAdopts()
    {
        await using var shop = await MongoScenario.StartAsync(databases);
        await shop.RunAsync("""{"create":"users","validator":{"$jsonSchema":{"required":["a"]}},"validationAction":"warn"}""");
        await shop.RunAsync("""{"createIndexes":"users","indexes":[{"key":{"a":1,"b":-1},"name":"ab","unique":true},{"key":{"t":"text"},"name":"t"}]}""");
        await shop.RunAsync("""{"create":"some","viewOn":"users","pipeline":[{"$match":{"a":{"$in":[1,2]}}}]}""");

        var found = await shop.DiscoverAsync("collection", "index", "view");

        found.Select(f => $"{f.Type} {f.Name}").ShouldBe(["mongo_collection users", "mongo_index ab", "mongo_index t", "mongo_view some"], ignoreOrder: true);
        var desired = new JsonObject(found.Select(f => new KeyValuePair<string, JsonNode?>($"{f.Type}.{f.Name}", f.Config!.DeepClone())));
        (await shop.ChangesAsync(desired.ToJsonString())).ShouldAllBe(change => change.StartsWith("read ", StringComparison.Ordinal));
    }

    private static string Shop(string pipeline) => $$"""
        {"mongo_collection.users": {}, "mongo_view.active": {"collection": "mongo_collection.users", "pipeline": {{pipeline}} } }
        """;
}
