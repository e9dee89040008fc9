using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Kolumn.Protocol.Payloads;
using Kolumn.Providers.Mongo.Database;
using Kolumn.Sdk.Streaming;

namespace Kolumn.Providers.Mongo.Streaming;

/// <summary>
/// Events as documents: Debezium's <c>_id</c>, <c>aggregatetype</c>, <c>aggregateid</c>, <c>type</c> and <c>payload</c>, which is all that a writer has to give, and beside them what the
/// relay keeps. A server fills nothing in: an event without a status is pending, one without a moment is as old as its ObjectId.
/// </summary>
internal static class OutboxDocuments
{
    private const int UuidSubtype = 4;

    public static JsonObject IsPending => new() { ["$in"] = new JsonArray("pending", null) };

    /// <summary>Oldest first. Who gives no position has the order of the ids.</summary>
    public static JsonObject Order => new() { ["position"] = 1, ["_id"] = 1 };

    /// <summary>When an event came into being, as an expression.</summary>
    public static JsonObject CreatedAt => new()
    {
        ["$ifNull"] = new JsonArray("$created_at", new JsonObject { ["$convert"] = new JsonObject { ["input"] = "$_id", ["to"] = "date", ["onError"] = null, ["onNull"] = null } }),
    };

    /// <summary>The order key of an event, as an expression.</summary>
    public static JsonNode KeyExpression(OutboxDefinition outbox) => outbox.PartitionBy switch
    {
        OutboxPartitions.AggregateType => "$aggregatetype",
        OutboxPartitions.None => new JsonObject { ["$literal"] = "" },
        _ => new JsonObject { ["$ifNull"] = new JsonArray("$key", "$aggregateid") },
    };

    public static string KeyOf(OutboxDefinition outbox, JsonObject document) => outbox.PartitionBy switch
    {
        OutboxPartitions.AggregateType => document.Text("aggregatetype") ?? "",
        OutboxPartitions.None => "",
        _ => document.Text("key") ?? document.Text("aggregateid") ?? "",
    };

    /// <summary>Events with one of these order keys, as a condition that indexes understand.</summary>
    public static JsonObject HasKey(OutboxDefinition outbox, IEnumerable<string> keys)
    {
        var some = MongoCommand.Texts(keys);
        return outbox.PartitionBy switch
        {
            OutboxPartitions.AggregateType => Among("aggregatetype", some),
            OutboxPartitions.None => some.Count > 0 ? [] : Among("_id", some),
            _ => new JsonObject
            {
                ["$or"] = new JsonArray(Among("key", some), new JsonObject { ["key"] = null, ["aggregateid"] = new JsonObject { ["$in"] = some.DeepClone() } }),
            },
        };
    }

    /// <summary>Settled with one of these statuses, and over before then.</summary>
    public static JsonObject IsOld(IReadOnlyList<string> statuses, DateTimeOffset cutoff)
    {
        JsonObject Before() => new() { ["$lt"] = MongoCommand.Moment(cutoff) };

        // An ObjectId begins with the seconds of its moment.
        var id = ((uint)Math.Clamp(cutoff.ToUnixTimeSeconds(), 0, uint.MaxValue)).ToString("x8", CultureInfo.InvariantCulture).PadRight(24, '0');
        return new JsonObject
        {
            ["status"] = new JsonObject { ["$in"] = MongoCommand.Texts(statuses) },
            ["$or"] = new JsonArray(
                new JsonObject { ["processed_at"] = Before() },
                new JsonObject { ["processed_at"] = null, ["created_at"] = Before() },
                new JsonObject { ["processed_at"] = null, ["created_at"] = null, ["_id"] = new JsonObject { ["$lt"] = new JsonObject { ["$oid"] = id } } }),
        };
    }

    public static OutboxEvent Read(OutboxDefinition outbox, JsonObject document) => new()
    {
        Position = PositionOf(document["_id"]),
        Id = IdText(document["_id"]),
        AggregateType = document.Text("aggregatetype") ?? "",
        AggregateId = document.Text("aggregateid") ?? "",
        Type = document.Text("type") ?? "",
        Topic = document.Text("topic") ?? outbox.Topic,
        Key = document.Text("key"),
        OrderKey = KeyOf(outbox, document),
        Payload = document["payload"] is { } payload ? MongoCommand.Text(payload) : null,
        CreatedAt = document["created_at"] is { } created ? MongoCommand.MomentOf(created) : MomentOfId(document["_id"]),
        Attempts = (int)MongoCommand.Integer(document["attempts"]),
    };

    /// <summary>No number of the server's tells events apart, so it is made of the id: the same one whoever reads the event, and however often.</summary>
    private static long PositionOf(JsonNode? id) =>
        BitConverter.ToInt64(SHA256.HashData(Encoding.UTF8.GetBytes(id?.ToJsonString() ?? ""))) & long.MaxValue;

    private static string IdText(JsonNode? id) => id switch
    {
        JsonObject value when value.Text("$oid") is { } hex => hex,
        JsonObject value when value["$binary"] is JsonObject binary && binary.Text("base64") is { } bytes && binary.Text("subType") is { } type
            && int.Parse(type, NumberStyles.HexNumber, CultureInfo.InvariantCulture) == UuidSubtype => new Guid(Convert.FromBase64String(bytes), bigEndian: true).ToString(),
        JsonValue value when value.TryGetValue<string>(out var text) => text,
        _ => id?.ToJsonString() ?? "",
    };

    private static DateTimeOffset MomentOfId(JsonNode? id) => (id as JsonObject)?.Text("$oid") is { Length: 24 } hex
        ? DateTimeOffset.FromUnixTimeSeconds(uint.Parse(hex.AsSpan(0, 8), NumberStyles.HexNumber, CultureInfo.InvariantCulture))
        : DateTimeOffset.UtcNow;

    private static JsonObject Among(string field, JsonArray texts) => new() { [field] = new JsonObject { ["$in"] = texts } };
}
