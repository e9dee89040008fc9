using System.Text.Json.Nodes;
using Kolumn.Providers.Sqlite.Database;
using Kolumn.Sdk;

namespace Kolumn.Providers.Sqlite.Resources;

/// <summary>
/// Normalises objects that are compared as a whole: one that means the same as what exists is spelled like it, any other one
/// has to pass a trial.
/// </summary>
internal static class SpelledAsExisting
{
    /// <param name="meaningOf">Equal for definitions that mean the same.</param>
    public static async Task<IReadOnlyList<NormalizedDefinition>> NormalizeAsync(
        IResourceHandler<SqliteSession> handler,
        string type,
        Func<JsonObject, string> meaningOf,
        SqliteSession session,
        IReadOnlyList<JsonObject> definitions,
        IReadOnlyDictionary<string, IReadOnlyList<JsonObject>> all,
        CancellationToken cancellationToken)
    {
        var existing = (await handler.ReadAsync(session, [.. definitions.Select(handler.IdentityOf)], cancellationToken)).ToDictionary(handler.IdentityOf, StringComparer.Ordinal);
        await using var trial = new TrialSchema(session, all);
        var normalized = new List<NormalizedDefinition>(definitions.Count);
        foreach (var definition in definitions)
        {
            if (existing.GetValueOrDefault(handler.IdentityOf(definition)) is { } actual && meaningOf(actual) == meaningOf(definition))
            {
                var same = (JsonObject)actual.DeepClone();
                same.Remove("dependants");
                normalized.Add(new NormalizedDefinition(same, null));
                continue;
            }

            var refusal = await trial.TryAsync(type, definition, cancellationToken);
            normalized.Add(refusal is null ? new NormalizedDefinition((JsonObject)definition.DeepClone(), null) : new NormalizedDefinition(null, refusal));
        }

        return normalized;
    }
}
