using System.Text.Json.Nodes;
using Kolumn.Testing;

namespace Kolumn.EndToEnd.Tests.Commands;

/// <summary>A MongoDB database through the real command line and the real provider process.</summary>
[Collection(NeedsMongo.Name)]
public sealed class MongoTests(MongoDatabases databases) : IDisposable
{
    private const string Shop = """
        create "mongo_collection" "users" {
          validator = {
            "$jsonSchema" = {
              bsonType   = "object"
              required   = ["email"]
              properties = { email = { bsonType = "string" }, tags = { bsonType = ["array", "null"] } }
            }
          }
        }

        create "mongo_index" "users_by_mail" {
          collection     = mongo_collection.users
          keys           = ["email", "-created"]
          unique         = true
          partial_filter = { email = { "$type" = "string" } }
        }

        create "mongo_view" "german_users" {
          collection = mongo_collection.users
          pipeline   = [{ "$match" = { email = { "$regex" = "de$", "$options" = "i" } } }, { "$sort" = { email = 1, created = -1 } }]
        }
        """;

    private readonly KolumnProject _project = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Shop_FromInitToDestroyAndBack()
    {
        await using var database = databases.Create();
        Use(_project, database);
        _project.Write("shop.kl", Shop);
        await _project.ExpectAsync(0, "init");

        (await _project.ExpectAsync(0, "plan", "--sql")).ShouldContain(
            """{"createIndexes":"users","indexes":[{"key":{"email":1,"created":-1},"name":"users_by_mail","unique":true,"partialFilterExpression":{"email":{"$type":"string"}}}]}""");
        await _project.ExpectAsync(0, "apply", "--auto-approve");
        await _project.ExpectAsync(0, "plan", "--detailed-exitcode");
        await database.RunAsync("""{"insert":"users","documents":[{"_id":1,"email":"ann@example.de"},{"_id":2,"email":"bo@example.com"}]}""", Token);
        (await IdsAsync(database, "german_users")).ShouldBe([1]);

        // Somebody else takes the validator away: the plan shows it, an apply puts it back.
        await database.RunAsync("""{"collMod":"users","validator":{}}""", Token);
        (await _project.ExpectAsync(2, "plan", "--detailed-exitcode")).ShouldContain("validator");
        await _project.ExpectAsync(0, "apply", "--auto-approve");
        (await Should.ThrowAsync<MongoDb.MongoException>(() => database.RunAsync("""{"insert":"users","documents":[{"_id":3}]}""", Token))).Code.ShouldBe(121);

        await _project.ExpectAsync(0, "destroy", "--auto-approve");
        (await _project.ExpectAsync(0, "quarantine", "list")).ShouldContain("mongo_collection.users");
        foreach (var entry in ((JsonArray)(await database.RunAsync("""{"find":"kolumn_quarantine","filter":{"part_of":null},"sort":{"resource_type":1}}""", Token))["cursor"]!["firstBatch"]!))
        {
            await _project.ExpectAsync(0, "restore", (string)entry!["_id"]!);
        }

        (await IdsAsync(database, "german_users")).ShouldBe([1]);
        await _project.ExpectAsync(0, "apply", "--auto-approve");
        await _project.ExpectAsync(0, "plan", "--detailed-exitcode");
    }

