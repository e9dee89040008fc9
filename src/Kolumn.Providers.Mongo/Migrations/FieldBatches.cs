using System.Text.Json.Nodes;
using Kolumn.MongoDb;
using Kolumn.Protocol;
using Kolumn.Providers.Mongo.Database;
using Kolumn.Sdk;

namespace Kolumn.Providers.Mongo.Migrations;

/// <summary>
/// Makes an operation batch by batch, in the order of the documents' ids, and undoes it from what was kept. Going forward a batch is:
/// <list type="number">
/// <item>the next documents that the operation is about; when there are none, once more from the first one on, until that finds none either;</item>
/// <item>keep what undoes it;</item>
/// <item>change them, each on condition that it is still as it was read;</item>
/// <item>forget what was kept of those that were not: somebody else was quicker, and they come in the next round.</item>
/// </list>
/// </summary>
internal sealed class FieldBatches(MongoSession session, string collection, FieldOperation operation, KeptDocuments? kept, int size)
{
    public async Task<BatchProgress> RunAsync(BatchProgress progress, CancellationToken cancellationToken)
    {
        var documents = await ReadAsync(progress.Position, cancellationToken); // 1
        if (documents.Count == 0)
        {
            return progress switch
            {
                { Position: null } => progress with { IsComplete = true },
                { ChangedInPass: > 0 } => progress with { Position = null, ChangedInPass = 0 },
                _ => throw Fault($"documents of {collection} stay as they are, although they were updated", "What was done before stays. Look at the documents that the step names, then apply the migration again."),
            };
        }

        if (documents.Find(d => d.IsSet(FieldOperation.Refused)) is { } refused)
        {
            throw Fault($"the document {refused["_id"]?.ToJsonString()} of {collection} stands against it", $"{operation.Advice} What was done before stays: apply the migration again to go on.");
        }

        await (kept?.KeepAsync(documents, cancellationToken) ?? Task.CompletedTask); // 2
        var changed = await UpdateAsync(operation.Change(documents), cancellationToken); // 3
        if (changed < documents.Count && kept is not null)
        {
            var entries = documents.ConvertAll(KeptDocuments.EntryOf);
            var states = await StatesAsync(entries, cancellationToken);
            await kept.ForgetAsync(entries.Where(e => states.GetValueOrDefault(KeptDocuments.IdOf(e)) != FieldState.AsLeft), cancellationToken); // 4
        }

        return progress with { Position = documents[^1]["_id"]?.ToJsonString() ?? "null", Changed = progress.Changed + changed, ChangedInPass = progress.ChangedInPass + changed };
    }

    /// <summary>The next entries of what is kept: undo them, see that they are as they were, and let go of them.</summary>
    public async Task<BatchProgress> UndoAsync(BatchProgress progress, bool force, CancellationToken cancellationToken)
    {
        var entries = await kept!.ReadAsync(null, size, cancellationToken);
        if (entries.Count == 0)
        {
            return progress with { IsComplete = true };
        }

        var changed = await UpdateAsync(operation.Undo(entries, force), cancellationToken);
        var states = await StatesAsync(entries, cancellationToken);
        if (!force && entries.Find(e => states.TryGetValue(KeptDocuments.IdOf(e), out var state) && state != FieldState.AsBefore) is { } other)
        {
            throw Fault(
                $"the document {other["key"]?.ToJsonString()} of {collection} was changed since",
                "Documents before it are as they were; roll the migration back again to go on. Set allow_data_loss to lose what was written since.");
        }

        await kept.ForgetAsync(entries, cancellationToken);
        return progress with { Changed = progress.Changed + changed };
    }

    /// <summary>How many of the documents that were changed are there and not as they were left.</summary>
    public async Task<long> CountChangedAsync(CancellationToken cancellationToken)
    {
        long count = 0;
        await foreach (var entries in kept!.AllAsync(size, cancellationToken))
        {
            count += (await StatesAsync(entries, cancellationToken)).Values.Count(state => state == FieldState.Changed);
        }

        return count;
    }

    private async Task<List<JsonObject>> ReadAsync(string? position, CancellationToken cancellationToken)
    {
        JsonNode[] filters = position is null ? [operation.Filter] : [new JsonObject { ["_id"] = new JsonObject { ["$gt"] = JsonNode.Parse(position) } }, operation.Filter];
        var projection = operation.Projection;
        projection["_id"] = 1;
        if (operation.IsRefused is { } refused)
        {
            projection[FieldOperation.Refused] = refused;
        }

        // One page and no more: the server ends it at 16 MB, so that large values make small batches.
        return await session.FirstPageAsync(
            new JsonObject
            {
                ["aggregate"] = collection,
                ["pipeline"] = new JsonArray(
                    new JsonObject { ["$match"] = new JsonObject { ["$and"] = new JsonArray(filters) } },
                    new JsonObject { ["$sort"] = new JsonObject { ["_id"] = 1 } },
                    new JsonObject { ["$limit"] = size },
                    new JsonObject { ["$project"] = projection }),
                ["cursor"] = new JsonObject { ["batchSize"] = size },
            },
            cancellationToken);
    }

    private async Task<long> UpdateAsync(IEnumerable<JsonObject> updates, CancellationToken cancellationToken)
    {
        long count = 0;
        foreach (var some in CommandSize.Divide(updates))
        {
            var reply = await session.RunAsync(new JsonObject { ["update"] = collection, ["updates"] = some, ["ordered"] = false }, MongoCommandKind.Write, cancellationToken);
            count += reply["nModified"]?.GetValue<long>() ?? 0;
        }

        return count;
    }

    /// <summary>How the documents are now, by the ids of the entries; without those that are gone.</summary>
    private async Task<IReadOnlyDictionary<string, FieldState>> StatesAsync(IReadOnlyList<JsonObject> entries, CancellationToken cancellationToken)
    {
        var look = operation.Look;
        look["_id"] = 1;
        var found = await session.AllExactlyAsync(
            new JsonObject
            {
                ["aggregate"] = collection,
                ["pipeline"] = new JsonArray(
                    new JsonObject { ["$match"] = new JsonObject { ["_id"] = new JsonObject { ["$in"] = new JsonArray([.. entries.Select(e => e["key"]?.DeepClone())]) } } },
                    new JsonObject { ["$project"] = look }),
                ["cursor"] = new JsonObject(),
            },
            cancellationToken);
        var byId = found.ToDictionary(d => KeptDocuments.TextOf(d["_id"]), StringComparer.Ordinal);
        return entries.Where(e => byId.ContainsKey(KeptDocuments.IdOf(e))).ToDictionary(KeptDocuments.IdOf, e => operation.StateOf(e, byId[KeptDocuments.IdOf(e)]), StringComparer.Ordinal);
    }

    private static ProviderException Fault(string summary, string detail) => new(Diagnostic.Error(DiagnosticCodes.Operation, summary, detail));
}
