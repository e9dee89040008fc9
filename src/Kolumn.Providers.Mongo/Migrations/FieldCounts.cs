using System.Text.Json.Nodes;
using Kolumn.Protocol;
using Kolumn.Providers.Mongo.Database;

namespace Kolumn.Providers.Mongo.Migrations;

/// <summary>What one look at every document says of an operation.</summary>
/// <param name="Documents">How many there are.</param>
/// <param name="Matching">How many of them it changes.</param>
/// <param name="Losing">How many of those lose something.</param>
/// <param name="Refusing">How many of those stand against it.</param>
/// <param name="Example">The id of one that does.</param>
/// <param name="InLists">In how many the field is within a list.</param>
internal sealed record FieldCounts(long Documents, long Matching, long Losing, long Refusing, JsonNode? Example, long InLists)
{
    public static async Task<FieldCounts> OfAsync(MongoSession session, string collection, FieldOperation operation, CancellationToken cancellationToken)
    {
        var isRefused = operation.IsRefused;
        var group = new JsonObject
        {
            ["_id"] = null,
            ["documents"] = new JsonObject { ["$sum"] = 1 },
            ["matching"] = Count(operation.Applies, 1),
            ["losing"] = operation.Loses is { } loses ? Count(operation.Applies, If(loses, 1, 0)) : Nothing(),
            ["refusing"] = isRefused is null ? Nothing() : Count(operation.Applies, If(isRefused, 1, 0)),
            ["example"] = new JsonObject { ["$min"] = operation.IsRefused is { } refused ? If(operation.Applies, If(refused, "$_id", null), null) : null },
            ["in_lists"] = operation.Field.IsWithinList() is { } lists ? Count(lists, 1) : Nothing(),
        };
        var found = (await session.AllAsync(new JsonObject { ["aggregate"] = collection, ["pipeline"] = new JsonArray(new JsonObject { ["$group"] = group }), ["cursor"] = new JsonObject() }, cancellationToken)).FirstOrDefault() ?? [];
        long Number(string name) => found[name]?.GetValue<long>() ?? 0;
        return new FieldCounts(Number("documents"), Number("matching"), Number("losing"), Number("refusing"), found["example"]?.DeepClone(), Number("in_lists"));
    }

    /// <summary>Why nothing of it can be done; null when it can.</summary>
    public Diagnostic? FaultOf(FieldOperation operation, string collection) =>
        InLists > 0 ? Diagnostic.Error(
            DiagnosticCodes.PrecheckFailed, $"{operation.Field} is within a list in {InLists} of {Documents} documents of {collection}", "Nothing was changed. What is within lists is not migrated.")
        : Refusing > 0 ? Diagnostic.Error(
            DiagnosticCodes.PrecheckFailed,
            $"{Refusing} of {Matching} documents of {collection} stand against it: {operation.Describe(collection)}; one of them has the _id {Example?.ToJsonString()}",
            $"Nothing was changed. {operation.Advice}")
        : null;

    private static JsonObject Nothing() => new() { ["$sum"] = 0 };

    private static JsonObject Count(JsonObject condition, JsonNode then) => new() { ["$sum"] = If(condition, then, 0) };

    private static JsonObject If(JsonObject condition, JsonNode? then, JsonNode? otherwise) => new() { ["$cond"] = new JsonArray(condition, then, otherwise) };
}
