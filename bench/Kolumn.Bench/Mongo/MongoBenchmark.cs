using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Kolumn.Bench.Launch;
using Kolumn.MongoDb;
using Kolumn.Servers;

namespace Kolumn.Bench.Mongo;

/// <summary>
/// 1,000 collections with a validator and two indexes each. Planning with nothing to change beside the bare commands that the server forces: one listCollections for all, and because it has no command
/// for more than one collection, one listIndexes for each. Creating them beside one create and one createIndexes for each. The bare commands go over as many connections as the provider uses
/// for them, in this process; ours are whole processes. How many commands a plan really sent, the server says.
/// </summary>
internal static class MongoBenchmark
{
    private const int Collections = 1_000;
    private const int Rounds = 5;
    private const int LaunchRounds = 15;

    /// <summary>Half of the provider's pool of 8.</summary>
    private const int Lanes = 4;

    public static async Task RunAsync(Report report, CancellationToken cancellationToken)
    {
        await LaunchAsync(report, cancellationToken);
        var missing = await MongoServers.EnsureLibraryAsync(cancellationToken);
        await using var server = missing is null ? await MongoServers.AcquireAsync(cancellationToken) : DatabaseServer.Absent(missing);
        if (server.Url is null)
        {
            report.Missing($"MongoDB, {Collections} collections", server.Description);
            return;
        }

        Console.WriteLine($"  {server.Description}");
        var folder = Directory.CreateTempSubdirectory("kolumn-bench-").FullName;
        try
        {
            await MeasureAsync(report, server.Url, folder, cancellationToken);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task LaunchAsync(Report report, CancellationToken cancellationToken)
    {
        List<double> mongo = [], postgres = [];
        for (var round = -2; round < LaunchRounds; round++)
        {
            var a = await LaunchBenchmark.FirstReplyMillisecondsAsync(BenchFolder.Published("kolumn-provider-mongo"), null, cancellationToken);
            var b = await LaunchBenchmark.FirstReplyMillisecondsAsync(BenchFolder.Published("kolumn-provider-postgres"), null, cancellationToken);
            if (round >= 0)
            {
                mongo.Add(a);
                postgres.Add(b);
            }
        }

        report.Ratio("MongoDB, launch to first reply / the PostgreSQL provider's", mongo, postgres, "ms", "≤ 1.3");
    }

    private static async Task MeasureAsync(Report report, string url, string folder, CancellationToken cancellationToken)
    {
        await using var client = MongoClient.Create(url, new MongoClientOptions { MaxConnections = Lanes + 1 });
        List<double> create = [], bareCreate = [], plan = [], bareRead = [];
        var sent = "";
        for (var round = -1; round < Rounds; round++)
        {
            var (theirs, ours) = ($"bench_bare_{round + 1}", $"bench_kolumn_{round + 1}");
            await DropAsync(client, theirs, ours, cancellationToken);
            var project = WriteProject(folder, url, ours);
            (await MeasuredRun.KolumnAsync(project, ["init"], watchMemory: false, cancellationToken)).MustSucceed("kolumn init");
            var a = await BareAsync(client, theirs, Creations, cancellationToken);
            var b = (await MeasuredRun.KolumnAsync(project, ["apply", "--auto-approve"], watchMemory: false, cancellationToken)).MustSucceed("kolumn apply");
            var c = await BareAsync(client, theirs, Readings, cancellationToken);
            var before = await CommandsAsync(client, cancellationToken);
            var d = (await MeasuredRun.KolumnAsync(project, ["plan", "--detailed-exitcode"], watchMemory: false, cancellationToken)).MustSucceed("kolumn plan");
            sent = Difference(before, await CommandsAsync(client, cancellationToken));
            if (round >= 0)
            {
                bareCreate.Add(a);
                create.Add(b.Seconds);
                bareRead.Add(c);
                plan.Add(d.Seconds);
            }

            await DropAsync(client, theirs, ours, cancellationToken);
        }

        report.Ratio($"MongoDB, plan of {Collections} collections with nothing to change / 1 listCollections and {Collections} listIndexes over {Lanes} connections", plan, bareRead, "s", "≤ 1.5");
        report.Ratio($"MongoDB, create {Collections} collections / {Collections} create and {Collections} createIndexes over {Lanes} connections", create, bareCreate, "s", "");
        report.Figure("MongoDB, commands of that plan", sent, $"{Collections} listIndexes, nothing else that grows");
    }

    private static IEnumerable<JsonObject[]> Creations() => Enumerable.Range(0, Collections).Select(n => new JsonObject[]
    {
        new() { ["create"] = $"c{n}", ["validator"] = Validator() },
        new()
        {
            ["createIndexes"] = $"c{n}",
            ["indexes"] = new JsonArray(
                new JsonObject { ["key"] = new JsonObject { ["email"] = 1 }, ["name"] = "by_mail", ["unique"] = true },
                new JsonObject { ["key"] = new JsonObject { ["created"] = -1 }, ["name"] = "by_age" }),
        },
    });

    private static IEnumerable<JsonObject[]> Readings() => Enumerable.Range(0, Collections).Select(n => new JsonObject[] { new() { ["listIndexes"] = $"c{n}" } }).Prepend([new() { ["listCollections"] = 1 }]);

    private static JsonObject Validator() => new()
    {
        ["$jsonSchema"] = new JsonObject { ["bsonType"] = "object", ["required"] = new JsonArray("email"), ["properties"] = new JsonObject { ["email"] = new JsonObject { ["bsonType"] = "string" } } },
    };

    /// <summary>Each group one after the other on one connection; several groups at once.</summary>
    private static async Task<double> BareAsync(MongoClient client, string database, Func<IEnumerable<JsonObject[]>> groups, CancellationToken cancellationToken)
    {
        var all = groups().ToList();
        var next = -1;
        var began = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, Lanes).Select(async _ =>
        {
            await using var connection = await client.OpenAsync(cancellationToken);
            for (var index = Interlocked.Increment(ref next); index < all.Count; index = Interlocked.Increment(ref next))
            {
                foreach (var command in all[index])
                {
                    await AllAsync(connection, database, command, cancellationToken);
                }
            }
        }));
        return Stopwatch.GetElapsedTime(began).TotalSeconds;
    }

