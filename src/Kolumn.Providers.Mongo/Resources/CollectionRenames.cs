using System.Text.Json.Nodes;
using Kolumn.Providers.Mongo.Database;
using Kolumn.Sdk;

namespace Kolumn.Providers.Mongo.Resources;

/// <summary>What renameCollection takes along: the indexes. Views and rights go on naming the old collection.</summary>
internal sealed class CollectionRenames : IRenameFollower<MongoSession>
{
    public Task<IReadOnlyDictionary<ObjectReference, JsonObject>> FollowAsync(
        MongoSession session,
        IReadOnlyList<Renaming> renamings,
        IReadOnlyList<Statement> statements,
        IReadOnlyDictionary<ObjectReference, JsonObject> definitions,
        CancellationToken cancellationToken)
    {
        var followed = new Dictionary<ObjectReference, JsonObject>();
        foreach (var (reference, definition) in definitions)
        {
            var member = reference.Type switch
            {
                MongoNames.Index or MongoNames.Validation => "collection",
                MongoNames.Collection => "name",
                _ => null,
            };
            if (member is null || definition.Text(member) is not { } before)
            {
                continue;
            }

            var now = renamings.Where(r => r.Object.Type == MongoNames.Collection).Aggregate(before, (name, renaming) => name == renaming.From ? renaming.To : name);
            if (now != before)
            {
                var renamed = (JsonObject)definition.DeepClone();
                renamed[member] = now;
                followed[reference] = renamed;
            }
        }

        return Task.FromResult<IReadOnlyDictionary<ObjectReference, JsonObject>>(followed);
    }
}
