using System.Text.Json.Nodes;
using Kolumn.Protocol;

namespace Kolumn.Sdk.Engine;

/// <summary>
/// What shall exist, in the spelling in which the catalog would report it. Asking the server for that spelling is dear, so
/// only what exists, differs from its description and is not recorded as described is asked about.
/// </summary>
internal static class DesiredDefinitions<TSession>
    where TSession : IProviderSession
{
    /// <param name="session">null when there is no database to ask.</param>
    /// <returns>By address; deletes and refused ones are missing.</returns>
    public static async Task<Dictionary<string, JsonObject>> FindAsync(
        TSession? session,
        IReadOnlyList<PreparedResource<TSession>> resources,
        Dictionary<ObjectReference, JsonObject> existing,
        List<Diagnostic> diagnostics,
        CancellationToken cancellationToken)
    {
        var desired = new Dictionary<string, JsonObject>(resources.Count, StringComparer.Ordinal);
        var unclear = new List<PreparedResource<TSession>>();
        foreach (var resource in resources.Where(r => r.Described is not null))
        {
            var actual = existing.GetValueOrDefault(new ObjectReference(resource.Type.Name, resource.Identity));
            var wish = actual is not null && resource.IsRecordedAsDescribed ? AsRecorded(resource, actual) : resource.Described!;
            desired[resource.Address] = Completed(resource, wish, actual);
            if (session is not null
                && resource is { Type.Normalizer: not null, IsRecordedAsDescribed: false }
                && resource.Request.Action != ResourceActions.NoOp
                && actual is not null
                && DefinitionComparison.Compare(actual, desired[resource.Address], resource.Type.Schema).Count > 0)
            {
                unclear.Add(resource);
            }
        }

        if (unclear.Count > 0)
        {
            await NormalizeAsync(session!, resources, unclear, existing, desired, diagnostics, cancellationToken);
        }

        return desired;
    }

    private static JsonObject Completed(PreparedResource<TSession> resource, JsonObject wish, JsonObject? actual) =>
        actual is not null && resource.Type.Creator is IKeepingHandler handler ? KeptAttributes.Complete(wish, resource.Described!, actual, handler) : wish;

    // A state holds no sensitive values, but an object that has to be made again needs them.
    private static JsonObject AsRecorded(PreparedResource<TSession> resource, JsonObject actual)
    {
        var (recorded, attributes) = (resource.Recorded!, resource.Type.Schema.Attributes);
        return SensitiveValues.Holds(attributes) ? SensitiveValues.Restore(recorded.Definition, resource.Described!, attributes)
            : recorded.Is(actual) ? actual
            : recorded.Definition;
    }

    private static async Task NormalizeAsync(
        TSession session,
        IReadOnlyList<PreparedResource<TSession>> resources,
        List<PreparedResource<TSession>> unclear,
        Dictionary<ObjectReference, JsonObject> existing,
        Dictionary<string, JsonObject> desired,
        List<Diagnostic> diagnostics,
        CancellationToken cancellationToken)
    {
        var all = resources
            .Where(r => r.Described is not null)
            .GroupBy(r => r.Type.Name)
            .ToDictionary(g => g.Key, g => (IReadOnlyList<JsonObject>)[.. g.Select(r => r.Described!)]);
        foreach (var group in unclear.GroupBy(r => r.Type))
        {
            var (type, asked) = (group.Key, group.ToList());
            var answers = await HandlerCall.RunAsync(type.Name, nameof(type.Normalizer.NormalizeAsync), async () =>
            {
                var spelled = await type.Normalizer!.NormalizeAsync(session, [.. asked.Select(r => r.Described!)], all, cancellationToken);
                return spelled.Count == asked.Count
                    ? spelled
                    : throw new InvalidOperationException($"{asked.Count} definitions were given and {spelled.Count} came back");
            });
            foreach (var (resource, answer) in asked.Zip(answers))
            {
                if (answer.Definition is { } definition)
                {
                    desired[resource.Address] = Completed(resource, definition, existing.GetValueOrDefault(new ObjectReference(resource.Type.Name, resource.Identity)));
                    continue;
                }

                desired.Remove(resource.Address);
                var refusal = answer.Refusal ?? Diagnostic.Error(DiagnosticCodes.Operation, "the database refuses the definition");
                diagnostics.Add(refusal with { Address = resource.Address });
            }
        }
    }
}
