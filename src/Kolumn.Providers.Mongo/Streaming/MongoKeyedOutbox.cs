using System.Text;
using System.Text.Json.Nodes;
using Kolumn.MongoDb;
using Kolumn.Protocol.Payloads;
using Kolumn.Providers.Mongo.Database;
using Kolumn.Sdk;
using Kolumn.Sdk.Streaming;

namespace Kolumn.Providers.Mongo.Streaming;

/// <summary>An outbox over one connection. MongoDB has no locks of a session, so keys are leased: see <see cref="KeyLeases"/>.</summary>
/// <param name="open">Opens a session of the runner's own.</param>
internal sealed class MongoKeyedOutbox(Func<MongoSession> open, OutboxDefinition outbox) : IKeyedOutbox
{
    private static readonly TimeSpan ReleaseLimit = TimeSpan.FromSeconds(5);

    private readonly MongoSession _session = open();
    private readonly KeyLeases _leases = new(outbox.Name, KeyLease);

    // Of what is held, by position.
    private readonly Dictionary<long, JsonNode> _ids = [];

    /// <summary>What a killed runner held goes to others after that.</summary>
    public static TimeSpan KeyLease { get; } = TimeSpan.FromSeconds(15);

    public TimeSpan Lease => KeyLease;

    public Task KeepAsync(IReadOnlyCollection<string> locked, CancellationToken cancellationToken) => _leases.KeepAsync(_session, locked.Count, cancellationToken);

    public async Task<OldestKeys> LockAsync(
        int maxEvents, IReadOnlyCollection<long> held, IReadOnlyCollection<string> locked, IReadOnlyCollection<string> refused, CancellationToken cancellationToken)
    {
        var passed = refused.Concat(await WaitingAsync(cancellationToken));
        var command = Find(new JsonArray(Open(), new JsonObject { ["$nor"] = new JsonArray(OutboxDocuments.HasKey(outbox, passed)) }), maxEvents);
        command["projection"] = new JsonObject { ["key"] = 1, ["aggregateid"] = 1, ["aggregatetype"] = 1 };
        var keys = (await _session.AllAsync(command, cancellationToken)).Select(document => OutboxDocuments.KeyOf(outbox, document)).Distinct(StringComparer.Ordinal).ToList();

        var mine = keys.Intersect(locked, StringComparer.Ordinal).ToList();
        var others = keys.Except(mine, StringComparer.Ordinal).ToList();
        mine.AddRange(await _leases.TryLockAsync(_session, others, cancellationToken));
        return new OldestKeys(mine, [.. others.Except(mine, StringComparer.Ordinal)], 0);
    }

    public async Task<IReadOnlyList<OutboxEvent>> ReadAsync(
        IReadOnlyCollection<string> keys, long last, IReadOnlyCollection<long> held, int maxEvents, long maxBytes, CancellationToken cancellationToken)
    {
        // Asked again: the runner before may have put an event off since.
        var ready = keys.Except(await WaitingAsync(cancellationToken), StringComparer.Ordinal);
        var found = await _session.AllAsync(Find(new JsonArray(Open(), OutboxDocuments.HasKey(outbox, ready)), maxEvents), cancellationToken);
        var (events, bytes) = (new List<OutboxEvent>(), 0L);
        foreach (var document in found)
        {
            var one = OutboxDocuments.Read(outbox, document);
            bytes += one.Payload is null ? 0 : Encoding.UTF8.GetByteCount(one.Payload);

            // Two ids of one number are handed out one after the other.
            if ((events.Count > 0 && bytes > maxBytes) || !_ids.TryAdd(one.Position, document["_id"]!))
            {
                break;
            }

            events.Add(one);
        }

        return events;
    }

    public async Task WriteAsync(IReadOnlyList<OutboxSettlement> settled, CancellationToken cancellationToken)
    {
        var updates = Updates(settled.Where(one => _ids.ContainsKey(one.Position)).ToLookup(one => one.Outcome)).ToArray();
        if (updates.Length > 0)
        {
            await _session.RunAsync(new JsonObject { ["update"] = outbox.Table, ["updates"] = new JsonArray(updates), ["ordered"] = false }, MongoCommandKind.Write, cancellationToken);
        }

        foreach (var one in settled)
        {
            _ids.Remove(one.Position);
        }
    }

    public Task UnlockAsync(IReadOnlyCollection<string> keys, CancellationToken cancellationToken) => _leases.UnlockAsync(_session, keys, cancellationToken);

