using System.Text.Json.Nodes;
using Kolumn.Protocol;

namespace Kolumn.Sdk.Engine;

/// <summary>
/// Turns what configs say about former names into renamings, and what exists into what will exist after them, so that the rest
/// of planning compares under the new names:
/// <list type="number">
/// <item>type by type, what others are made from first: which objects are to be renamed, which are already, and which cannot be;</item>
/// <item>the same for their parts;</item>
/// <item>after each, the definitions as the database will report them then;</item>
/// <item>identities that the renamings have changed are written into the resources.</item>
/// </list>
/// </summary>
internal sealed class Renames<TSession>
    where TSession : IProviderSession
{
    private readonly TSession? _session;
    private readonly PreparedPlan<TSession> _prepared;
    private readonly Dictionary<ObjectReference, JsonObject> _found;
    private readonly List<Diagnostic> _diagnostics;
    private readonly List<RenameStep> _steps = [];
    private readonly Dictionary<ObjectReference, ObjectReference> _now;

    private Renames(TSession? session, PreparedPlan<TSession> prepared, Dictionary<ObjectReference, JsonObject> found, List<Diagnostic> diagnostics)
    {
        (_session, _prepared, _found, _diagnostics) = (session, prepared, found, diagnostics);
        _now = found.Keys.ToDictionary(r => r);
        Existing = found;
    }

    /// <summary>What will exist after the renamings.</summary>
    public Dictionary<ObjectReference, JsonObject> Existing { get; private set; }

    public IReadOnlyList<RenameStep> Steps => _steps;

    /// <param name="session">null when there is no database to ask.</param>
    /// <param name="found">What exists.</param>
    public static async Task<Renames<TSession>> FindAsync(
        TSession? session, PreparedPlan<TSession> prepared, Dictionary<ObjectReference, JsonObject> found, List<Diagnostic> diagnostics, CancellationToken cancellationToken)
    {
        var renames = new Renames<TSession>(session, prepared, found, diagnostics);
        foreach (var group in prepared.Order.Where(r => r.RenameWishes.Count > 0).GroupBy(r => r.Type)) // 1
        {
            renames.DecideObjects([.. group]);
            await renames.FollowAsync(cancellationToken); // 3
            foreach (var resource in group)
            {
                renames.DecideParts(resource); // 2
            }

            await renames.FollowAsync(cancellationToken); // 3
        }

        return renames;
    }

    /// <summary>The definition under another name.</summary>
    public static JsonObject WithName(JsonObject definition, string name)
    {
        var named = (JsonObject)definition.DeepClone();
        named["name"] = name;
        return named;
    }

    /// <summary>The resource with the identities that its objects will have.</summary>
    public PreparedResource<TSession> Adjust(PreparedResource<TSession> resource) // 4
    {
        if (_steps.Count == 0 && resource.RenameSource is null)
        {
            return resource;
        }

        string Now(string identity) => _now.GetValueOrDefault(new ObjectReference(resource.Type.Name, identity))?.Identity ?? identity;
        if (resource.Request.Action == ResourceActions.Delete)
        {
            return resource.MovedTo is null ? resource with { Identity = Now(resource.Identity) } : resource;
        }

        var former = resource.FormerIdentity is { } recorded ? Now(recorded) : null;
        if (former is null && resource is { RenameSource: { } source, MovedFrom: null } && !Exists(resource.Type, resource.Identity) && Exists(resource.Type, source))
        {
            // The database cannot rename it: it is made again in place of what its config says it was.
            former = source;
        }

        return resource with { FormerIdentity = former == resource.Identity ? null : former };
    }

    /// <summary>What exists of a resource now, before any renaming; null when nothing does.</summary>
    public JsonObject? AsFound(PreparedResource<TSession> resource) => new[] { resource.FormerIdentity, resource.RenameSource, resource.Identity }
        .OfType<string>()
        .Select(identity => new ObjectReference(resource.Type.Name, identity))
        .Where(reference => _found.ContainsKey(reference) && _now[reference].Identity == Adjust(resource).Identity)
        .Select(reference => _found[reference])
        .FirstOrDefault();

    private bool Exists(ResourceType<TSession> type, string identity) => Existing.ContainsKey(new ObjectReference(type.Name, identity));

    private void DecideObjects(IReadOnlyList<PreparedResource<TSession>> resources)
    {
        var type = resources[0].Type;
        var asking = resources.Where(r => r.RenameSource is not null && r.RenameSource != r.Identity).ToList();
        var moving = asking.Where(IsWanted).ToList();

        // What stands where something wants to go has to go itself.
        while (moving.Find(r => Exists(type, r.Identity) && !moving.Exists(o => o.RenameSource == r.Identity)) is { } blocked)
        {
            moving.Remove(blocked);
            Refuse(
                blocked, Wish(blocked), $"{type.Name} {blocked.RenameSource} cannot be renamed to {blocked.Identity}: both exist",
                "Nobody can tell whether that was done. Remove renamed_from if it was; otherwise choose another name, or remove one of the two.");
        }

        var occupied = Existing.Keys.Where(r => r.Type == type.Name).Select(r => r.Identity);
        foreach (var (resource, at, next) in RenameSequence.Of(moving, occupied, r => r.RenameSource!, r => r.Identity, StringComparer.Ordinal))
        {
            var wish = Wish(resource);
            Add(
                resource, new Renaming(new ObjectReference(type.Name, at), null, at == resource.RenameSource ? wish.From : at, next == resource.Identity ? wish.To : next),
                WithName(Existing[new ObjectReference(type.Name, resource.RenameSource!)], at == resource.RenameSource ? wish.From : at));
        }
    }

    /// <summary>Whether there is something to rename; what contradicts what exists is refused.</summary>
    private bool IsWanted(PreparedResource<TSession> resource)
    {
        var (type, source, wish) = (resource.Type, resource.RenameSource!, Wish(resource));
        var recorded = resource.Recorded is null ? null : _now.GetValueOrDefault(new ObjectReference(type.Name, resource.FormerIdentity ?? resource.Identity))?.Identity;
        if (recorded is not null && recorded != source && recorded != resource.Identity)
        {
            return Refuse(
                resource, wish, $"{type.Name} {resource.Identity} was not {source} until now but {recorded}",
                $"That is what the state holds. Write renamed_from = \"{NameOf(type, recorded)}\" to rename it.");
        }

        if (!Exists(type, source))
        {
            var leaving = Exists(type, resource.Identity) ? null : _prepared.Resources.FirstOrDefault(r =>
                r.Type == type && r.Request.Action == ResourceActions.Delete && r.MovedTo is null && Exists(type, r.Identity));
            return leaving is not null && Refuse(
                resource, wish, $"there is no {type.Name} {source} that could be renamed to {resource.Identity}",
                $"{leaving.Address} would be deleted in the same plan: if that is what is meant, write renamed_from = \"{NameOf(type, leaving.Identity)}\".");
        }

        if (_prepared.Resources.FirstOrDefault(r =>
            r.Type == type && r.Address != resource.Address && r.Request.Action != ResourceActions.Delete && r.Identity == source && r is { Recorded: not null, FormerIdentity: null }) is { } keeper)
        {
            return recorded != resource.Identity && Refuse(
                resource, wish, $"{type.Name} {source} cannot become {resource.Identity}: {keeper.Address} describes it too", "Remove that block, or renamed_from here.");
        }

        // A swap that is done looks like one that is not, except in the state.
        return recorded != resource.Identity && !(resource.Recorded is { } state && IsDone(state, wish));
    }

    private void DecideParts(PreparedResource<TSession> resource)
    {
        var (type, handler) = (resource.Type, resource.Type.Renamer!);
        if (!Existing.TryGetValue(new ObjectReference(type.Name, resource.Identity), out var actual))
        {
            return;
        }

        foreach (var group in resource.RenameWishes.Where(w => w.Part is not null).GroupBy(w => w.Part!))
        {
            var (part, comparer) = (group.Key, handler.NameComparer);
            var present = NamesIn(actual, part).ToHashSet(comparer);
            var wanted = NamesIn(resource.Described!, part).ToHashSet(comparer);
            var open = group.Where(w => !(resource.Recorded is { } state && IsDone(state, w) && (present.Contains(w.To) || wanted.Contains(w.From)))).ToList();
            var moving = open.Where(w => present.Contains(w.From)).ToList();
            while (moving.Find(w => present.Contains(w.To) && !moving.Exists(o => comparer.Equals(o.From, w.To))) is { } blocked)
            {
                moving.Remove(blocked);
                if (resource.Recorded is not null && !wanted.Contains(blocked.From))
                {
                    Refuse(
                        resource, blocked, $"{blocked.From} of {type.Name} {resource.Identity} cannot be renamed to {blocked.To}: both exist",
                        $"Nobody can tell whether that was done, and {blocked.From} would be dropped. Describe both, or remove one of the two.");
                }
            }

            if (open.Find(w => !present.Contains(w.From) && !present.Contains(w.To)) is { } missing && present.FirstOrDefault(p => !wanted.Contains(p) && !moving.Exists(m => comparer.Equals(m.From, p))) is { } dropped)
            {
                Refuse(
                    resource, missing, $"there is no {missing.From} in {type.Name} {resource.Identity} that could be renamed to {missing.To}",
                    $"{dropped} would be dropped in the same plan: if that is what is meant, write renamed_from = \"{dropped}\".");
            }

            // Where nothing is recorded, two that have each other's former names may well have been exchanged already.
            moving.RemoveAll(w => resource.Recorded is null && present.Contains(w.To));
            var current = actual;
            foreach (var (wish, at, next) in RenameSequence.Of(moving, present, w => w.From, w => w.To, comparer))
            {
                Add(resource, new Renaming(new ObjectReference(type.Name, resource.Identity), part, at, next), current);
                current = WithPartName(current, part, at, next, comparer);
            }

            actual = current;
        }
    }

    private void Add(PreparedResource<TSession> resource, Renaming renaming, JsonObject definition)
    {
        var handler = resource.Type.Renamer!;
        if (HandlerCall.Run(resource.Address, nameof(handler.Rename), () => handler.Rename(definition, renaming)) is not { } forward)
        {
            return;
        }

        var after = renaming.Part is null ? WithName(definition, renaming.To) : WithPartName(definition, renaming.Part, renaming.From, renaming.To, handler.NameComparer);
        var reverse = renaming with { Object = renaming.Object with { Identity = resource.Type.IdentityOf(after) }, From = renaming.To, To = renaming.From };
        _steps.Add(new RenameStep(resource.Address, renaming, forward, HandlerCall.Run(resource.Address, nameof(handler.Rename), () => handler.Rename(after, reverse)) ?? []));
    }

    /// <summary>Plays all renamings upon what was found.</summary>
    private async Task FollowAsync(CancellationToken cancellationToken)
    {
        if (_steps.Count == 0)
        {
            return;
        }

        var followed = _session is null || _prepared.Follower is null
            ? OwnNames()
            : await _prepared.Follower.FollowAsync(_session, [.. _steps.Select(s => s.Renaming)], [.. _steps.SelectMany(s => s.Statements)], _found, cancellationToken);
        var types = _prepared.Resources.Select(r => r.Type).DistinctBy(t => t.Name).ToDictionary(t => t.Name);
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

    private Dictionary<ObjectReference, JsonObject> OwnNames()
    {
        var types = _prepared.Resources.Select(r => r.Type).DistinctBy(t => t.Name).ToDictionary(t => t.Name);
        var followed = new Dictionary<ObjectReference, JsonObject>();
        var places = _found.Keys.ToDictionary(r => r);
        foreach (var (_, renaming, _, _) in _steps)
        {
            var type = types[renaming.Object.Type];
            if (places.Remove(renaming.Object, out var origin))
            {
                var before = followed.GetValueOrDefault(origin, _found[origin]);
                var after = renaming.Part is null ? WithName(before, renaming.To) : WithPartName(before, renaming.Part, renaming.From, renaming.To, type.Renamer!.NameComparer);
                followed[origin] = after;
                places[new ObjectReference(type.Name, type.IdentityOf(after))] = origin;
            }
        }

        return followed;
    }

    private bool Refuse(PreparedResource<TSession> resource, RenameWish wish, string summary, string detail)
    {
        _diagnostics.Add(Diagnostic.Error(DiagnosticCodes.RenameConflict, summary, detail) with { Address = resource.Address, Attribute = wish.Path });
        return false;
    }

    private string NameOf(ResourceType<TSession> type, string identity) => (string?)Existing[new ObjectReference(type.Name, identity)]["name"] ?? identity;

    private static RenameWish Wish(PreparedResource<TSession> resource) => resource.RenameWishes.First(w => w.Part is null);

    private static bool IsDone(RecordedState state, RenameWish wish) => state.Renames.GetValueOrDefault(wish.Key) == wish.From;

    private static IEnumerable<string> NamesIn(JsonObject definition, string part) =>
        (definition[part] as JsonArray ?? []).Select(element => (string?)element?["name"]).OfType<string>();

    private static JsonObject WithPartName(JsonObject definition, string part, string from, string to, StringComparer comparer)
    {
        var renamed = (JsonObject)definition.DeepClone();
        if ((renamed[part] as JsonArray ?? []).OfType<JsonObject>().FirstOrDefault(e => comparer.Equals((string?)e["name"], from)) is { } element)
        {
            element["name"] = to;
        }

        return renamed;
    }
}

/// <param name="Address">Whose config asks for it.</param>
/// <param name="Undo">What would take it back.</param>
internal sealed record RenameStep(string Address, Renaming Renaming, IReadOnlyList<Statement> Statements, IReadOnlyList<Statement> Undo);
