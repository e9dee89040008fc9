using System.Text.Json.Nodes;
using Kolumn.Protocol;
using Kolumn.Protocol.Payloads;
using Kolumn.Sdk.Testing;
using Kolumn.Testing;

namespace Kolumn.Providers.Mongo.Tests;

public sealed class CollectionTests(MongoDatabases databases)
{
    private const string Users = """
        {
          "mongo_collection.users": {
            "validator": { "$jsonSchema": { "bsonType": "object", "required": ["email"], "properties": { "email": { "bsonType": "string" }, "age": { "bsonType": ["int", "null"], "minimum": 0 } } } },
            "validation_level": "moderate", "validation_action": "warn"
          }
        }
        """;

    [Fact]
    public async Task Apply_Validator_IsWhatTheServerReports_AndThenNothingIsLeft()
    {
        await using var shop = await MongoScenario.StartAsync(databases);

        await shop.ApplyAsync(Users);

        var options = (await shop.CollectionsAsync())["users"];
        options["validationLevel"]!.GetValue<string>().ShouldBe("moderate");
        options["validationAction"]!.GetValue<string>().ShouldBe("warn");
        JsonNode.DeepEquals(options["validator"], JsonNode.Parse(Users)!["mongo_collection.users"]!["validator"]).ShouldBeTrue();
    }

    [Fact]
    public async Task Apply_StricterValidator_ChangesItInPlace_AndSaysWhatItDoes()
    {
        await using var shop = await MongoScenario.StartAsync(databases);
        await shop.ApplyAsync(Users);
        await shop.RunAsync("""{"insert":"users","documents":[{"_id":1,"email":"a@b"}]}""");
        const string Strict = """{"mongo_collection.users": {"validator": {"email": {"$type": ["string"]}, "name": {"$regex": "^a", "$options": "i"}}}}""";

        var plan = await shop.PlanAsync(Strict);
        plan.Operations.Single().Statements.ShouldBe(
            ["""{"collMod":"users","validator":{"email":{"$type":["string"]},"name":{"$regex":"^a","$options":"i"}},"validationLevel":"strict","validationAction":"error"}"""]);
        plan.Operations.Single().Hazards!.Select(h => h.Name).ShouldBe(["stricter_validation"]);
        await shop.ApplyAsync(Strict);

        var refused = await Should.ThrowAsync<Kolumn.MongoDb.MongoException>(() => shop.RunAsync("""{"insert":"users","documents":[{"_id":2,"email":5}]}"""));
        refused.Code.ShouldBe(121);
        (await shop.FindAsync("users")).ShouldBe(["""{"_id":1,"email":"a@b"}"""]);
    }

    [Fact]
    public async Task Apply_WithoutValidator_TakesItAway()
    {
        await using var shop = await MongoScenario.StartAsync(databases);
        await shop.ApplyAsync(Users);

        await shop.ApplyAsync("""{"mongo_collection.users": {}}""");

        await shop.RunAsync("""{"insert":"users","documents":[{"_id":1}]}""");
        (await shop.FindAsync("users")).ShouldBe(["""{"_id":1}"""]);
    }

    [Fact]
    public async Task Plan_ChangedBehindItsBack_ShowsTheDrift()
    {
        await using var shop = await MongoScenario.StartAsync(databases);
        await shop.ApplyAsync(Users);
        await shop.RunAsync("""{"collMod":"users","validationAction":"error"}""");

        var changed = (await shop.PlanAsync(Users)).Operations.Single();

        changed.Action.ShouldBe(ResourceActions.Update);
        changed.Drift!.Keys.ShouldBe(["validation_action"]);
        changed.Statements.ShouldBe(["""{"collMod":"users","validationAction":"warn"}"""]);
        await shop.ApplyAsync(Users);
    }

    [Fact]
    public async Task Plan_ExistsAndEquals_IsAdopted_ExistsAndDiffers_IsAConflict()
    {
        await using var shop = await MongoScenario.StartAsync(databases);
        await shop.RunAsync("""{"create":"users","validator":{"a":{"$gt":1}}}""");

        (await shop.PlanAsync("""{"mongo_collection.users": {"validator": {"a": {"$gt": 1}}}}""")).Operations.Single().Action.ShouldBe(ResourceActions.Read);
        var conflict = await Should.ThrowAsync<HarnessException>(() => shop.PlanAsync("""{"mongo_collection.users": {"validation_action": "warn"}}"""));

        conflict.Diagnostics.Single().Code.ShouldBe(DiagnosticCodes.AdoptionConflict);
    }

    [Fact]
    public async Task Apply_RenamedFrom_KeepsDocumentsAndIndexes()
    {
        await using var shop = await MongoScenario.StartAsync(databases);
        await shop.ApplyAsync("""{"mongo_collection.users": {}, "mongo_index.by_mail": {"collection": "users", "keys": ["mail"]}}""");
        await shop.RunAsync("""{"insert":"users","documents":[{"_id":1}]}""");

        await shop.ApplyAsync("""{"mongo_collection.users": {"name": "people", "renamed_from": "users"}, "mongo_index.by_mail": {"collection": "people", "keys": ["mail"]}}""");

        (await shop.FindAsync("people")).ShouldBe(["""{"_id":1}"""]);
        (await shop.IndexesAsync("people")).Keys.ShouldBe(["_id_", "by_mail"], ignoreOrder: true);
    }

    [Fact]
    public async Task Delete_DropsIt_AndTheHazardSaysSo()
    {
        await using var shop = await MongoScenario.StartAsync(databases);
        await shop.ApplyAsync(Users);

        (await shop.PlanAsync("{}")).Operations.Single().Hazards!.Single().Name.ShouldBe(Hazard.DataLoss);
        await shop.ApplyAsync("{}");

        (await shop.CollectionsAsync()).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("""{"name": "a$b"}""", "name")]
    [InlineData("""{"name": "system.users"}""", "name")]
    [InlineData("""{"name": "a\u0000b"}""", "name")]
    [InlineData("""{"validator": "{"}""", "validator")]
    [InlineData("""{"validator": [1]}""", "validator")]
    [InlineData("""{"capped": true}""", "size")]
    [InlineData("""{"max": 5}""", "max")]
    [InlineData("""{"expire_after_seconds": 5}""", "expire_after_seconds")]
    [InlineData("""{"validation_level": "very"}""", "validation_level")]
    public async Task Plan_WhatNoCollectionCanBe_IsRefusedAtItsPlace(string config, string attribute)
    {
        await using var shop = await MongoScenario.StartAsync(databases);

        var refused = await Should.ThrowAsync<HarnessException>(() => shop.PlanAsync($$"""{"mongo_collection.c": {{config}} }"""));

        refused.Diagnostics.Select(d => d.Attribute?.ToString()).ShouldContain(attribute);
    }

    [Theory]
    [InlineData("""users"}, "drop": "orders""")]
    [InlineData("""'; db.dropDatabase(); '""")]
    [InlineData("""ünïcode.with.dots and spaces""")]
    public async Task Apply_NameThatLooksLikeACommand_IsAName(string name)
    {
        await using var shop = await MongoScenario.StartAsync(databases);
        await shop.RunAsync("""{"create":"orders"}""");

        await shop.ApplyAsync(new JsonObject { ["mongo_collection.c"] = new JsonObject { ["name"] = name } }.ToJsonString());

        (await shop.CollectionsAsync()).Keys.ShouldBe([name, "orders"], ignoreOrder: true);
    }
}
