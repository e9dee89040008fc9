using System.Diagnostics;
using System.Text.Json.Nodes;
using Kolumn.MongoDb;
using Kolumn.Protocol;
using Kolumn.Providers.Mongo.Database;
using Kolumn.Sdk;

namespace Kolumn.Providers.Mongo.Streaming;

/// <summary>
/// The order keys that runners have locked: a document for each, which names its runner and runs out by the server's clock. A key is taken by an upsert of that document: whoever
/// comes second tries to insert an id that is there and is refused, so that two never get one.
/// </summary>
/// <param name="outbox">Its name.</param>
/// <param name="lease">How long a lock lasts that nobody renews.</param>
internal sealed class KeyLeases(string outbox, TimeSpan lease)
{
    public const string Collection = MongoProvider.OwnPrefix + "stream_locks";

    private const int DuplicateKey = 11000;

    private readonly string _runner = Guid.NewGuid().ToString("n");
    private long _renewed = Stopwatch.GetTimestamp();

    /// <summary>Locks what is free; the rest is refused, and freed for the next time where its lock has run out.</summary>
    public async Task<IReadOnlyCollection<string>> TryLockAsync(MongoSession session, IReadOnlyList<string> keys, CancellationToken cancellationToken)
    {
        if (keys.Count == 0)
        {
            return [];
        }

        var refused = await UpsertAsync(session, keys, cancellationToken);
        if (refused.Count > 0)
        {
            await DeleteAsync(
                session,
                new JsonObject { ["_id"] = Among(refused), ["$expr"] = new JsonObject { ["$lt"] = new JsonArray("$until", "$$NOW") } },
                cancellationToken);
        }

        return [.. keys.Except(refused, StringComparer.Ordinal)];
    }

    /// <summary>Renews locks that have used up a third of their time.</summary>
    /// <param name="session">Where.</param>
    /// <param name="count">How many locks there should be.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="ProviderException">One has run out and was taken away.</exception>
    public async Task KeepAsync(MongoSession session, int count, CancellationToken cancellationToken)
    {
        if (count == 0 || Stopwatch.GetElapsedTime(_renewed) < lease / 3)
        {
            return;
        }

        var now = Stopwatch.GetTimestamp();
        var reply = await session.RunAsync(
            new JsonObject
            {
                ["update"] = Collection,
                ["updates"] = new JsonArray(new JsonObject { ["q"] = new JsonObject { ["runner"] = _runner }, ["u"] = new JsonArray(Until()), ["multi"] = true }),
            },
            MongoCommandKind.Write,
            cancellationToken);
        if (MongoCommand.Integer(reply["n"]) < count)
        {
            throw new ProviderException(Diagnostic.Error(
                DiagnosticCodes.Operation, $"the relay of {outbox} was not heard of for {lease.TotalSeconds:0} s", "Another one may deliver what it held. It begins again.") with { Retryable = true });
        }

        _renewed = now;
    }

    public Task UnlockAsync(MongoSession session, IEnumerable<string> keys, CancellationToken cancellationToken) =>
        DeleteAsync(session, new JsonObject { ["_id"] = Among(keys), ["runner"] = _runner }, cancellationToken);

    /// <summary>All that this runner has.</summary>
    public Task ReleaseAsync(MongoSession session, CancellationToken cancellationToken) => DeleteAsync(session, new JsonObject { ["runner"] = _runner }, cancellationToken);

    /// <returns>The keys that others have.</returns>
    private async Task<IReadOnlyList<string>> UpsertAsync(MongoSession session, IReadOnlyList<string> keys, CancellationToken cancellationToken)
    {
        try
        {
            await session.RunAsync(
                new JsonObject
                {
                    ["update"] = Collection,
                    ["updates"] = new JsonArray([.. keys.Select(key => new JsonObject
                    {
                        ["q"] = new JsonObject { ["_id"] = IdOf(key), ["runner"] = _runner },
                        ["u"] = new JsonArray(Until()),
                        ["upsert"] = true,
                    })]),
                    ["ordered"] = false,
                },
                MongoCommandKind.Write,
                cancellationToken);
            return [];
        }
        catch (ProviderException some) when (some.InnerException is MongoException { Failure: MongoFailure.Write, Reply: { } reply }
            && reply["writeErrors"] is JsonArray errors && errors.OfType<JsonObject>().All(error => MongoCommand.Integer(error["code"]) == DuplicateKey))
        {
            return [.. errors.OfType<JsonObject>().Select(error => keys[(int)MongoCommand.Integer(error["index"])])];
        }
    }

    private static Task DeleteAsync(MongoSession session, JsonObject which, CancellationToken cancellationToken) => session.RunAsync(
        new JsonObject { ["delete"] = Collection, ["deletes"] = new JsonArray(new JsonObject { ["q"] = which, ["limit"] = 0 }) }, MongoCommandKind.Write, cancellationToken);

    private JsonObject Until() =>
        new() { ["$set"] = new JsonObject { ["until"] = new JsonObject { ["$add"] = new JsonArray("$$NOW", (long)lease.TotalMilliseconds) } } };

    private JsonObject Among(IEnumerable<string> keys) => new() { ["$in"] = MongoCommand.Texts(keys.Select(IdOf)) };

    private string IdOf(string key) => $"{outbox}\n{key}";
}
