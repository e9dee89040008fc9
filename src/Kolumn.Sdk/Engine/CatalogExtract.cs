using System.Text.Json.Nodes;
using Kolumn.Protocol;

namespace Kolumn.Sdk.Engine;

/// <summary>What has been read of the database in one session: each object once, each type in as few readings as its names become known.</summary>
internal sealed class CatalogExtract<TSession>
    where TSession : IProviderSession
{
    private readonly HashSet<ObjectReference> _asked = [];

    /// <summary>What exists of what has been asked for.</summary>
    public Dictionary<ObjectReference, JsonObject> Existing { get; } = [];

    /// <summary>What exists of the given resources, by type and identity.</summary>
    public static async Task<Dictionary<ObjectReference, JsonObject>> OfAsync(
        TSession session, IEnumerable<PreparedResource<TSession>> resources, CancellationToken cancellationToken)
    {
        var extract = new CatalogExtract<TSession>();
        await extract.ReadAsync(session, resources, cancellationToken);
        return extract.Existing;
    }

    /// <summary>Adds what exists of the given resources and has not been asked for yet.</summary>
    public Task ReadAsync(TSession session, IEnumerable<PreparedResource<TSession>> resources, CancellationToken cancellationToken) => ReadAsync(
        session,
        resources
            .Where(r => r.Request.Action != ResourceActions.NoOp)
            .SelectMany(r => new[] { r.Identity, r.FormerIdentity, r.RenameSource }.OfType<string>().Select(identity => (r.Type, identity))),
        cancellationToken);

    public async Task ReadAsync(TSession session, IEnumerable<(ResourceType<TSession> Type, string Identity)> objects, CancellationToken cancellationToken)
    {
        var unread = objects.Where(o => _asked.Add(new ObjectReference(o.Type.Name, o.Identity))).ToLookup(o => o.Type, o => o.Identity);
        foreach (var type in unread)
        {
            foreach (var (identity, definition) in await type.Key.ReadAsync(session, [.. type], cancellationToken))
            {
                Existing[new ObjectReference(type.Key.Name, identity)] = definition;
            }
        }
    }
}
