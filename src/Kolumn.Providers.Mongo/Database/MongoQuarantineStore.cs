using System.Text.Json.Nodes;
using Kolumn.Sdk;

namespace Kolumn.Providers.Mongo.Database;

/// <summary>The ledger of what was deleted from one database, a collection in it.</summary>
internal sealed class MongoQuarantineStore : IQuarantineStore<MongoSession>
{
    public const string Collection = MongoProvider.OwnPrefix + "quarantine";

    /// <summary>The first document makes the collection.</summary>
    public IReadOnlyList<Statement> Create => [];

    /// <summary>An update that finds nothing inserts: only so can the server's clock be asked.</summary>
    public Statement Append(QuarantineEntry entry, TimeSpan retention) => MongoCommand.Statement(new JsonObject
    {
        ["update"] = Collection,
        ["updates"] = new JsonArray(new JsonObject
        {
            ["q"] = new JsonObject { ["_id"] = entry.Id },
            ["u"] = new JsonArray(new JsonObject
            {
                ["$set"] = new JsonObject
                {
                    ["resource_type"] = Literal(entry.ResourceType),
                    ["name"] = Literal(entry.Name),
                    ["identity"] = Literal(entry.Identity),
                    ["location"] = Literal(entry.Location),
                    ["part_of"] = Literal(entry.PartOf),
                    ["definition"] = Literal(entry.Definition.ToJsonString()),
                    ["actor"] = Literal(entry.Actor),
                    ["quarantined_at"] = "$$NOW",
                    ["expires_at"] = new JsonObject { ["$add"] = new JsonArray("$$NOW", (long)retention.TotalMilliseconds) },
                },
            }),
            ["upsert"] = true,
        }),
    });

    public Statement Remove(IReadOnlyCollection<string> ids) => MongoCommand.Statement(new JsonObject
    {
        ["delete"] = Collection,
        ["deletes"] = new JsonArray(new JsonObject { ["q"] = new JsonObject { ["_id"] = new JsonObject { ["$in"] = MongoCommand.Texts(ids) } }, ["limit"] = 0 }),
    });

    public async Task<IReadOnlyList<QuarantineEntry>?> ReadAsync(MongoSession session, CancellationToken cancellationToken)
    {
        var collections = (await session.ListCollectionsAsync(cancellationToken)).Select(c => c.Text("name")).ToHashSet(StringComparer.Ordinal);
        if (!collections.Contains(Collection))
        {
            return null;
        }

        var entries = await session.AllAsync(
            new JsonObject { ["find"] = Collection, ["sort"] = new JsonObject { ["quarantined_at"] = 1, ["_id"] = 1 } }, cancellationToken);
        return QuarantineEntry.Standing([.. entries.Select(Read)], collections.Contains);
    }

    private static JsonNode? Literal(string? text) => text is null ? null : new JsonObject { ["$literal"] = text };

    private static QuarantineEntry Read(JsonObject entry) => new()
    {
        Id = entry.Text("_id") ?? "",
        ResourceType = entry.Text("resource_type") ?? "",
        Name = entry.Text("name") ?? "",
        Identity = entry.Text("identity") ?? "",
        Location = entry.Text("location"),
        PartOf = entry.Text("part_of"),
        Definition = JsonNode.Parse(entry.Text("definition") ?? "{}") as JsonObject ?? [],
        Actor = entry.Text("actor") ?? "",
        QuarantinedAt = MongoCommand.MomentOf(entry["quarantined_at"]),
        ExpiresAt = MongoCommand.MomentOf(entry["expires_at"]),
    };
}
