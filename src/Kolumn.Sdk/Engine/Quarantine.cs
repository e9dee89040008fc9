using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Kolumn.Protocol;

namespace Kolumn.Sdk.Engine;

/// <summary>How one configured connection deletes.</summary>
/// <param name="Store">null where there is no quarantine.</param>
/// <param name="IsSafe">false: what is deleted is dropped for good.</param>
/// <param name="Retention">How long what is deleted is kept at least.</param>
/// <param name="IsAtomic">Whether the ledger's line and what it tells of happen together. Where they cannot, the line comes first: one without its object harms nobody, an object without its line is lost.</param>
internal sealed record QuarantinePolicy<TSession>(IQuarantineStore<TSession>? Store, bool IsSafe, TimeSpan Retention, bool IsAtomic, TimeProvider Time)
    where TSession : IProviderSession;

/// <summary>
/// Turns the deletes of a plan into moves to quarantine:
/// <list type="number">
/// <item>what holds data is moved away, under an id that follows from what it is and how often that has been in quarantine, and so is what that needs, or
/// what has gone into quarantine before;</item>
/// <item>what is a part of it goes with it, untouched;</item>
/// <item>everything else is dropped, its definition kept;</item>
/// <item>each of them writes its line into the ledger; where there is no place for that yet, it is made ahead of everything, since nobody knows yet which of them goes first.</item>
/// </list>
/// Ids hold no moment and no chance, so that planning again gives the same statements.
/// </summary>
internal sealed class Quarantine<TSession>
    where TSession : IProviderSession
{
    private readonly QuarantinePolicy<TSession> _policy;
    private readonly IReadOnlyList<QuarantineEntry> _entries;
    private readonly ResourceTypes<TSession>? _types;
    private readonly HashSet<string> _ids;
    private bool _hasPlace;

    private Quarantine(QuarantinePolicy<TSession> policy, ResourceTypes<TSession>? types, IReadOnlyList<QuarantineEntry>? entries)
    {
        _policy = policy;
        _types = types;
        _hasPlace = entries is not null;
        _entries = entries ?? [];
        _ids = _entries.Select(e => e.Id).ToHashSet(StringComparer.Ordinal);
    }

    /// <summary>null when nothing of the plan could go there or come from there.</summary>
    public static async Task<Quarantine<TSession>?> OpenAsync(
        TSession? session, PreparedPlan<TSession> prepared, IReadOnlyDictionary<ObjectReference, JsonObject> existing, CancellationToken cancellationToken)
    {
        if (session is null || prepared.Quarantine is not { Store: { } store } policy
            || !prepared.Resources.Any(r => r.Request.Action == ResourceActions.Delete
                ? policy.IsSafe && r.MovedTo is null && !r.Request.Force
                : r.Request.Action != ResourceActions.NoOp && !existing.ContainsKey(new ObjectReference(r.Type.Name, r.Identity))))
        {
            return null;
        }

        return new Quarantine<TSession>(policy, prepared.Types, await store.ReadAsync(session, cancellationToken));
    }

    /// <param name="order">In the order of execution.</param>
    /// <param name="works">By address; what goes into quarantine is written back.</param>
    public void Spread(IReadOnlyList<PreparedResource<TSession>> order, Dictionary<string, PlannedWork<TSession>> works)
    {
        if (!_policy.IsSafe)
        {
            return;
        }

        var leaving = order.Select(r => works[r.Address]).Where(w => w is { Action: ResourceActions.Delete, IsChange: true, Prepared.Request.Force: false } && w.Prepared.Type.Statements is not null).ToList();
        var moved = new Dictionary<ObjectReference, (string Id, string Address)>();
        foreach (var work in leaving.Where(w => w.Prepared.Type.Quarantiner is { HoldsData: true })) // 1
        {
            moved[ReferenceTo(work)] = (NewId(work.Prepared), work.Address);
        }

        // Dependants come first, so whoever needs something has been seen before it.
        var needed = new HashSet<string>(StringComparer.Ordinal);
        var users = leaving.Exists(w => w.Prepared.Type.Quarantiner is { HoldsData: false }) ? UsersInQuarantine() : [];
        foreach (var work in leaving)
        {
            var (type, reference) = (work.Prepared.Type, ReferenceTo(work));
            var owner = type.Creator is IAccompanyingHandler part
                ? moved.Keys.FirstOrDefault(o => o != reference && HandlerCall.Run(work.Address, nameof(part.IsPartOf), () => part.IsPartOf(work.Actual!, o)))
                : null;
            var user = type.Quarantiner is { HoldsData: false } ? NamesOf(type, work.Actual!).Select(users.GetValueOrDefault).FirstOrDefault(one => one is not null) : null;
            var mover = owner is null && (moved.ContainsKey(reference) || needed.Contains(work.Address) || user is not null) ? type.Quarantiner : null;
            if (owner is not null || mover is not null)
            {
                needed.UnionWith(work.Prepared.Requirements);
            }

            var entry = new QuarantineEntry
            {
                Id = owner is null && moved.TryGetValue(reference, out var own) ? own.Id : NewId(work.Prepared),
                ResourceType = type.FullName,
                Name = work.Prepared.Request.Name,
                Identity = work.Prepared.Identity,
                Definition = SensitiveValues.Without(work.Actual!, type.Schema.Attributes),
                Actor = Environment.UserName,
                PartOf = owner is null ? null : moved[owner].Id,
            };
            var statements = owner is not null ? [] // 2
                : mover is not null ? HandlerCall.Run(work.Address, nameof(mover.Quarantine), () => mover.Quarantine(work.Actual!, entry.Id))
                : work.Statements ?? []; // 3
            var location = mover?.LocationOf(work.Actual!, entry.Id);
            entry = entry with { Location = location };
            works[work.Address] = work with
            {
                Place = _hasPlace ? [] : _policy.Store!.Create, // 4
                Ledger = [_policy.Store!.Append(entry, _policy.Retention)],
                IsKept = location is not null || owner is not null,
                GoesWith = owner is null ? null : moved[owner].Address,
                QuarantineLocation = location,
                QuarantineId = entry.Id,
                Reason = owner is not null ? $"goes into quarantine with {owner.Type} {owner.Identity}"
                    : user is not null ? $"goes into quarantine, where {user} uses it"
                    : work.Reason,
                IsLedgerFirst = !_policy.IsAtomic,
                Rollback = location is null ? work.Rollback : [.. mover!.Restore(work.Actual!, entry.Id, _ => true), _policy.Store!.Remove([entry.Id])],
                RiskLevel = location is null && owner is null ? work.RiskLevel : "medium",
            };
            works[work.Address] = works[work.Address].Leaving(statements);
            _hasPlace = true;
        }
    }

    /// <summary>Warns where something is created although its like is in quarantine.</summary>
    /// <param name="works">By address; the warnings are written back.</param>
    public void Hint(Dictionary<string, PlannedWork<TSession>> works)
    {
        foreach (var entry in _entries.Where(e => e.Location is not null))
        {
            foreach (var work in works.Values.Where(w => w.Action == ResourceActions.Create && w.Prepared.Type.FullName == entry.ResourceType && w.Prepared.Identity == entry.Identity).ToList())
            {
                works[work.Address] = work with
                {
                    Warnings = [$"{entry.Identity} is in quarantine since {entry.QuarantinedAt:yyyy-MM-dd}: kolumn restore {entry.Id} brings it back with its data, instead of a new one"],
                };
            }
        }
    }

    /// <summary>A note on what has been kept long enough; null when nothing has.</summary>
    public Diagnostic? Expired() => _entries.Count(e => e.PartOf is null && e.ExpiresAt <= _policy.Time.GetUtcNow()) is > 0 and var count
        ? Diagnostic.Warning("QUARANTINE_EXPIRED", $"{count} of what is in quarantine {(count == 1 ? "has" : "have")} been kept long enough", "kolumn quarantine purge --expired drops it for good.")
        : null;

    /// <summary>
    /// What the objects in quarantine have been made from and left behind, with one of those that use it. What has followed them is not among it: an object
    /// that has got its name since is nothing to them.
    /// </summary>
    private Dictionary<ObjectReference, string> UsersInQuarantine()
    {
        var users = new Dictionary<ObjectReference, string>();
        foreach (var entry in _entries.Where(e => e.Location is not null || e.PartOf is not null))
        {
            if (_types is not null && _types.TryResolve(entry.ResourceType, out var type))
            {
                // The oldest come first, and a user before what it uses.
                foreach (var followed in NamesOf(type, entry.Definition))
                {
                    users.Remove(followed);
                }

                foreach (var used in HandlerCall.Run(entry.Address, nameof(type.Creator.Requires), () => type.Creator.Requires(entry.Definition).ToList()))
                {
                    users.TryAdd(used, entry.Identity);
                }
            }
        }

        return users;
    }

    /// <summary>All references by which others may mean the object.</summary>
    private static IEnumerable<ObjectReference> NamesOf(ResourceType<TSession> type, JsonObject definition)
    {
        var aliases = type.Creator is IAliasedHandler handler ? HandlerCall.Run(type.Name, nameof(handler.AliasesOf), () => handler.AliasesOf(definition).ToList()) : [];
        return aliases.Prepend(type.IdentityOf(definition)).Select(name => new ObjectReference(type.Name, name));
    }

    private static ObjectReference ReferenceTo(PlannedWork<TSession> work) => new(work.Prepared.Type.Name, work.Prepared.Identity);

    private string NewId(PreparedResource<TSession> resource)
    {
        for (var number = 1; ; number++)
        {
            var digest = SHA256.HashData(Encoding.UTF8.GetBytes(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{resource.Type.Name}\n{resource.Identity}\n{number}")));
            var id = Convert.ToHexStringLower(digest)[..10];
            if (_ids.Add(id))
            {
                return id;
            }
        }
    }
}
