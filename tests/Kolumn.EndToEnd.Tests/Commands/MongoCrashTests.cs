using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Kolumn.MongoDb;
using Kolumn.Testing;
using Kolumn.Testing.Properties;

namespace Kolumn.EndToEnd.Tests.Commands;

/// <summary>The same as <see cref="CrashTests"/> where every command takes effect by itself.</summary>
[Collection(NeedsMongo.Name)]
public sealed class MongoCrashTests : IDisposable
{
    private readonly KolumnProject _project = new();
    private readonly MongoDatabases _databases;

    public MongoCrashTests(MongoDatabases databases)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Processes are found and killed as Linux does it.");
        _databases = databases;
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("command line")]
    [InlineData("provider")]
    [InlineData("server")]
    public async Task Mongo_Killed_Converges(string victim)
    {
        await using var database = _databases.Create();
        await new CrashRun(_project)
        {
            Configuration = chance => Configuration(database, chance),
            Objects = () => ObjectsAsync(database),
            Fault = () => FaultAsync(database),
            Victim = $"{victim} of mongo",
            Kill = apply => KillAsync(victim, apply),
        }.ConvergesAsync();
    }

    public void Dispose() => _project.Dispose();

    private async Task KillAsync(string victim, RunningKolumn apply)
    {
        switch (victim)
        {
            case "command line":
                RunningKolumn.KillProcess(apply.Id);
                break;
            case "provider":
                apply.KillProviders();
                break;
            default:
                await _databases.CrashAsync(Token);
                break;
        }
    }

    private static string Configuration(TestMongoDatabase database, Chance chance)
    {
        var text = new StringBuilder($"provider \"mongo\" {{\n  connection_string = \"{database.Url}\"\n}}\n");
        foreach (var collection in Enumerable.Range(0, 8).Where(_ => chance.Below(4) > 0))
        {
            var validator = chance.OneIn(2) ? $"  validator = {{ n = {{ \"$type\" = \"{chance.Pick("int", "string")}\" }} }}\n" : "";
            text.Append(CultureInfo.InvariantCulture, $"create \"mongo_collection\" \"t{collection}\" {{\n{validator}}}\n");
            if (chance.OneIn(2))
            {
                text.Append(CultureInfo.InvariantCulture, $"create \"mongo_index\" \"i{collection}\" {{\n  collection = mongo_collection.t{collection}\n  keys = [\"{chance.Pick("n", "-n")}\"]\n}}\n");
            }

            if (chance.OneIn(2))
            {
                text.Append(CultureInfo.InvariantCulture, $"create \"mongo_view\" \"v{collection}\" {{\n  collection = mongo_collection.t{collection}\n  pipeline = [{{ \"$match\" = {{ n = {chance.Below(3)} }} }}]\n}}\n");
            }
        }

        return text.ToString();
    }

    private static async Task<IReadOnlyList<string>> ObjectsAsync(TestMongoDatabase database)
    {
        var own = (await FoundAsync(database, new JsonObject { ["listCollections"] = 1 }))
            .Select(entry => (Type: (string)entry["type"]!, Name: (string)entry["name"]!)).Where(entry => !IsKolumns(entry.Name)).ToList();
        var objects = own.Select(entry => $"{entry.Type}.{entry.Name}").ToList();
        foreach (var (_, collection) in own.Where(entry => entry.Type == "collection"))
        {
            objects.AddRange((await FoundAsync(database, new JsonObject { ["listIndexes"] = collection })).Select(index => (string)index["name"]!).Where(name => name != "_id_").Select(name => $"index.{name}"));
        }

        return objects;
    }

    /// <summary>A collection in quarantine that the ledger does not know is lost to its owner. The log is written when all is over, so that it says nothing of a killed apply.</summary>
    private static async Task<string?> FaultAsync(TestMongoDatabase database)
    {
        var kept = (await FoundAsync(database, new JsonObject { ["listCollections"] = 1 })).Select(entry => (string)entry["name"]!).Where(name => name.StartsWith("kolumn_quarantine_", StringComparison.Ordinal));
        var known = (await FoundAsync(database, new JsonObject { ["find"] = "kolumn_quarantine" })).Select(entry => (string?)entry["location"]).ToHashSet(StringComparer.Ordinal);
        var unknown = kept.Where(name => !known.Contains(name)).ToList();
        return unknown.Count == 0 ? null : $"in quarantine without a line in the ledger: {string.Join(", ", unknown)}";
    }

    private static bool IsKolumns(string name) => name.StartsWith("kolumn_", StringComparison.Ordinal) || name.StartsWith("system.", StringComparison.Ordinal);

    /// <summary>A server that recovers turns everybody away for a moment.</summary>
    private static async Task<IReadOnlyList<JsonObject>> FoundAsync(TestMongoDatabase database, JsonObject command)
    {
        IReadOnlyList<JsonObject> found = [];
        await Eventually.IsSoAsync(
            async token =>
            {
                try
                {
                    var cursor = (await database.RunAsync((JsonObject)command.DeepClone(), token))["cursor"]!;
                    cursor["id"]!.ToJsonString().ShouldBe("0", "all of it fits into the first batch");
                    found = [.. cursor["firstBatch"]!.AsArray().OfType<JsonObject>()];
                    return true;
                }
                catch (MongoException refused) when (refused.Code == 91 || refused.Failure is MongoFailure.Lost or MongoFailure.NoServer)
                {
                    return false;
                }
            },
            Token);
        return found;
    }
}