    public async Task<bool> HasPendingAsync(CancellationToken cancellationToken)
    {
        var command = Find(new JsonArray(new JsonObject { ["status"] = OutboxDocuments.IsPending }), 1);
        command["projection"] = new JsonObject { ["_id"] = 1 };
        return (await _session.AllAsync(command, cancellationToken)).Count > 0;
    }

    /// <summary>Others need not wait for the end of the leases, if the server can still be told.</summary>
    public async ValueTask DisposeAsync()
    {
        await _session.DisposeAsync();
        using var limit = new CancellationTokenSource(ReleaseLimit);
        try
        {
            await using var session = open();
            await _leases.ReleaseAsync(session, limit.Token);
        }
        catch (Exception unreachable) when (unreachable is ProviderException or OperationCanceledException or ObjectDisposedException)
        {
            // The leases run out by themselves.
        }
    }

    /// <summary>The keys of events that wait for their next attempt, by the server's clock.</summary>
    private async Task<IReadOnlyList<string>> WaitingAsync(CancellationToken cancellationToken)
    {
        var waiting = await _session.AllAsync(
            new JsonObject
            {
                ["aggregate"] = outbox.Table,
                ["pipeline"] = new JsonArray(
                    new JsonObject { ["$match"] = new JsonObject { ["status"] = OutboxDocuments.IsPending, ["next_attempt_at"] = new JsonObject { ["$ne"] = null } } },
                    new JsonObject { ["$addFields"] = new JsonObject { ["waits"] = new JsonObject { ["$gt"] = new JsonArray("$next_attempt_at", "$$NOW") } } },
                    new JsonObject { ["$match"] = new JsonObject { ["waits"] = true } },
                    new JsonObject { ["$group"] = new JsonObject { ["_id"] = OutboxDocuments.KeyExpression(outbox) } }),
                ["cursor"] = new JsonObject(),
            },
            cancellationToken);
        return [.. waiting.Select(group => group.Text("_id") ?? "")];
    }

    private JsonObject Open() => new()
    {
        ["status"] = OutboxDocuments.IsPending,
        ["_id"] = new JsonObject { ["$nin"] = new JsonArray([.. _ids.Values.Select(id => id.DeepClone())]) },
    };

    /// <summary>In one answer, which is 16 MiB at most, whatever is left of them.</summary>
    private JsonObject Find(JsonArray conditions, int limit) => new()
    {
        ["find"] = outbox.Table,
        ["filter"] = new JsonObject { ["$and"] = conditions },
        ["sort"] = OutboxDocuments.Order,
        ["limit"] = limit,
        ["batchSize"] = limit,
        ["singleBatch"] = true,
    };

    private IEnumerable<JsonNode> Updates(ILookup<string, OutboxSettlement> settled)
    {
        if (settled[OutboxOutcomes.Processed].ToList() is { Count: > 0 } processed)
        {
            yield return Update(
                processed, new JsonObject { ["status"] = "processed", ["processed_at"] = "$$NOW", ["attempts"] = OneMore() }, "next_attempt_at", "last_error");
        }

        foreach (var failed in settled[OutboxOutcomes.Failed])
        {
            yield return Update([failed], new JsonObject { ["status"] = "failed", ["attempts"] = OneMore(), ["last_error"] = Literal(failed.Error) }, "next_attempt_at");
        }

        foreach (var again in settled[OutboxOutcomes.Retry])
        {
            yield return Update([again], new JsonObject
            {
                ["status"] = "pending",
                ["attempts"] = OneMore(),
                ["next_attempt_at"] = new JsonObject { ["$add"] = new JsonArray("$$NOW", again.RetryAfterMs ?? 0) },
                ["last_error"] = Literal(again.Error),
            });
        }
    }

    private JsonObject Update(IReadOnlyList<OutboxSettlement> which, JsonObject set, params string[] unset) => new()
    {
        ["q"] = new JsonObject { ["_id"] = new JsonObject { ["$in"] = new JsonArray([.. which.Select(one => _ids[one.Position].DeepClone())]) }, ["status"] = OutboxDocuments.IsPending },
        ["u"] = unset.Length == 0
            ? new JsonArray(new JsonObject { ["$set"] = set })
            : new JsonArray(new JsonObject { ["$set"] = set }, new JsonObject { ["$unset"] = MongoCommand.Texts(unset) }),
        ["multi"] = true,
    };

    private static JsonObject OneMore() => new() { ["$add"] = new JsonArray(new JsonObject { ["$ifNull"] = new JsonArray("$attempts", 0) }, 1) };

    private static JsonObject Literal(string? text) => new() { ["$literal"] = text };
}
