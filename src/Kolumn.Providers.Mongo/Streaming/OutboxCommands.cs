using System.Text.Json.Nodes;
using Kolumn.Protocol.Json;
using Kolumn.Providers.Mongo.Database;
using Kolumn.Sdk;
using Kolumn.Sdk.Streaming;

namespace Kolumn.Providers.Mongo.Streaming;

/// <summary>The parts of an outbox as commands. Each can be made on its own, so that what somebody took away can be put back.</summary>
internal static class OutboxCommands
{
    /// <summary>Of the longest suffix below, and of the database's name.</summary>
    public const int MaxTableLength = 180;

    private const string Validator = "validator";
    private const string Index = "index ";

    /// <summary>What is looked for: the oldest pending events, those that wait for an attempt, those that are old enough to go.</summary>
    private static readonly (string Suffix, string[] Fields)[] Indexes =
        [("_pending", ["status", "position", "_id"]), ("_retry", ["status", "next_attempt_at"]), ("_settled", ["status", "processed_at"])];

    public static IEnumerable<string> IndexesOf(OutboxDefinition outbox) => Indexes.Select(index => outbox.Table + index.Suffix);

    /// <summary>Takes every event that the relay can deliver, and no other.</summary>
    public static JsonObject Rules() => new()
    {
        ["$jsonSchema"] = new JsonObject
        {
            ["bsonType"] = "object",
            ["required"] = new JsonArray("aggregatetype", "aggregateid", "type"),
            ["properties"] = new JsonObject
            {
                ["aggregatetype"] = OfType("string"),
                ["aggregateid"] = OfType("string"),
                ["type"] = OfType("string"),
                ["topic"] = OfType("string", "null"),
                ["key"] = OfType("string", "null"),
                ["status"] = new JsonObject { ["enum"] = new JsonArray("pending", "processed", "failed", null) },
                ["created_at"] = OfType("date", "null"),
                ["processed_at"] = OfType("date", "null"),
                ["attempts"] = OfType("int", "long", "null"),
                ["next_attempt_at"] = OfType("date", "null"),
                ["last_error"] = OfType("string", "null"),
            },
        },
    };

    public static IReadOnlyList<Statement> Create(OutboxDefinition outbox) =>
    [
        MongoCommand.Statement(new JsonObject { ["create"] = outbox.Table, ["validator"] = Rules() }),
        CreateIndexes(outbox, Indexes),
    ];

    public static Statement Repair(OutboxDefinition outbox, string missing) => missing == Validator
        ? MongoCommand.Statement(new JsonObject { ["collMod"] = outbox.Table, ["validator"] = Rules(), ["validationLevel"] = "strict", ["validationAction"] = "error" })
        : CreateIndexes(outbox, Indexes.Where(index => missing == Index + outbox.Table + index.Suffix));

    public static Statement Drop(OutboxDefinition outbox) => MongoCommand.Statement(new JsonObject { ["drop"] = outbox.Table }) with { Hazards = [OutboxLoss.Of(outbox)] };

    /// <param name="outbox">Whose parts they are.</param>
    /// <param name="options">Of its collection, as listCollections reports them.</param>
    /// <param name="indexes">As listIndexes reports them.</param>
    public static IReadOnlyList<string> Missing(OutboxDefinition outbox, JsonObject options, IReadOnlyList<JsonObject> indexes)
    {
        var isValidated = CanonicalJson.AreEqual(options["validator"], Rules()) && options.Text("validationLevel") is null or "strict" && options.Text("validationAction") is null or "error";
        return
        [
            .. isValidated ? [] : new[] { Validator },
            .. IndexesOf(outbox).Where(name => !indexes.Any(index => index.Text("name") == name)).Select(name => Index + name),
        ];
    }

    private static Statement CreateIndexes(OutboxDefinition outbox, IEnumerable<(string Suffix, string[] Fields)> indexes) => MongoCommand.Statement(new JsonObject
    {
        ["createIndexes"] = outbox.Table,
        ["indexes"] = new JsonArray([.. indexes.Select(index => new JsonObject
        {
            ["key"] = new JsonObject(index.Fields.Select(field => KeyValuePair.Create<string, JsonNode?>(field, 1))),
            ["name"] = outbox.Table + index.Suffix,
        })]),
    });

    private static JsonObject OfType(params string[] types) => new() { ["bsonType"] = types.Length == 1 ? types[0] : MongoCommand.Texts(types) };
}
