using System.Text.Json.Nodes;
using Kolumn.MongoDb;
using Kolumn.Providers.Mongo.Database;
using Kolumn.Providers.Mongo.Resources;
using Kolumn.Providers.Mongo.Resources.Indexes;
using Kolumn.Sdk;
using Kolumn.Sdk.Sql;
using Kolumn.Sdk.Streaming;

namespace Kolumn.Providers.Mongo.Streaming;

/// <summary>Outboxes, sinks and routes in a database of MongoDB. It has no triggers, so that nothing is captured: events are written by whoever changes something.</summary>
internal sealed class MongoStreams : IStreamDialect<MongoSession>
{
    private const string Records = MongoProvider.OwnPrefix + "streams";

    public SqlDialect Names => MongoConfig.Names;

    public string? DefaultSchema => null;

    public int? MaxTableLength => OutboxCommands.MaxTableLength;

    /// <summary>The first document makes the collection.</summary>
    public IReadOnlyList<Statement> Save(string kind, JsonObject definition)
    {
        var name = definition.Text("name")!;
        return
        [
            MongoCommand.Statement(new JsonObject
            {
                ["update"] = Records,
                ["updates"] = new JsonArray(new JsonObject
                {
                    ["q"] = new JsonObject { ["_id"] = IdOf(kind, name) },
                    ["u"] = new JsonObject { ["$set"] = new JsonObject { ["kind"] = kind, ["name"] = name, ["definition"] = definition.ToJsonString() } },
                    ["upsert"] = true,
                }),
            }),
        ];
    }

    public Statement Forget(string kind, string name) => MongoCommand.Statement(new JsonObject
    {
        ["delete"] = Records,
        ["deletes"] = new JsonArray(new JsonObject { ["q"] = new JsonObject { ["_id"] = IdOf(kind, name) }, ["limit"] = 1 }),
    });

    public async Task<IReadOnlyList<JsonObject>> ReadRecordsAsync(MongoSession session, string kind, IReadOnlyCollection<string>? names, CancellationToken cancellationToken)
    {
        var filter = new JsonObject { ["kind"] = kind }.With("name", names is null ? null : new JsonObject { ["$in"] = MongoCommand.Texts(names) });
        var found = await session.AllAsync(new JsonObject { ["find"] = Records, ["filter"] = filter, ["sort"] = new JsonObject { ["_id"] = 1 } }, cancellationToken);
        return [.. found.Select(record => JsonNode.Parse(record.Text("definition")!)!.AsObject())];
    }

    public async Task<IReadOnlyList<OutboxDefinition>> ReadOutboxesAsync(MongoSession session, IReadOnlyList<OutboxDefinition> recorded, CancellationToken cancellationToken)
    {
        var collections = (await session.ListCollectionsAsync(cancellationToken)).ToDictionary(entry => entry.Text("name")!, entry => entry["options"] as JsonObject ?? [], StringComparer.Ordinal);
        var existing = recorded.Where(outbox => collections.ContainsKey(outbox.Table)).ToList();
        var indexes = await session.ListIndexesAsync([.. existing.Select(outbox => outbox.Table).Distinct(StringComparer.Ordinal)], cancellationToken);
        return [.. existing.Select(outbox => outbox with { Capture = [], Missing = OutboxCommands.Missing(outbox, collections[outbox.Table], indexes[outbox.Table]) })];
    }

    public IEnumerable<ObjectReference> Requires(OutboxDefinition outbox) => [];

    public IEnumerable<ObjectReference> PartsOf(OutboxDefinition outbox) =>
    [
        new(MongoNames.Collection, outbox.Table),
        new(MongoNames.Validation, outbox.Table),
        .. OutboxCommands.IndexesOf(outbox).Select(index => new ObjectReference(MongoNames.Index, IndexDefinition.IdentityOf(outbox.Table, index))),
    ];

    public IReadOnlyList<Statement> Create(OutboxDefinition outbox) => OutboxCommands.Create(outbox);