    /// <summary>With every page of a cursor.</summary>
    private static async Task AllAsync(MongoConnection connection, string database, JsonObject command, CancellationToken cancellationToken)
    {
        var cursor = (await connection.RunAsync(database, command, MongoCommandKind.Read, cancellationToken))["cursor"];
        while (cursor?["id"]?.ToJsonString() is { } id and not "0")
        {
            var space = (string)cursor["ns"]!;
            cursor = (await connection.RunAsync(
                database,
                new JsonObject { ["getMore"] = new JsonObject { ["$numberLong"] = id }, ["collection"] = space[(space.IndexOf('.', StringComparison.Ordinal) + 1)..] },
                MongoCommandKind.Read,
                cancellationToken))["cursor"];
        }
    }

    private static async Task<IReadOnlyDictionary<string, long>> CommandsAsync(MongoClient client, CancellationToken cancellationToken)
    {
        await using var connection = await client.OpenAsync(cancellationToken);
        var status = await connection.RunAsync("admin", new JsonObject { ["serverStatus"] = 1 }, MongoCommandKind.Read, cancellationToken);
        return ((JsonObject)status["metrics"]!["commands"]!).Where(one => one.Value?["total"] is not null)
            .ToDictionary(one => one.Key, one => long.Parse(one.Value!["total"]!.ToJsonString(), CultureInfo.InvariantCulture), StringComparer.Ordinal);
    }

    private static string Difference(IReadOnlyDictionary<string, long> before, IReadOnlyDictionary<string, long> after) =>
        string.Join(", ", after.Select(one => (one.Key, Count: one.Value - before.GetValueOrDefault(one.Key))).Where(one => one is { Count: > 0, Key: not ("serverStatus" or "hello" or "isMaster" or "ismaster" or "ping" or "saslStart" or "saslContinue" or "endSessions") })
            .OrderByDescending(one => one.Count).ThenBy(one => one.Key, StringComparer.Ordinal).Select(one => $"{one.Count} {one.Key}"));

    private static async Task DropAsync(MongoClient client, string first, string second, CancellationToken cancellationToken)
    {
        await using var connection = await client.OpenAsync(cancellationToken);
        foreach (var database in (string[])[first, second])
        {
            await connection.RunAsync(database, new JsonObject { ["dropDatabase"] = 1 }, MongoCommandKind.Write, cancellationToken);
        }
    }

    private static string WriteProject(string folder, string url, string database)
    {
        var project = Directory.CreateDirectory(Path.Combine(folder, database)).FullName;
        var place = new UriBuilder(url) { Path = "/" + database, Query = url.Contains('@', StringComparison.Ordinal) ? "authSource=admin" : "" };
        var text = new StringBuilder($"provider \"mongo\" {{\n  connection_string = \"{place.Uri.AbsoluteUri}\"\n}}\n");
        for (var n = 0; n < Collections; n++)
        {
            text.Append(CultureInfo.InvariantCulture, $$"""

                create "mongo_collection" "c{{n}}" {
                  validator = {
                    "$jsonSchema" = {
                      bsonType   = "object"
                      required   = ["email"]
                      properties = { email = { bsonType = "string" } }
                    }
                  }
                }

                create "mongo_index" "c{{n}}_by_mail" {
                  name       = "by_mail"
                  collection = mongo_collection.c{{n}}
                  keys       = ["email"]
                  unique     = true
                }

                create "mongo_index" "c{{n}}_by_age" {
                  name       = "by_age"
                  collection = mongo_collection.c{{n}}
                  keys       = ["-created"]
                }

                """);
        }

        File.WriteAllText(Path.Combine(project, "main.kl"), text.ToString());
        return project;
    }
}
