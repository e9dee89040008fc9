using System.Text.Json;
using System.Text.Json.Nodes;
using Kolumn.MongoDb;
using Kolumn.Sdk;
using Kolumn.Sdk.Telemetry;

namespace Kolumn.Providers.Mongo.Database;

/// <summary>
/// One unit of work. Commands that define something take effect one by one: there is nothing to commit. A statement is a command document
/// in extended JSON; <c>$db</c> in it names another database than the provider's.
/// </summary>
internal sealed class MongoSession(MongoClient client, string database, int maxConnections, ProviderLoggers loggers) : IProviderSession
{
    /// <summary>Stands in a command for the name of the provider's database, which a plan does not hold; no database can be called so.</summary>
    public const string OwnDatabase = "<database>";

    private readonly List<MongoConnection> _connections = [];
    private readonly List<IAsyncDisposable> _held = [];
    private IReadOnlyList<JsonObject>? _collections;
    private Version? _version;

    public string Database => database;

    public async Task ExecuteAsync(IReadOnlyList<Statement> statements, CancellationToken cancellationToken)
    {
        using var operation = loggers.TrackOperation(loggers.Handler, "execute statements").Tag("db.operation.batch.size", statements.Count);
        _collections = null;
        for (var index = 0; index < statements.Count; index++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var statement = statements[index];
            try
            {
                var command = (JsonObject)JsonNode.Parse(statement.WithSecret?.Invoke() ?? statement.Text)!;
                await (await ConnectionAsync(0, cancellationToken)).RunAsync(TakeDatabase(command), Qualify(command), MongoCommandKind.Write, cancellationToken);
            }
            catch (MongoException refused)
            {
                var diagnostic = MongoErrors.Describe(refused, statement.Text);
                operation.Fail(diagnostic);
                throw new StatementFailedException(index, diagnostic, refused);
            }
        }
    }

    public Task CommitAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <exception cref="ProviderException">The server refuses, or cannot be reached.</exception>
    public async Task<JsonObject> RunAsync(JsonObject command, MongoCommandKind kind, CancellationToken cancellationToken)
    {
        try
        {
            return await (await ConnectionAsync(0, cancellationToken)).RunAsync(TakeDatabase(command), command, kind, cancellationToken);
        }
        catch (MongoException refused)
        {
            throw new ProviderException(MongoErrors.Describe(refused), refused);
        }
    }

    /// <summary>What the first reply to a command with a cursor holds, and no more of it: the server ends a reply at 16 MB.</summary>
    /// <param name="command">Is changed.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <param name="exact">Whether each value names its type, so that it can be sent back as it came.</param>
    /// <exception cref="ProviderException">The server refuses, or cannot be reached.</exception>
    public async Task<List<JsonObject>> FirstPageAsync(JsonObject command, CancellationToken cancellationToken, bool exact = true)
    {
        try
        {
            var connection = await ConnectionAsync(0, cancellationToken);
            var where = TakeDatabase(command);
            var cursor = (await connection.RunAsync(where, command, MongoCommandKind.Read, exact ? MongoReplyForm.Canonical : MongoReplyForm.Relaxed, cancellationToken))["cursor"] as JsonObject ?? [];
            if (IdOf(cursor) is { } id)
            {
                await connection.RunAsync(where, new JsonObject { ["killCursors"] = CollectionOf(cursor), ["cursors"] = new JsonArray(id) }, MongoCommandKind.Read, cancellationToken);
            }

            return Documents(cursor["firstBatch"]);
        }
        catch (MongoException refused)
        {
            throw new ProviderException(MongoErrors.Describe(refused), refused);
        }
    }

    /// <summary>As <see cref="AllAsync(JsonObject, CancellationToken)"/>, with each value naming its type, so that it can be compared and sent back.</summary>
    /// <exception cref="ProviderException">As there.</exception>
    public Task<List<JsonObject>> AllExactlyAsync(JsonObject command, CancellationToken cancellationToken) => AllAsync(0, command, cancellationToken, MongoReplyForm.Canonical);

    /// <summary>Is disposed with the session, ahead of its connections.</summary>
    public void HoldUntilTheEnd(IAsyncDisposable held) => _held.Add(held);

    /// <summary>A session of the same database beside this one, for what must not wait for it.</summary>
    public MongoSession Beside() => new(client, database, maxConnections, loggers);

    /// <summary>Every collection and view as listCollections reports it, Kolumn's own and the system's too. Asked once until something is changed.</summary>
    public async Task<IReadOnlyList<JsonObject>> ListCollectionsAsync(CancellationToken cancellationToken)
    {
        using var operation = loggers.TrackOperation(loggers.Discovery, "read catalog");
        return _collections ??= await AllAsync(0, new JsonObject { ["listCollections"] = 1 }, cancellationToken);
    }