    public IReadOnlyList<Statement> Repair(OutboxDefinition outbox, string missing) => [OutboxCommands.Repair(outbox, missing)];

    public IReadOnlyList<Statement> Drop(OutboxDefinition outbox) => [OutboxCommands.Drop(outbox)];

    public async Task<OutboxCounts?> CountAsync(MongoSession session, OutboxDefinition outbox, CancellationToken cancellationToken)
    {
        if (!(await session.ListCollectionsAsync(cancellationToken)).Any(entry => entry.Text("name") == outbox.Table))
        {
            return null;
        }

        var groups = await session.AllAsync(
            new JsonObject
            {
                ["aggregate"] = outbox.Table,
                ["pipeline"] = new JsonArray(new JsonObject
                {
                    ["$group"] = new JsonObject
                    {
                        ["_id"] = new JsonObject { ["$ifNull"] = new JsonArray("$status", "pending") },
                        ["count"] = new JsonObject { ["$sum"] = 1 },
                        ["oldest"] = new JsonObject { ["$min"] = OutboxDocuments.CreatedAt },
                        ["last"] = new JsonObject { ["$max"] = "$processed_at" },
                    },
                }),
                ["cursor"] = new JsonObject(),
            },
            cancellationToken);
        var byStatus = groups.ToDictionary(group => group.Text("_id")!, StringComparer.Ordinal);
        return new OutboxCounts(
            groups.Sum(group => MongoCommand.Integer(group["count"])), Count("pending"), Count("processed"), Count("failed"),
            Moment(byStatus.GetValueOrDefault("pending")?["oldest"]), Moment(byStatus.GetValueOrDefault("processed")?["last"]));

        long Count(string status) => MongoCommand.Integer(byStatus.GetValueOrDefault(status)?["count"]);

        static DateTimeOffset? Moment(JsonNode? date) => date is null ? null : MongoCommand.MomentOf(date);
    }

    public async Task<long> CountOldAsync(MongoSession session, OutboxDefinition outbox, IReadOnlyList<string> statuses, DateTimeOffset cutoff, CancellationToken cancellationToken) =>
        MongoCommand.Integer((await session.RunAsync(
            new JsonObject { ["count"] = outbox.Table, ["query"] = OutboxDocuments.IsOld(statuses, cutoff) }, MongoCommandKind.Read, cancellationToken))["n"]);

    /// <summary>The server deletes one document or all that match: which ones are the oldest is asked before.</summary>
    public async Task<long> DeleteOldAsync(
        MongoSession session, OutboxDefinition outbox, IReadOnlyList<string> statuses, DateTimeOffset cutoff, int limit, CancellationToken cancellationToken)
    {
        var oldest = await session.AllAsync(
            new JsonObject
            {
                ["find"] = outbox.Table,
                ["filter"] = OutboxDocuments.IsOld(statuses, cutoff),
                ["projection"] = new JsonObject { ["_id"] = 1 },
                ["sort"] = new JsonObject { ["processed_at"] = 1, ["_id"] = 1 },
                ["limit"] = limit,
            },
            cancellationToken);
        if (oldest.Count == 0)
        {
            return 0;
        }

        var gone = OutboxDocuments.IsOld(statuses, cutoff);
        var these = new JsonObject { ["_id"] = new JsonObject { ["$in"] = new JsonArray([.. oldest.Select(document => document["_id"]!.DeepClone())]) } };
        return MongoCommand.Integer((await session.RunAsync(
            new JsonObject
            {
                ["delete"] = outbox.Table,
                ["deletes"] = new JsonArray(new JsonObject { ["q"] = new JsonObject { ["$and"] = new JsonArray(these, gone) }, ["limit"] = 0 }),
            },
            MongoCommandKind.Write,
            cancellationToken))["n"]);
    }

    private static string IdOf(string kind, string name) => $"{kind}.{name}";
}
