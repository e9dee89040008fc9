using System.Text.Json.Nodes;
using Kolumn.MongoDb;
using Kolumn.Servers;

namespace Kolumn.Testing;

/// <summary>
/// Gives each test an empty MongoDB database of its own. Use as an assembly fixture:
/// <c>[assembly: AssemblyFixture(typeof(MongoDatabases))]</c>. Without a server or the client library the tests are skipped with the reason.
/// </summary>
public sealed class MongoDatabases : Xunit.IAsyncLifetime
{
    private DatabaseServer _server = DatabaseServer.Absent("not asked for yet");
    private MongoClient? _client;
    private int _count;

    public async ValueTask InitializeAsync()
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(10));
        if (await MongoServers.EnsureLibraryAsync(limit.Token) is { } missing)
        {
            _server = DatabaseServer.Absent(missing);
            return;
        }

        _server = await MongoServers.AcquireAsync(limit.Token);
        Console.Error.WriteLine($"MongoDB tests: {_server.Description}");
    }

    /// <summary>The URI of somebody who may do everything; skips the test when there is no server.</summary>
    public string ServerUrl
    {
        get
        {
            Xunit.Assert.SkipWhen(_server.Url is null, _server.Description);
            return _server.Url!;
        }
    }

    /// <summary>Whether the server is DocumentDB, which lacks some of what mongod has.</summary>
    public bool IsDocumentDb => _server.Description == DocumentDbServer.Description;

    /// <summary>Kills the server without warning and starts it again; skips the test where nobody may.</summary>
    public Task CrashAsync(CancellationToken cancellationToken)
    {
        Xunit.Assert.SkipWhen(_server.Crash is null, $"{_server.Description} is not ours to be killed.");
        return _server.Crash!(cancellationToken);
    }

    /// <summary>A client for looking at the server from outside.</summary>
    public MongoClient Client => _client ??= MongoClient.Create(ServerUrl, new MongoClientOptions());

    public async Task<JsonObject> RunOnAdminAsync(JsonObject command, CancellationToken cancellationToken)
    {
        await using var connection = await Client.OpenAsync(cancellationToken);
        return await connection.RunAsync("admin", command, MongoCommandKind.Write, cancellationToken);
    }

    /// <summary>A name that no other test has; the database is there once something is in it, and dropped when disposed.</summary>
    public TestMongoDatabase Create() => new(this, $"kolumn_test_{Environment.ProcessId}_{Interlocked.Increment(ref _count)}");

    public async ValueTask DisposeAsync()
    {
        await (_client?.DisposeAsync() ?? ValueTask.CompletedTask);
        await _server.DisposeAsync();
    }
}

/// <summary>One test's own database.</summary>
public sealed class TestMongoDatabase : IAsyncDisposable
{
    private readonly MongoDatabases _databases;

    internal TestMongoDatabase(MongoDatabases databases, string name)
    {
        (_databases, Name) = (databases, name);
        Url = new UriBuilder(databases.ServerUrl) { Path = "/" + name, Query = databases.ServerUrl.Contains('@', StringComparison.Ordinal) ? "authSource=admin" : "" }.Uri.AbsoluteUri;
    }

    public string Name { get; }

    public string Url { get; }

    /// <summary>Runs a command from outside.</summary>
    public Task<JsonObject> RunAsync(string command, CancellationToken cancellationToken) => RunAsync((JsonObject)JsonNode.Parse(command)!, cancellationToken);

    public async Task<JsonObject> RunAsync(JsonObject command, CancellationToken cancellationToken)
    {
        await using var connection = await _databases.Client.OpenAsync(cancellationToken);
        return await connection.RunAsync(Name, command, MongoCommandKind.Write, cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        try
        {
            await RunAsync(new JsonObject { ["dropDatabase"] = 1 }, CancellationToken.None);
        }
        catch (MongoException gone) when (gone.Code == 91 || gone.Failure is MongoFailure.Lost or MongoFailure.NoServer)
        {
            // Why its server is gone is what the test has to say.
        }
    }
}
