using System.Text.Json.Nodes;
using Kolumn.EndToEnd.Tests.Commands;
using Kolumn.Testing;

namespace Kolumn.EndToEnd.Tests.Streaming;

/// <summary>Applied, written to and relayed: what a user of an outbox in MongoDB does.</summary>
[Collection(NeedsMongo.Name)]
public sealed class MongoStreamTests(MongoDatabases databases) : IDisposable
{
    private readonly KolumnProject _project = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Relay_KilledAgainAndAgain_LosesNothingAndKeepsTheOrderOfKeys()
    {
        await using var database = databases.Create();
        await KilledRelay.LosesNothingAsync(
            _project,
            async (url, events) =>
            {
                _project.Write("main.kl", Configuration(database, url));
                await _project.ExpectAsync(0, "init");
                await _project.ExpectAsync(0, "apply", "--auto-approve");
                (await _project.ExpectAsync(0, "plan", "--detailed-exitcode")).ShouldContain("No changes");
                await database.RunAsync(new JsonObject { ["insert"] = "events", ["documents"] = new JsonArray([.. events.Select(one => Event(one.Key, one.N))]) }, Token);
            },

            // As if their time had passed: fifteen seconds are long for a test.
            () => database.RunAsync("""{"update":"kolumn_stream_locks","updates":[{"q":{},"u":{"$set":{"until":{"$date":"2020-01-01T00:00:00Z"}}},"multi":true}]}""", Token));

        (await CountAsync(database, "events", """{"status":"processed"}""")).ShouldBe(600);

        // One that was killed leaves its locks until they run out, and never more than one to a key.
        (await CountAsync(database, "kolumn_stream_locks", "{}")).ShouldBeLessThanOrEqualTo(20);

        // Somebody else writes it down from the database: nothing of the outbox's own.
        File.Delete(_project.File("main.kl"));
        Directory.Delete(_project.File(".kolumn"), recursive: true);
        _project.Write("provider.kl", Provider(database));
        await _project.ExpectAsync(0, "init");
        await _project.ExpectAsync(0, "discover", "--out", _project.Path);
        File.ReadAllText(_project.File("stream_routes.kl")).ShouldContain("source = mongo_stream_outbox.events");
        File.Exists(_project.File("collections.kl")).ShouldBeFalse();
        File.Exists(_project.File("indexes.kl")).ShouldBeFalse();
    }

    public void Dispose() => _project.Dispose();

    private static JsonNode Event(string key, int n) =>
        new JsonObject { ["aggregatetype"] = "t", ["aggregateid"] = "x", ["type"] = "y", ["key"] = key, ["payload"] = new JsonObject { ["n"] = n } };

    private static async Task<int> CountAsync(TestMongoDatabase database, string collection, string query) =>
        (await database.RunAsync($$"""{"count":"{{collection}}","query":{{query}}}""", Token))["n"]!.GetValue<int>();

    private static string Provider(TestMongoDatabase database) => $"provider \"mongo\" {{\n  connection_string = \"{database.Url}\"\n}}\n";

    private static string Configuration(TestMongoDatabase database, string url) => Provider(database) + $$"""
        create "mongo_stream_outbox" "events" {
        }

        create "mongo_stream_sink" "hook" {
          type    = "http"
          target  = "{{url}}"
          options = { max_attempts = 100, backoff_ms = 1 }
        }

        create "mongo_stream_route" "all" {
          source = mongo_stream_outbox.events
          sink   = mongo_stream_sink.hook
        }
        """;
}
