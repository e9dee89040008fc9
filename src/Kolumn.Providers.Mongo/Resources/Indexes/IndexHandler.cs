using System.Text.Json.Nodes;
using Kolumn.Protocol.Json;
using Kolumn.Protocol.Payloads;
using Kolumn.Protocol.Schema;
using Kolumn.Providers.Mongo.Database;
using Kolumn.Providers.Mongo.Resources.Collections;
using Kolumn.Sdk;

namespace Kolumn.Providers.Mongo.Resources.Indexes;

/// <summary>Indexes: <c>mongo_index</c>. The one on _id belongs to its collection.</summary>
internal sealed class IndexHandler : IResourceHandler<MongoSession>, IAssertingHandler<MongoSession>, IAccompanyingHandler
{
    private const string DropText = "{\"dropIndexes\":";

    private static readonly Version FirstWithHiddenIndexes = new(4, 4);

    public string Description => "An index of a collection: ascending, descending, text, 2dsphere, 2d, hashed or wildcard.";

    public ObjectType Schema => IndexSchema.Schema;

    public JsonObject Describe(JsonObject config, DescribeContext context) => IndexConfig.Describe(config, context);

    public string IdentityOf(JsonObject definition) => IndexDefinition.IdentityOf(definition.Text("collection")!, definition.Text("name")!);

    public IEnumerable<ObjectReference> Requires(JsonObject definition) => [new ObjectReference(MongoNames.Collection, definition.Text("collection")!)];

    public bool IsPartOf(JsonObject definition, ObjectReference owner) => Requires(definition).Contains(owner);

    public async Task<IReadOnlyList<JsonObject>> ReadAsync(MongoSession session, IReadOnlyCollection<string>? identities, CancellationToken cancellationToken)
    {
        var wanted = identities?.ToHashSet(StringComparer.Ordinal);
        var owners = identities?.Select(IndexDefinition.CollectionOf).ToHashSet(StringComparer.Ordinal);
        var collections = (await session.ListCollectionsAsync(cancellationToken))
            .Where(c => c.Text("type") is not "view")
            .Select(c => c.Text("name")!)
            .Where(name => !CollectionHandler.IsOfTheServer(name) && !name.StartsWith(MongoProvider.OwnPrefix, StringComparison.Ordinal))
            .Where(name => owners?.Contains(name) != false)
            .Order(StringComparer.Ordinal)
            .ToList();
        var found = await session.ListIndexesAsync(collections, cancellationToken);
        return
        [
            .. collections.SelectMany(collection => found[collection]
                .Where(index => index.Text("name") != IndexDefinition.IdName && !index.IsSet("clustered"))
                .Select(index => IndexDefinition.Read(collection, index))
                .OrderBy(IdentityOf, StringComparer.Ordinal))
                .Where(index => wanted?.Contains(IdentityOf(index)) != false),
        ];
    }

    /// <summary>Keys in their short form where they have one.</summary>
    public JsonObject ToConfig(JsonObject definition)
    {
        var config = (JsonObject)definition.DeepClone();
        config["keys"] = new JsonArray([.. (definition["keys"] as JsonArray ?? []).OfType<JsonObject>().Select(key => key.Text("kind") switch
        {
            "asc" => key["field"]!.DeepClone(),
            "desc" => "-" + key.Text("field"),
            "wildcard" => key["field"]!.DeepClone(),
            _ => key.DeepClone(),
        })]);
        return config;
    }

    public IReadOnlyList<Statement> Create(JsonObject definition) =>
    [
        MongoCommand.Statement(new JsonObject { ["createIndexes"] = definition.Text("collection"), ["indexes"] = new JsonArray(IndexDefinition.ToCommand(definition)) }) with
        {
            Hazards = definition.ContainsKey("expire_after_seconds")
                ? [new Hazard(HazardNames.DataLoss, $"Documents of {definition.Text("collection")} are deleted {definition["expire_after_seconds"]!.ToJsonString()} s after the date that they hold.")]
                : [],
        },
    ];

    /// <summary>collMod hides, shows and sets when documents expire; everything else is another index.</summary>
    public IReadOnlyList<Statement>? Alter(JsonObject actual, JsonObject desired)
    {
        if (!CanonicalJson.AreEqual(Fixed(actual), Fixed(desired)) || actual.ContainsKey("expire_after_seconds") != desired.ContainsKey("expire_after_seconds"))
        {
            return null;
        }

        var changes = new JsonObject { ["name"] = desired.Text("name") };
        if (actual.IsSet("hidden") != desired.IsSet("hidden"))
        {
            changes["hidden"] = desired.IsSet("hidden");
        }

        var hazards = new List<Hazard>();
        if (!CanonicalJson.AreEqual(actual["expire_after_seconds"], desired["expire_after_seconds"]))
        {
            changes["expireAfterSeconds"] = desired["expire_after_seconds"]!.DeepClone();
            if (Seconds(desired) < Seconds(actual))
            {
                hazards.Add(new Hazard(HazardNames.DataLoss, $"Documents of {desired.Text("collection")} are deleted earlier, {Seconds(desired)} s after the date that they hold."));
            }
        }

        return changes.Count == 1 ? [] : [MongoCommand.Statement(new JsonObject { ["collMod"] = desired.Text("collection"), ["index"] = changes }) with { Hazards = hazards }];
    }

    public IReadOnlyList<Statement> Drop(JsonObject definition) =>
        [MongoCommand.Statement(new JsonObject { ["dropIndexes"] = definition.Text("collection"), ["index"] = definition.Text("name") })];

    /// <summary>
    /// An index that goes is hidden first, where the server can: queries stop using it at once, whatever keeps the drop waiting, and should that never come, showing it again
    /// costs nothing. A unique one goes on refusing writes while it is hidden, and DocumentDB hides none.
    /// </summary>
    public async Task<IReadOnlyList<IReadOnlyList<Statement>>> AssertAsync(MongoSession session, IReadOnlyList<AssertedChange> changes, CancellationToken cancellationToken) =>
        changes.Any(IsDropInUse) && await session.VersionAsync(cancellationToken) >= FirstWithHiddenIndexes
            ? [.. changes.Select(change => IsDropInUse(change) ? [Hide(change.Definition), .. change.Statements] : change.Statements)]
            : [.. changes.Select(change => change.Statements)];

    private static bool IsDropInUse(AssertedChange change) =>
        !change.Definition.IsSet("hidden") && !change.Definition.IsSet("unique") && change.Statements.Any(s => s.Text.StartsWith(DropText, StringComparison.Ordinal));

    private static Statement Hide(JsonObject definition) =>
        MongoCommand.Statement(new JsonObject { ["collMod"] = definition.Text("collection"), ["index"] = new JsonObject { ["name"] = definition.Text("name"), ["hidden"] = true } });

    private static long Seconds(JsonObject definition) => (long)double.Parse(definition["expire_after_seconds"]!.ToJsonString(), System.Globalization.CultureInfo.InvariantCulture);

    private static JsonObject Fixed(JsonObject definition)
    {
        var rest = (JsonObject)definition.DeepClone();
        rest.Remove("hidden");
        rest.Remove("expire_after_seconds");
        return rest;
    }
}