    /// <summary>The indexes of each collection: MongoDB has no command for more than one, so several connections ask at once.</summary>
    public async Task<IReadOnlyDictionary<string, IReadOnlyList<JsonObject>>> ListIndexesAsync(IReadOnlyList<string> collections, CancellationToken cancellationToken)
    {
        using var operation = loggers.TrackOperation(loggers.Discovery, "read indexes").Tag("kolumn.collections", collections.Count);
        var lanes = Math.Max(1, Math.Min(maxConnections / 2, (collections.Count + 15) / 16));
        for (var lane = 0; lane < lanes; lane++)
        {
            await ConnectionAsync(lane, cancellationToken);
        }

        var found = new IReadOnlyList<JsonObject>[collections.Count];
        var next = -1;
        await Task.WhenAll(Enumerable.Range(0, lanes).Select(async lane =>
        {
            for (var index = Interlocked.Increment(ref next); index < collections.Count; index = Interlocked.Increment(ref next))
            {
                found[index] = await IndexesAsync(lane, collections[index], cancellationToken);
            }
        }));
        return collections.Zip(found).ToDictionary(pair => pair.First, pair => pair.Second, StringComparer.Ordinal);
    }

    /// <summary>Everything that a command with a cursor gives.</summary>
    public Task<List<JsonObject>> AllAsync(JsonObject command, CancellationToken cancellationToken) => AllAsync(0, command, cancellationToken);

    /// <summary>The server's.</summary>
    public async Task<Version> VersionAsync(CancellationToken cancellationToken)
    {
        if (_version is null)
        {
            var info = await RunAsync(new JsonObject { ["buildInfo"] = 1, ["$db"] = "admin" }, MongoCommandKind.Read, cancellationToken);
            _version = Version.TryParse(((string?)info["version"])?.Split('-')[0], out var version) ? version : new Version(0, 0);
        }

        return _version;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var held in _held)
        {
            await held.DisposeAsync();
        }

        _held.Clear();
        foreach (var connection in _connections)
        {
            await connection.DisposeAsync();
        }

        _connections.Clear();
    }

    private async Task<IReadOnlyList<JsonObject>> IndexesAsync(int lane, string collection, CancellationToken cancellationToken)
    {
        try
        {
            return await AllAsync(lane, new JsonObject { ["listIndexes"] = collection }, cancellationToken);
        }
        catch (ProviderException gone) when (gone.InnerException is MongoException { Code: MongoErrors.NamespaceNotFound or MongoErrors.CommandNotSupportedOnView })
        {
            return []; // Dropped since it was listed, or made a view.
        }
    }

    private async Task<List<JsonObject>> AllAsync(int lane, JsonObject command, CancellationToken cancellationToken, MongoReplyForm form = MongoReplyForm.Relaxed)
    {
        try
        {
            var connection = await ConnectionAsync(lane, cancellationToken);
            var where = TakeDatabase(command);
            var cursor = (await connection.RunAsync(where, command, MongoCommandKind.Read, form, cancellationToken))["cursor"] as JsonObject ?? [];
            var all = Documents(cursor["firstBatch"]);
            while (IdOf(cursor) is { } id)
            {
                var more = new JsonObject { ["getMore"] = id, ["collection"] = CollectionOf(cursor) };
                cursor = (await connection.RunAsync(where, more, MongoCommandKind.Read, form, cancellationToken))["cursor"] as JsonObject ?? [];
                all.AddRange(Documents(cursor["nextBatch"]));
            }

            return all;
        }
        catch (MongoException refused)
        {
            throw new ProviderException(MongoErrors.Describe(refused), refused);
        }
    }

    /// <summary>In extended JSON; null when the cursor is at its end.</summary>
    private static JsonObject? IdOf(JsonObject cursor)
    {
        var id = (cursor["id"] as JsonObject)?.Text("$numberLong") ?? cursor["id"]?.ToJsonString();
        return id is null or "0" ? null : new JsonObject { ["$numberLong"] = id };
    }

    private static string CollectionOf(JsonObject cursor) => cursor.Text("ns") is { } space ? space[(space.IndexOf('.', StringComparison.Ordinal) + 1)..] : "";

    private static List<JsonObject> Documents(JsonNode? batch) => [.. (batch as JsonArray ?? []).OfType<JsonObject>().ToList().Select(document => (JsonObject)document.DeepClone())];

    private async Task<MongoConnection> ConnectionAsync(int lane, CancellationToken cancellationToken)
    {
        while (_connections.Count <= lane)
        {
            _connections.Add(await client.OpenAsync(cancellationToken));
        }

        return _connections[lane];
    }

    private string TakeDatabase(JsonObject command)
    {
        var named = command["$db"] is JsonValue value && value.GetValueKind() == JsonValueKind.String ? value.GetValue<string>() : null;
        command.Remove("$db");
        return command.ContainsKey("renameCollection") ? "admin" : named ?? database;
    }

    /// <summary>Commands that name the database they are about get its name here: a plan is the same for every database.</summary>
    private JsonObject Qualify(JsonObject command)
    {
        if (command["renameCollection"] is JsonValue from && command["to"] is JsonValue to)
        {
            command["renameCollection"] = $"{database}.{from.GetValue<string>()}";
            command["to"] = $"{database}.{to.GetValue<string>()}";
        }

        foreach (var resource in (command["privileges"] as JsonArray ?? []).OfType<JsonObject>().Select(p => p["resource"]).OfType<JsonObject>().Where(r => r.Text("db") == OwnDatabase))
        {
            resource["db"] = database;
        }

        return command;
    }
}