    [Fact]
    public async Task Existing_Discovered_IsAdoptedAndUntouched()
    {
        await using var database = databases.Create();
        Use(_project, database);
        _project.Write("shop.kl", Shop);
        await _project.ExpectAsync(0, "init");
        await _project.ExpectAsync(0, "apply", "--auto-approve");
        using var other = new KolumnProject();
        Use(other, database);
        await other.ExpectAsync(0, "init");

        await other.ExpectAsync(0, "discover", "--out", other.Path);

        File.ReadAllText(other.File("indexes.kl")).ShouldContain("collection     = mongo_collection.users\n");
        (await other.ExpectAsync(0, "apply", "--auto-approve")).Split('\n').Select(line => line.Trim()).Where(line => line.StartsWith("= adopt ", StringComparison.Ordinal)).Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[2])
            .Where(address => !address.StartsWith("mongo_role.", StringComparison.Ordinal) && !address.StartsWith("mongo_user.", StringComparison.Ordinal)).ShouldBe( // Those are the whole server's, and other tests'.
            ["mongo_collection.users", "mongo_index.users_by_mail", "mongo_view.german_users"], ignoreOrder: true);
        await other.ExpectAsync(0, "plan", "--detailed-exitcode");
        await _project.ExpectAsync(0, "plan", "--detailed-exitcode");
    }

    [Fact]
    public async Task Migrations_OfDocuments_ArePlannedAppliedOnceAndUndone()
    {
        await using var database = databases.Create();
        Use(_project, database);
        _project.Write("shop.kl", """
            create "mongo_collection" "users" {}

            migration "0001_state_and_age" {
              resource = mongo_collection.users
              precheck "there are users" {
                sql = "{\"count\": \"users\"}"
              }
              step {
                operation  = "backfill"
                parameters = { field = "state", value = { since = { "$date" = "2026-01-01T00:00:00Z" }, "is it" = "${"$"}set" } }
              }
              step {
                operation  = "convert_type"
                parameters = { field = "age", to_type = "int" }
              }
            }
            """);
        await _project.ExpectAsync(0, "init");
        await _project.ExpectAsync(0, "apply", "--auto-approve");
        await database.RunAsync("""{"insert":"users","documents":[{"_id":1,"age":"7"},{"_id":2}]}""", Token);

        (await _project.ExpectAsync(2, "migrate", "plan", "--detailed-exitcode")).ShouldContain("""{"update":"users","updates":[{"q":{"state":{"$exists":false}},"u":{"$set":{"state":""");
        await _project.ExpectAsync(0, "migrate", "apply", "--auto-approve");
        (await _project.ExpectAsync(0, "migrate", "status")).ShouldContain("applied");
        (await DocumentsAsync(database)).ShouldBe(
        [
            """{"_id":1,"age":7,"state":{"since":{"$date":"2026-01-01T00:00:00Z"},"is it":"$set"}}""", """{"_id":2,"state":{"since":{"$date":"2026-01-01T00:00:00Z"},"is it":"$set"}}""",
        ]);
        await _project.ExpectAsync(0, "plan", "--detailed-exitcode");
        await _project.ExpectAsync(0, "migrate", "rollback", "--auto-approve");
        (await DocumentsAsync(database)).ShouldBe(["""{"_id":1,"age":"7"}""", """{"_id":2}"""]);
    }

    [Fact]
    public async Task WrongPassword_IsSaidWithoutIt()
    {
        Assert.SkipUnless(databases.ServerUrl.Contains('@', StringComparison.Ordinal), "the server asks nobody for a password");
        var wrong = new UriBuilder(databases.ServerUrl) { Password = "n0t-the-passw0rd", Path = "/shop", Query = "authSource=admin" }.Uri.AbsoluteUri;
        _project.Write("main.kl", $"provider \"mongo\" {{\n  connection_string = \"{wrong}\"\n}}\n" + Shop);
        await _project.ExpectAsync(0, "init");

        var said = await _project.ExpectAsync(1, "plan");

        said.ShouldContain("MongoDB refuses the login");
        said.ShouldNotContain("n0t-the-passw0rd");
    }

    [Fact]
    public async Task Provider_Verified_ReachesItsLevel()
    {
        await using var database = databases.Create();
        var document = (JsonObject)JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(Repository.Root, "examples", "verify", "mongo.json"), Token))!;
        document["config"]!["connection_string"] = database.Url;
        if (databases.IsDocumentDb)
        {
            document["skip"]!["user"] = "DocumentDB refuses updateUser with roles";
            document["skip"]!["role"] = "DocumentDB refuses updateRole";
        }

        _project.Write("verify.json", document.ToJsonString());

        var report = await _project.ExpectAsync(0, "verify", Repository.Executable("Kolumn.Providers.Mongo", "kolumn-provider-mongo"), "--config", _project.File("verify.json"), "--profile", "nosql");

        report.ShouldContain("Level Full.");
    }

    public void Dispose() => _project.Dispose();

    private static void Use(KolumnProject project, TestMongoDatabase database) =>
        project.Write("main.kl", $"provider \"mongo\" {{\n  connection_string = \"{database.Url}\"\n}}\n");

    private static async Task<IReadOnlyList<string>> DocumentsAsync(TestMongoDatabase database) =>
        [.. ((JsonArray)(await database.RunAsync("""{"find":"users","sort":{"_id":1}}""", Token))["cursor"]!["firstBatch"]!).Select(d => d!.ToJsonString())];

    private static async Task<IReadOnlyList<int>> IdsAsync(TestMongoDatabase database, string collection) =>
    [
        .. ((JsonArray)(await database.RunAsync(new JsonObject { ["find"] = collection }, Token))["cursor"]!["firstBatch"]!).Select(d => d!["_id"]!.GetValue<int>()),
    ];
}
