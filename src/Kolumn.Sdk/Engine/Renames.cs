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
    private readonly PreparedPlan<TSession> _prepared;
    private readonly RenamedCatalog<TSession> _catalog;
    private readonly List<Diagnostic> _diagnostics;
    private readonly List<RenameStep> _steps = [];

    private Renames(TSession? session, PreparedPlan<TSession> prepared, Dictionary<ObjectReference, JsonObject> found, List<Diagnostic> diagnostics)
    {
        (_prepared, _diagnostics) = (prepared, diagnostics);
        _catalog = new RenamedCatalog<TSession>(session, prepared, found);
    }

    /// <summary>What will exist after the renamings.</summary>
    public Dictionary<ObjectReference, JsonObject> Existing => _catalog.Existing;

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
            await renames._catalog.PlayAsync(renames._steps, cancellationToken); // 3
            foreach (var resource in group)
            {
                renames.DecideParts(resource); // 2
            }

            await renames._catalog.PlayAsync(renames._steps, cancellationToken); // 3
        }

        return renames;
    }

    /// <summary>The resource with the identities that its objects will have.</summary>
    public PreparedResource<TSession> Adjust(PreparedResource<TSession> resource) // 4
    {
        if (_steps.Count == 0 && resource.RenameSource is null)
        {
            return resource;
        }

        string Now(string identity) => _catalog.IdentityOf(new ObjectReference(resource.Type.Name, identity)) ?? identity;
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
        .Where(reference => _catalog.Found.ContainsKey(reference) && _catalog.IdentityOf(reference) == Adjust(resource).Identity)
        .Select(reference => _catalog.Found[reference])
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
                RenamedDefinition.WithName(Existing[new ObjectReference(type.Name, resource.RenameSource!)], at == resource.RenameSource ? wish.From : at));
        }
    }

    /// <summary>Whether there is something to rename; what contradicts what exists is refused.</summary>
    private bool IsWanted(PreparedResource<TSession> resource)
    {
        var (type, source, wish) = (resource.Type, resource.RenameSource!, Wish(resource));
        var recorded = resource.Recorded is null ? null : _catalog.IdentityOf(new ObjectReference(type.Name, resource.FormerIdentity ?? resource.Identity));
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
                current = RenamedDefinition.WithPartName(current, part, at, next, comparer);
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

        var after = RenamedDefinition.Of(definition, renaming, handler.NameComparer);
        var reverse = renaming with { Object = renaming.Object with { Identity = resource.Type.IdentityOf(after) }, From = renaming.To, To = renaming.From };
        _steps.Add(new RenameStep(resource.Address, renaming, forward, HandlerCall.Run(resource.Address, nameof(handler.Rename), () => handler.Rename(after, reverse)) ?? []));
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
}

/// <param name="Address">Whose config asks for it.</param>
/// <param name="Undo">What would take it back.</param>
internal sealed record RenameStep(string Address, Renaming Renaming, IReadOnlyList<Statement> Statements, IReadOnlyList<Statement> Undo);
