using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using Kolumn.MongoDb;
using Kolumn.Providers.Mongo.Database;
using Kolumn.Sdk;
using Kolumn.Sdk.Sql;

namespace Kolumn.Providers.Mongo.Migrations;

/// <summary>
/// What undoing an operation takes, in a collection of Kolumn's own: for each document that is changed an entry <c>{ _id, key, before?, after? }</c>, whose <c>key</c> is the document's
/// id and whose own id is that as a text, since comparisons of ids stay within one type.
/// </summary>
internal sealed class KeptDocuments(MongoSession session, string place)
{
    private const int DuplicateKey = 11000;

    private static readonly string[] Values = [FieldOperation.Before, FieldOperation.After];

    public static string TextOf(JsonNode? id) => id?.ToJsonString() ?? "null";

    public static string IdOf(JsonObject entry) => TextOf(entry["key"]);

    public static JsonObject EntryOf(JsonObject document)
    {
        var entry = new JsonObject { ["_id"] = TextOf(document["_id"]), ["key"] = document["_id"]?.DeepClone() };
        foreach (var value in Values.Where(document.ContainsKey))
        {
            entry[value] = document[value]?.DeepClone();
        }

        return entry;
    }

    /// <summary>Of documents that a run kept and did not come to change, before it was stopped, what is kept now replaces what was kept then.</summary>
    public async Task KeepAsync(IReadOnlyList<JsonObject> documents, CancellationToken cancellationToken)
    {
        var entries = documents.Select(EntryOf).ToList();
        try
        {
            await InsertAsync(entries, cancellationToken);
        }
        catch (ProviderException known) when (known.InnerException is MongoException { Code: DuplicateKey })
        {
            await ForgetAsync(entries, cancellationToken);
            await InsertAsync(entries, cancellationToken);
        }
    }

    public async Task ForgetAsync(IEnumerable<JsonObject> entries, CancellationToken cancellationToken)
    {
        var ids = MongoCommand.Texts(entries.Select(IdOf));
        if (ids.Count > 0)
        {
            await session.RunAsync(
                new JsonObject { ["delete"] = place, ["deletes"] = new JsonArray(new JsonObject { ["q"] = new JsonObject { ["_id"] = new JsonObject { ["$in"] = ids } }, ["limit"] = 0 }) }, MongoCommandKind.Write, cancellationToken);
        }
    }

    /// <param name="position">The id of the last entry that was read; null: from the first one on.</param>
    /// <param name="size">At most so many.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public Task<List<JsonObject>> ReadAsync(string? position, int size, CancellationToken cancellationToken) => session.FirstPageAsync(
        new JsonObject
        {
            ["find"] = place,
            ["filter"] = position is null ? [] : new JsonObject { ["_id"] = new JsonObject { ["$gt"] = position } },
            ["sort"] = new JsonObject { ["_id"] = 1 },
            ["limit"] = size,
            ["batchSize"] = size,
        },
        cancellationToken);

    public async IAsyncEnumerable<List<JsonObject>> AllAsync(int size, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        string? position = null;
        while (await ReadAsync(position, size, cancellationToken) is { Count: > 0 } entries)
        {
            yield return entries;
            position = entries[^1].Text("_id");
        }
    }

    public async Task<RowDigest> DigestAsync(int size, CancellationToken cancellationToken)
    {
        var sum = new RowSum();
        await foreach (var entry in AllAsync(size, cancellationToken).SelectMany(entries => entries))
        {
            sum.Add(entry.ToJsonString());
        }

        return sum.ToDigest();
    }

    private async Task InsertAsync(IEnumerable<JsonObject> entries, CancellationToken cancellationToken)
    {
        foreach (var some in CommandSize.Divide(entries.Select(e => (JsonObject)e.DeepClone())))
        {
            await session.RunAsync(new JsonObject { ["insert"] = place, ["documents"] = some }, MongoCommandKind.Write, cancellationToken);
        }
    }
}
