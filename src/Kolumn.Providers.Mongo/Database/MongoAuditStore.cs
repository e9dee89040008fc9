using System.Globalization;
using System.Text.Json.Nodes;
using Kolumn.MongoDb;
using Kolumn.Protocol;
using Kolumn.Protocol.Payloads;
using Kolumn.Sdk;

namespace Kolumn.Providers.Mongo.Database;

/// <summary>The audit log of one database, a collection in it.</summary>
internal sealed class MongoAuditStore : IAuditStore<MongoSession>
{
    public const string Collection = MongoProvider.OwnPrefix + "audit_log";

    /// <summary>The first document makes the collection.</summary>
    public IReadOnlyList<Statement> Create => [];

    public Statement Append(IReadOnlyList<AuditEntry> entries) => MongoCommand.Statement(new JsonObject
    {
        ["insert"] = Collection,
        ["documents"] = new JsonArray([.. entries.Select((entry, index) => (JsonNode)ToDocument(entry, index))]),
    });

    public async Task<AuditPlace> FindAsync(MongoSession session, CancellationToken cancellationToken) =>
        new((await session.ListCollectionsAsync(cancellationToken)).Any(c => c.Text("name") == Collection));

    public async Task<IReadOnlyList<StoredAuditEntry>> ReadAsync(MongoSession session, AuditQuery query, CancellationToken cancellationToken)
    {
        var filter = new JsonObject();
        Where("resource_type", query.ResourceType);
        Where("name", query.Name);
        Where("action", query.Action);
        Where("actor", query.Actor);
        Where("outcome", query.Outcome);
        if (query.Since is { } since)
        {
            filter["occurred_at"] = new JsonObject { ["$gte"] = MongoCommand.Moment(since) };
        }

        if (query.Until is { } until)
        {
            filter["occurred_at"] = filter["occurred_at"] is JsonObject from ? With(from, "$lt", MongoCommand.Moment(until)) : new JsonObject { ["$lt"] = MongoCommand.Moment(until) };
        }

        if (query.Before is { } before)
        {
            filter["position"] = new JsonObject { ["$lt"] = before };
        }

        var rows = await session.AllAsync(
            new JsonObject { ["find"] = Collection, ["filter"] = filter, ["sort"] = new JsonObject { ["position"] = -1 }, ["limit"] = query.Limit }, cancellationToken);
        return [.. rows.Select(FromDocument)];

        void Where(string field, string? value)
        {
            if (value is not null)
            {
                filter[field] = new JsonObject { ["$eq"] = value };
            }
        }
    }

    private static JsonObject With(JsonObject json, string name, JsonNode value)
    {
        var with = (JsonObject)json.DeepClone();
        with[name] = value;
        return with;
    }

    private static JsonObject ToDocument(AuditEntry entry, int index)
    {
        var address = ResourceAddress.TryParse(entry.Target, out var parsed) ? parsed : new ResourceAddress("", entry.Target);
        return new JsonObject
        {
            ["_id"] = entry.EventId,

            // There is no counter here; a tick is a ten-millionth of a second, and the entries of one call have the same moment or later ones.
            ["position"] = entry.Timestamp.UtcTicks + index,
            ["event_type"] = entry.EventType,
            ["occurred_at"] = MongoCommand.Moment(entry.Timestamp),
            ["actor"] = entry.Actor,
            ["source"] = entry.Source,
            ["resource_type"] = address.Type,
            ["name"] = address.Name,
            ["action"] = entry.Action,
            ["outcome"] = entry.Outcome,
            ["details"] = entry.Details.ToJsonString(),
            ["request_trace"] = entry.RequestTrace,
        };
    }

    private static StoredAuditEntry FromDocument(JsonObject document) => new(
        long.Parse(document["position"]!.ToJsonString(), CultureInfo.InvariantCulture),
        new AuditEntry
        {
            EventId = document.Text("_id") ?? "",
            EventType = document.Text("event_type") ?? "",
            Timestamp = MongoCommand.MomentOf(document["occurred_at"]),
            Actor = document.Text("actor") ?? "",
            Source = document.Text("source") ?? "",
            Target = new ResourceAddress(document.Text("resource_type") ?? "", document.Text("name") ?? "").ToString(),
            Action = document.Text("action") ?? "",
            Outcome = document.Text("outcome") ?? "",
            Details = JsonNode.Parse(document.Text("details") ?? "{}") as JsonObject ?? [],
            RequestTrace = document.Text("request_trace"),
        });
}
