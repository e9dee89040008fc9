using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using Kolumn.Testing;

namespace Kolumn.MongoDb.Tests;

public sealed class MongoClientTests(MongoDatabases databases)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Run_InsertAndFind_GivesTheDocuments()
    {
        await using var database = databases.Create();
        await using var client = MongoClient.Create(database.Url, new MongoClientOptions());
        await using var connection = await client.OpenAsync(Token);

        await connection.RunAsync(database.Name, Parse("""{"insert":"users","documents":[{"_id":1,"name":"Ann"},{"_id":2,"name":"Bo"}]}"""), MongoCommandKind.Write, Token);
        var found = await connection.RunAsync(database.Name, Parse("""{"find":"users","sort":{"_id":1}}"""), MongoCommandKind.Read, Token);

        client.Database.ShouldBe(database.Name);
        found["cursor"]!["firstBatch"]!.ToJsonString().ShouldBe("""[{"_id":1,"name":"Ann"},{"_id":2,"name":"Bo"}]""");
    }

    [Fact]
    public async Task Run_WriteThatTheServerRefuses_IsAnErrorAlthoughTheReplyIsOk()
    {
        await using var database = databases.Create();
        await using var client = MongoClient.Create(database.Url, new MongoClientOptions());
        await using var connection = await client.OpenAsync(Token);

        var refusal = await Should.ThrowAsync<MongoException>(
            () => connection.RunAsync(database.Name, Parse("""{"insert":"users","documents":[{"_id":1},{"_id":1}]}"""), MongoCommandKind.Write, Token));

        refusal.Failure.ShouldBe(MongoFailure.Write);
        refusal.Code.ShouldBe(11000);
        (await CountAsync(connection, database.Name)).ShouldBe(1);
    }

    [Fact]
    public async Task Run_UnknownCommand_CarriesTheServersNumberAndName()
    {
        await using var database = databases.Create();
        await using var client = MongoClient.Create(database.Url, new MongoClientOptions());
        await using var connection = await client.OpenAsync(Token);

        var refusal = await Should.ThrowAsync<MongoException>(() => connection.RunAsync(database.Name, new JsonObject { ["noSuchThing"] = 1 }, MongoCommandKind.Read, Token));

        (refusal.Failure, refusal.Code, refusal.CodeName).ShouldBe((MongoFailure.Command, 59, "CommandNotFound"));
        (await connection.RunAsync(database.Name, new JsonObject { ["ping"] = 1 }, MongoCommandKind.Read, Token))["ok"]!.ToJsonString().ShouldBe("1.0");
    }

    [Fact]
    public async Task Transaction_Aborted_LeavesNothing_Committed_LeavesAll()
    {
        await using var database = databases.Create();
        await database.RunAsync("""{"create":"users"}""", Token);
        await using var client = MongoClient.Create(database.Url, new MongoClientOptions());
        await using var connection = await client.OpenAsync(Token);
        var insert = Parse("""{"insert":"users","documents":[{"_id":1}]}""");

        await connection.BeginAsync();
        await connection.RunAsync(database.Name, insert, MongoCommandKind.Write, Token);
        await connection.AbortAsync();
        (await CountAsync(connection, database.Name)).ShouldBe(0);

        await connection.BeginAsync();
        await connection.RunAsync(database.Name, insert, MongoCommandKind.Write, Token);
        await connection.CommitAsync();
        (await CountAsync(connection, database.Name)).ShouldBe(1);
    }

    [Fact]
    public async Task Open_MoreThanTheLimit_WaitsForAFreeOne()
    {
        await using var client = MongoClient.Create(databases.ServerUrl, new MongoClientOptions { MaxConnections = 1 });
        var first = await client.OpenAsync(Token);

        var second = client.OpenAsync(Token);
        second.IsCompleted.ShouldBeFalse();

        await first.DisposeAsync();
        await using var connection = await second.WaitAsync(TimeSpan.FromSeconds(10), Token);
        await connection.RunAsync("admin", new JsonObject { ["ping"] = 1 }, MongoCommandKind.Read, Token);
    }

    [Fact]
    public async Task Cancel_ServerThatNeverAnswers_GivesTheCallerBackWithinASecond()
    {
        _ = databases.ServerUrl;
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        await using var client = MongoClient.Create(
            $"mongodb://127.0.0.1:{((IPEndPoint)silent.LocalEndpoint).Port}/?serverSelectionTimeoutMS=3000&connectTimeoutMS=3000", new MongoClientOptions());
        await using var connection = await client.OpenAsync(Token);
        using var cancelling = new CancellationTokenSource();
        var running = connection.RunAsync("admin", new JsonObject { ["ping"] = 1 }, MongoCommandKind.Read, cancelling.Token);
        await silent.AcceptTcpClientAsync(Token);

        var started = Stopwatch.GetTimestamp();
        await cancelling.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => running);

        Stopwatch.GetElapsedTime(started).ShouldBeLessThan(TimeSpan.FromSeconds(1.5));
        var given = await Should.ThrowAsync<MongoException>(() => connection.RunAsync("admin", new JsonObject { ["ping"] = 1 }, MongoCommandKind.Read, Token));
        given.Failure.ShouldBe(MongoFailure.Lost);
    }

    [Fact]
    public async Task Cancel_CommandThatRuns_StopsItOnTheServer_AndTheConnectionGoesOn()
    {
        await using var database = databases.Create();
        await database.RunAsync(new JsonObject { ["insert"] = "n", ["documents"] = new JsonArray([.. Enumerable.Range(0, 3000).Select(i => (JsonNode)new JsonObject { ["_id"] = i, ["k"] = 1 })]) }, Token);
        await using var client = MongoClient.Create(database.Url, new MongoClientOptions());
        await using var connection = await client.OpenAsync(Token);
        using var cancelling = new CancellationTokenSource();

        // 27 billion pairs and a sum over them: nothing waits for the end of that.
        var running = connection.RunAsync(
            database.Name,
            Parse("""
                {"aggregate":"n","cursor":{},"pipeline":[
                  {"$lookup":{"from":"n","localField":"k","foreignField":"k","as":"a"}},{"$unwind":"$a"},
                  {"$lookup":{"from":"n","localField":"k","foreignField":"k","as":"b"}},{"$unwind":"$b"},{"$group":{"_id":null,"s":{"$sum":"$b._id"}}}]}
                """),
            MongoCommandKind.Read,
            cancelling.Token);
        cancelling.CancelAfter(TimeSpan.FromMilliseconds(300));
        await Should.ThrowAsync<OperationCanceledException>(() => running.WaitAsync(TimeSpan.FromSeconds(20), Token));

        var started = Stopwatch.GetTimestamp();
        (await connection.RunAsync(database.Name, Parse("""{"count":"n"}"""), MongoCommandKind.Read, Token))["n"]!.GetValue<int>().ShouldBe(3000);
        Stopwatch.GetElapsedTime(started).ShouldBeLessThan(TimeSpan.FromSeconds(5));
    }

    [Fact]
    public async Task Run_WrongPassword_IsRefusedWithoutShowingIt()
    {
        Assert.SkipUnless(databases.ServerUrl.Contains('@', StringComparison.Ordinal), "the server asks nobody for a password");
        var wrong = new UriBuilder(databases.ServerUrl) { Password = "n0t-the-passw0rd" }.Uri.AbsoluteUri;
        await using var client = MongoClient.Create(wrong, new MongoClientOptions());
        await using var connection = await client.OpenAsync(Token);

        var refusal = await Should.ThrowAsync<MongoException>(() => connection.RunAsync("admin", new JsonObject { ["listDatabases"] = 1 }, MongoCommandKind.Read, Token));

        refusal.Failure.ShouldBe(MongoFailure.Authentication);
        refusal.ToString().ShouldNotContain("n0t-the-passw0rd");
    }

    [Fact]
    public async Task Run_NobodyListens_SaysSoInTime()
    {
        _ = databases.ServerUrl;
        await using var client = MongoClient.Create("mongodb://127.0.0.1:1/", new MongoClientOptions { ServerSelectionTimeout = TimeSpan.FromMilliseconds(300) });
        await using var connection = await client.OpenAsync(Token);

        var refusal = await Should.ThrowAsync<MongoException>(() => connection.RunAsync("admin", new JsonObject { ["ping"] = 1 }, MongoCommandKind.Read, Token));

        refusal.Failure.ShouldBe(MongoFailure.NoServer);
    }

    [Theory]
    [InlineData("http://somewhere/")]
    [InlineData("mongodb://kolumn:s3cret@host:99999999/")]
    [InlineData("mongodb://kolumn:s3cret%zz@host/")]
    [InlineData("")]
    public void Create_NoUri_IsRefusedWithoutShowingAPassword(string uri)
    {
        _ = databases.ServerUrl;
        var refusal = Should.Throw<MongoException>(() => MongoClient.Create(uri, new MongoClientOptions()));

        refusal.Failure.ShouldBe(MongoFailure.Input);
        refusal.Message.ShouldNotContain("s3cret");
    }

    private static JsonObject Parse(string json) => (JsonObject)JsonNode.Parse(json)!;

    private static async Task<int> CountAsync(MongoConnection connection, string database) =>
        (await connection.RunAsync(database, Parse("""{"count":"users"}"""), MongoCommandKind.Read, Token))["n"]!.GetValue<int>();
}
