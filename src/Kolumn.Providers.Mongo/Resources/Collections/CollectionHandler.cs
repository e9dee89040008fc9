using System.Text.Json.Nodes;
using Kolumn.Protocol;
using Kolumn.Protocol.Payloads;
using Kolumn.Protocol.Schema;
using Kolumn.Providers.Mongo.Database;
using Kolumn.Sdk;

namespace Kolumn.Providers.Mongo.Resources.Collections;

/// <summary>Collections: <c>mongo_collection</c>. A validator that neither the configuration nor the record of one names is left to a <c>mongo_validation</c>.</summary>
internal sealed class CollectionHandler : IResourceHandler<MongoSession>, IStatementHandler, IRenamingHandler, IQuarantiningHandler, ISharingHandler, IOwningHandler
{
    public string Description => "A collection with its validator and the options that it was made with.";

    public ObjectType Schema => CollectionSchema.Schema;

    public JsonObject Describe(JsonObject config, DescribeContext context) => CollectionConfig.Describe(config, context);

    public string IdentityOf(JsonObject definition) => definition.Text("name")!;

    public IEnumerable<ObjectReference> Requires(JsonObject definition) => [];

    public IReadOnlyCollection<string> SharedMembers => ValidationHandler.Members;

    /// <summary>Discovery writes validators at their collections.</summary>
    public IEnumerable<ObjectReference> PartsOf(JsonObject definition) => [new ObjectReference(MongoNames.Validation, IdentityOf(definition))];

    public async Task<IReadOnlyList<JsonObject>> ReadAsync(MongoSession session, IReadOnlyCollection<string>? identities, CancellationToken cancellationToken)
    {
        var wanted = identities?.ToHashSet(StringComparer.Ordinal);
        return
        [
            .. (await session.ListCollectionsAsync(cancellationToken))
                .Where(c => c.Text("type") is "collection" or "timeseries" or null && !IsOfTheServer(c.Text("name")!) && wanted?.Contains(c.Text("name")!) != false)
                .Select(CollectionCatalog.Read)
                .OrderBy(IdentityOf, StringComparer.Ordinal),
        ];
    }

    public JsonObject ToConfig(JsonObject definition) => (JsonObject)definition.DeepClone();

    public IReadOnlyList<Statement> Create(JsonObject definition) => [MongoCommand.Statement(CollectionCommands.Create(definition))];

    public IReadOnlyList<Statement>? Alter(JsonObject actual, JsonObject desired) => CollectionCommands.Change(actual, desired);

    public IReadOnlyList<Statement> Rename(JsonObject definition, Renaming renaming) => [Move(renaming.From, renaming.To)];

    public IReadOnlyList<Statement> Drop(JsonObject definition)
    {
        var name = IdentityOf(definition);
        return [MongoCommand.Statement(new JsonObject { ["drop"] = name }) with { Hazards = [new Hazard(HazardNames.DataLoss, $"Collection {name} is dropped with all its documents.")] }];
    }

    public string LocationOf(JsonObject definition, string id) => $"{MongoQuarantineStore.Collection}_{id}";

    /// <summary>Indexes go with their collection.</summary>
    public IReadOnlyList<Statement> Quarantine(JsonObject definition, string id) => [Move(IdentityOf(definition), LocationOf(definition, id))];

    public IReadOnlyList<Statement> Restore(JsonObject definition, string id, Func<ObjectReference, bool> exists) => [Move(LocationOf(definition, id), IdentityOf(definition))];

    public IReadOnlyList<Statement> Purge(JsonObject definition, string id) => [MongoCommand.Statement(new JsonObject { ["drop"] = LocationOf(definition, id) })];

    internal static bool IsOfTheServer(string name) => name.StartsWith("system.", StringComparison.Ordinal);

    private static Statement Move(string from, string to) => MongoCommand.Statement(new JsonObject { ["renameCollection"] = from, ["to"] = to });
}
