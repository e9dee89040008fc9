using System.Text.Json.Nodes;
using Kolumn.Protocol;
using Kolumn.Protocol.Schema;
using Kolumn.Providers.Mongo.Database;
using Kolumn.Sdk;
using Kolumn.Sdk.Resources;

namespace Kolumn.Providers.Mongo.Resources.Collections;

/// <summary>
/// Validators by themselves: <c>mongo_validation</c>, for collections that somebody else makes, or whose rules are in other hands than the rest of them. To the
/// server a validator is an option of its collection, and everything here is a collMod.
/// </summary>
internal sealed class ValidationHandler : IResourceHandler<MongoSession>, IStatementHandler, IAccompanyingHandler
{
    /// <summary>What a validation and its collection have in common.</summary>
    public static readonly string[] Members = ["validator", "validation_level", "validation_action"];

    public string Description => "What documents of a collection have to be like, apart from the collection.";

    public ObjectType Schema { get; } = new()
    {
        Attributes = new Dictionary<string, AttributeSchema>
        {
            ["collection"] = Attributes.Reference("The collection, which has no validator of its own configuration.", [MongoNames.Collection], required: true),
            ["validator"] = CollectionSchema.Schema.Attributes["validator"] with { Required = true },
            ["validation_level"] = CollectionSchema.Schema.Attributes["validation_level"],
            ["validation_action"] = CollectionSchema.Schema.Attributes["validation_action"],
        },
    };

    public JsonObject Describe(JsonObject config, DescribeContext context)
    {
        var reader = MongoConfig.Reader(config, context);
        var definition = new JsonObject { ["collection"] = MongoNames.CollectionOf(reader, "collection") };
        CollectionConfig.DescribeValidation(reader, definition);
        if (definition["validator"] is not JsonObject { Count: > 0 })
        {
            reader.Invalid("validator", "a validation needs a validator", "Write a query that documents have to match, or remove the resource.");
        }

        if (MongoNames.ConfigOf(reader, "collection") is { } other && Members.FirstOrDefault(other.ContainsKey) is { } both)
        {
            reader.Invalid("collection", $"the collection has a {both} of its own", "Write validators at the collection or apart from it, not both.");
        }

        return definition;
    }

    public string IdentityOf(JsonObject definition) => definition.Text("collection")!;

    public IEnumerable<ObjectReference> Requires(JsonObject definition) => [new ObjectReference(MongoNames.Collection, IdentityOf(definition))];

    public bool IsPartOf(JsonObject definition, ObjectReference owner) => Requires(definition).Contains(owner);

    public async Task<IReadOnlyList<JsonObject>> ReadAsync(MongoSession session, IReadOnlyCollection<string>? identities, CancellationToken cancellationToken)
    {
        var wanted = identities?.ToHashSet(StringComparer.Ordinal);
        return
        [
            .. (await session.ListCollectionsAsync(cancellationToken))
                .Where(c => c.Text("type") is "collection" or null && wanted?.Contains(c.Text("name")!) != false)
                .Select(CollectionCatalog.Read)
                .Where(collection => Members.Any(collection.ContainsKey))
                .Select(Of)
                .OrderBy(IdentityOf, StringComparer.Ordinal),
        ];
    }

    public JsonObject ToConfig(JsonObject definition) => (JsonObject)definition.DeepClone();

    public IReadOnlyList<Statement> Create(JsonObject definition) => CollectionCommands.Change(Bare(definition), AsCollection(definition))!;

    public IReadOnlyList<Statement>? Alter(JsonObject actual, JsonObject desired) => CollectionCommands.Change(AsCollection(actual), AsCollection(desired));

    public IReadOnlyList<Statement> Drop(JsonObject definition) => CollectionCommands.Change(AsCollection(definition), Bare(definition))!;

    private JsonObject Bare(JsonObject definition) => new() { ["name"] = IdentityOf(definition) };

    private JsonObject AsCollection(JsonObject definition) => Copy(Bare(definition), definition);

    private static JsonObject Of(JsonObject collection) => Copy(new JsonObject { ["collection"] = collection.Text("name") }, collection);

    private static JsonObject Copy(JsonObject to, JsonObject from) => Members.Aggregate(to, (copy, member) => copy.With(member, from[member]));
}
