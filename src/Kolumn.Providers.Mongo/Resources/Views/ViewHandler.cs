using System.Text.Json.Nodes;
using Kolumn.Protocol;
using Kolumn.Protocol.Json;
using Kolumn.Protocol.Schema;
using Kolumn.Providers.Mongo.Database;
using Kolumn.Sdk;
using Kolumn.Sdk.Resources;

namespace Kolumn.Providers.Mongo.Resources.Views;

/// <summary>Views: <c>mongo_view</c>. https://www.mongodb.com/docs/manual/core/views/</summary>
internal sealed class ViewHandler : IResourceHandler<MongoSession>, IStatementHandler
{
    public string Description => "A view: a pipeline over a collection or another view, run whenever somebody reads it.";

    public ObjectType Schema { get; } = new()
    {
        Attributes = new Dictionary<string, AttributeSchema>
        {
            ["name"] = Attributes.Text("The view's name; the resource's own name when left out."),
            ["collection"] = Attributes.Reference("The collection or view that it reads from.", [MongoNames.Collection, MongoNames.View], required: true),
            ["pipeline"] = Attributes.Any("Stages of an aggregation, in order: a list of objects, or a text of JSON.", required: true),
            ["collation"] = Collation.Schema with { ForceNew = true },
        },
    };

    public JsonObject Describe(JsonObject config, DescribeContext context)
    {
        var reader = MongoConfig.Reader(config, context);
        var pipeline = MongoNames.Document(reader, "pipeline");
        if (pipeline is not JsonArray stages || stages.Any(stage => stage is not JsonObject { Count: 1 }))
        {
            reader.Invalid("pipeline", "a pipeline is a list of stages", "Each stage is an object with one member: { \"$match\" = { active = true } }.");
            pipeline = new JsonArray();
        }

        var definition = new JsonObject { ["name"] = MongoNames.CollectionName(reader), ["collection"] = MongoNames.CollectionOf(reader, "collection"), ["pipeline"] = pipeline };
        return definition.With("collation", Collation.Describe(reader));
    }

    public string IdentityOf(JsonObject definition) => definition.Text("name")!;

    /// <summary>The server takes a view on what does not exist; people do not expect one.</summary>
    public IEnumerable<ObjectReference> Requires(JsonObject definition) => MongoNames.Either(definition.Text("collection")!);

    public async Task<IReadOnlyList<JsonObject>> ReadAsync(MongoSession session, IReadOnlyCollection<string>? identities, CancellationToken cancellationToken)
    {
        var wanted = identities?.ToHashSet(StringComparer.Ordinal);
        return
        [
            .. (await session.ListCollectionsAsync(cancellationToken))
                .Where(c => c.Text("type") == "view" && wanted?.Contains(c.Text("name")!) != false)
                .Select(Read)
                .OrderBy(IdentityOf, StringComparer.Ordinal),
        ];
    }

    public JsonObject ToConfig(JsonObject definition) => (JsonObject)definition.DeepClone();

    public IReadOnlyList<Statement> Create(JsonObject definition) =>
    [
        MongoCommand.Statement(new JsonObject
        {
            ["create"] = definition.Text("name"),
            ["viewOn"] = definition.Text("collection"),
            ["pipeline"] = definition["pipeline"]?.DeepClone() ?? new JsonArray(),
        }.With("collation", Collation.ToCommand(definition["collation"]))),
    ];

    public IReadOnlyList<Statement>? Alter(JsonObject actual, JsonObject desired) => !CanonicalJson.AreEqual(actual["collation"], desired["collation"]) ? null :
    [
        MongoCommand.Statement(new JsonObject
        {
            ["collMod"] = desired.Text("name"),
            ["viewOn"] = desired.Text("collection"),
            ["pipeline"] = desired["pipeline"]?.DeepClone() ?? new JsonArray(),
        }),
    ];

    public IReadOnlyList<Statement> Drop(JsonObject definition) => [MongoCommand.Statement(new JsonObject { ["drop"] = definition.Text("name") })];

    private static JsonObject Read(JsonObject entry)
    {
        var options = entry["options"] as JsonObject ?? [];
        return new JsonObject { ["name"] = entry.Text("name"), ["collection"] = options.Text("viewOn"), ["pipeline"] = options["pipeline"]?.DeepClone() ?? new JsonArray() }
            .With("collation", Collation.Read(options["collation"]));
    }
}
