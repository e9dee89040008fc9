using System.Text.Json.Nodes;

namespace Kolumn.Sdk.Engine;

/// <summary>
/// No catalog gives a secret back, so what exists and what is desired would always differ in it. Where the secret that is described is the
/// one that the object has, it is written into what exists: then comparing, changing and making it again see what is really there.
/// </summary>
internal static class KnownSecrets<TSession>
    where TSession : IProviderSession
{
    /// <summary>
    /// 1. Those that exist are asked about, once for each type whose database can tell.
    /// 2. Of the others the state tells whether the description is the one that was applied.
    /// </summary>
    /// <param name="session">null when there is no database to ask.</param>
    /// <param name="existing">By type and identity; secrets that hold are filled in.</param>
    public static async Task FillInAsync(
        TSession? session, IReadOnlyList<PreparedResource<TSession>> resources, Dictionary<ObjectReference, JsonObject> existing, CancellationToken cancellationToken)
    {
        foreach (var group in resources.Where(r => IsAbout(r, existing)).GroupBy(r => r.Type))
        {
            var asked = group.ToList();
            var answers = session is not null && group.Key.Creator is ISecretHandler<TSession> handler
                ? await HandlerCall.RunAsync(group.Key.Name, nameof(handler.HaveSecretsAsync), () => handler.HaveSecretsAsync(session, [.. asked.Select(r => r.Described!)], cancellationToken)) // 1
                : [.. asked.Select(_ => (bool?)null)];
            foreach (var (resource, answer) in asked.Zip(answers))
            {
                if (answer ?? resource.IsRecordedAsDescribed) // 2
                {
                    var (reference, attributes) = (Reference(resource), resource.Type.Schema.Attributes);
                    existing[reference] = SensitiveValues.Restore(SensitiveValues.Without(existing[reference], attributes), resource.Described!, attributes);
                }
            }
        }
    }

    private static bool IsAbout(PreparedResource<TSession> resource, Dictionary<ObjectReference, JsonObject> existing) =>
        resource.Described is not null && SensitiveValues.Holds(resource.Type.Schema.Attributes) && existing.ContainsKey(Reference(resource));

    private static ObjectReference Reference(PreparedResource<TSession> resource) => new(resource.Type.Name, resource.Identity);
}
