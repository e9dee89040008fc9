using System.Text.Json.Nodes;

namespace Kolumn.Sdk.Engine;

/// <summary>What exists, and what it will be once the renamings that are known so far have been made.</summary>
/// <param name="session">null when there is no database to ask.</param>
/// <param name="found">What exists.</param>
internal sealed class RenamedCatalog<TSession>(TSession? session, PreparedPlan<TSession> prepared, Dictionary<ObjectReference, JsonObject> found)
    where TSession : IProviderSession
{
    private readonly Dictionary<ObjectReference, JsonObject> _found = found;
    private readonly Dictionary<ObjectReference, ObjectReference> _now = found.Keys.ToDictionary(r => r);

    /// <summary>Before any renaming.</summary>
    public IReadOnlyDictionary<ObjectReference, JsonObject> Found => _found;

    /// <summary>After all of them.</summary>
    public Dictionary<ObjectReference, JsonObject> Existing { get; private set; } = found;

    /// <summary>What something that was found will be called; null where nothing was.</summary>
    public string? IdentityOf(ObjectReference before) => _now.GetValueOrDefault(before)?.Identity;

    /// <summary>Plays all renamings upon what was found.</summary>
    public async Task PlayAsync(IReadOnlyList<RenameStep> steps, CancellationToken cancellationToken)
    {
        if (steps.Count == 0)
        {
            return;
        }

        var followed = session is null || prepared.Follower is null
            ? OwnNames(steps)
            : await prepared.Follower.FollowAsync(session, [.. steps.Select(s => s.Renaming)], [.. steps.SelectMany(s => s.Statements)], _found, cancellationToken);
        var types = Types();
        Existing = new Dictionary<ObjectReference, JsonObject>(_found.Count);
        foreach (var (reference, definition) in _found)
        {
            var after = followed.GetValueOrDefault(reference, definition);
            _now[reference] = ReferenceEquals(after, definition) ? reference : reference with { Identity = types[reference.Type].IdentityOf(after) };
            if (_now[reference] == reference)
            {
                Existing.TryAdd(reference, after);
            }
            else
            {
                // What comes to a name stands there, whatever was read under that name before.
                Existing[_now[reference]] = after;
            }
        }
    }

    private Dictionary<ObjectReference, JsonObject> OwnNames(IReadOnlyList<RenameStep> steps)
    {
        var types = Types();
        var followed = new Dictionary<ObjectReference, JsonObject>();
        var places = _found.Keys.ToDictionary(r => r);
        foreach (var renaming in steps.Select(s => s.Renaming))
        {
            var type = types[renaming.Object.Type];
            if (places.Remove(renaming.Object, out var origin))
            {
                var after = RenamedDefinition.Of(followed.GetValueOrDefault(origin, _found[origin]), renaming, type.Renamer!.NameComparer);
                followed[origin] = after;
                places[new ObjectReference(type.Name, type.IdentityOf(after))] = origin;
            }
        }

        return followed;
    }

    private Dictionary<string, ResourceType<TSession>> Types() => prepared.Resources.Select(r => r.Type).DistinctBy(t => t.Name).ToDictionary(t => t.Name);
}
