using System.Text.Json.Nodes;
using Kolumn.Protocol;
using Kolumn.Testing;

namespace Kolumn.Providers.Mongo.Tests;

/// <summary>What is deleted is kept: it comes back with every document and index, or goes for good when somebody says so.</summary>
public sealed class QuarantineTests(MongoDatabases databases)
{
    private const string Shop = """
        {
          "mongo_collection.users": {"validator": {"mail": {"$type": "string"}}},
          "mongo_index.by_mail": {"collection": "users", "keys": ["mail"], "unique": true},
          "mongo_view.mails": {"collection": "users", "pipeline": [{"$project": {"mail": 1}}]}
        }
        """;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Destroy_ThenRestore_BringsEverythingBack()
    {
        await using var shop = await MongoScenario.StartAsync(databases, new JsonObject { ["audit"] = false });
        await shop.ApplyAsync(Shop);
        await shop.RunAsync("""{"insert":"users","documents":[{"_id":1,"mail":"a@b"}]}""");

        (await shop.PlanAsync("{}")).Operations.SelectMany(o => o.Hazards ?? []).ShouldBeEmpty();
        await shop.ApplyAsync("{}");
        (await shop.CollectionsAsync()).Keys.ShouldAllBe(name => name.StartsWith("kolumn_quarantine", StringComparison.Ordinal));
        (await shop.DiscoverAsync("collection", "index", "view")).ShouldBeEmpty();

        var entries = (await shop.Quarantine.QuarantinedAsync(Token)).State;
        entries.Select(e => $"{e.Type}.{e.Name} {e.Quarantine!.Location is not null} {e.Quarantine.PartOf is not null}").Order().ShouldBe(
            ["mongo_collection.users True False", "mongo_index.by_mail False True", "mongo_view.mails False False"]);
        entries.ShouldAllBe(e => e.Quarantine!.ExpiresAt - e.Quarantine.QuarantinedAt == TimeSpan.FromDays(7));
        foreach (var name in new[] { "users", "mails" })
        {
            (await shop.Quarantine.RestoreAsync(entries.Single(e => e.Name == name), Token)).Diagnostics.ShouldBeEmpty();
        }

        (await shop.FindAsync("mails")).ShouldBe(["""{"_id":1,"mail":"a@b"}"""]);
        (await shop.IndexesAsync("users")).Keys.ShouldBe(["_id_", "by_mail"], ignoreOrder: true);
        (await shop.Quarantine.QuarantinedAsync(Token)).State.ShouldBeEmpty();
        (await shop.ChangesAsync(Shop)).ShouldAllBe(change => change.StartsWith("read ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Destroy_ThenPurge_DropsItForGood()
    {
        await using var shop = await MongoScenario.StartAsync(databases, new JsonObject { ["audit"] = false, ["quarantine_retention"] = 0 });
        await shop.ApplyAsync("""{"mongo_collection.users": {}}""");
        await shop.ApplyAsync("{}");

        var entry = (await shop.Quarantine.QuarantinedAsync(Token)).State.Single();
        (await shop.Quarantine.PurgeAsync(entry, Token)).Diagnostics.ShouldBeEmpty();

        (await shop.CollectionsAsync()).Keys.ShouldBe(["kolumn_quarantine"]);
    }
}
