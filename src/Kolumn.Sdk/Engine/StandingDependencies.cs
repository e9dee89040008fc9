namespace Kolumn.Sdk.Engine;

/// <summary>
/// What existing objects are made from, as they are now: what a configuration describes may stand on something else, and the
/// database goes by what is there.
/// </summary>
internal sealed class StandingDependencies<TSession>
    where TSession : IProviderSession
{
    private readonly Dictionary<string, List<(ObjectReference Reference, string Address)>> _dependencies = new(StringComparer.Ordinal);

    public StandingDependencies(IReadOnlyCollection<PlannedWork<TSession>> works)
    {
        var existing = works.Where(w => w.Doomed is not null).ToList();
        var owners = new Dictionary<ObjectReference, List<string>>();
        foreach (var work in existing)
        {
            var (type, definition) = (work.Prepared.Type, work.Doomed!);
            var aliases = type.Creator is IAliasedHandler handler ? HandlerCall.Run(work.Address, nameof(handler.AliasesOf), () => handler.AliasesOf(definition).ToList()) : [];
            foreach (var reference in aliases.Prepend(type.IdentityOf(definition)).Select(identity => new ObjectReference(type.Name, identity)))
            {
                if (!owners.TryAdd(reference, [work.Address]))
                {
                    owners[reference].Add(work.Address);
                }
            }
        }

        foreach (var work in existing)
        {
            var creator = work.Prepared.Type.Creator;
            var required = HandlerCall.Run(work.Address, nameof(creator.Requires), () => creator.Requires(work.Doomed!).ToList());
            _dependencies[work.Address] = [.. required.SelectMany(r => owners.GetValueOrDefault(r, []).Where(a => a != work.Address).Select(a => (r, a))).Distinct()];
        }
    }

    /// <summary>Addresses of what the existing object is made from.</summary>
    public IEnumerable<string> Of(string address) => RequirementsOf(address).Select(d => d.Address);

    /// <summary>The same with the reference by which it requires each.</summary>
    public IReadOnlyList<(ObjectReference Reference, string Address)> RequirementsOf(string address) => _dependencies.GetValueOrDefault(address, []);
}
