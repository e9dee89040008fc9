using Kolumn.Protocol;

namespace Kolumn.Sdk.Engine;

/// <summary>
/// Which resources of a plan depend on which: through addresses the host names and through objects that handlers require, or
/// prefer where that makes no cycle. A requirement that can be postponed is a preference too: one that is remembered when it is dropped.
/// What is deleted and what is kept are ordered apart, since every delete comes after everything else.
/// </summary>
internal sealed class DependencyGraph<TSession>
    where TSession : IProviderSession
{
    private readonly IReadOnlyList<PreparedResource<TSession>> _resources;
    private readonly List<int>[] _dependencies;
    private readonly List<int>[] _requirements;
    private readonly List<int>[] _postponed;

    public DependencyGraph(ResourceTypes<TSession> types, IReadOnlyList<PreparedResource<TSession>> resources)
    {
        _resources = resources;
        var byName = new Dictionary<(string Type, string Name), int>();
        var kept = new Dictionary<ObjectReference, List<int>>();
        var deleted = new Dictionary<ObjectReference, List<int>>();
        for (var index = 0; index < resources.Count; index++)
        {
            var resource = resources[index];
            byName[(resource.Type.Name, resource.Request.Name)] = index;
            foreach (var identity in AliasesOf(resource).Prepend(resource.Identity))
            {
                Register(IsDelete(resource) ? deleted : kept, new ObjectReference(resource.Type.Name, identity), index);
            }
        }

        _dependencies = new List<int>[resources.Count];
        _requirements = new List<int>[resources.Count];
        _postponed = new List<int>[resources.Count];
        var preferences = new List<int>[resources.Count];
        for (var index = 0; index < resources.Count; index++)
        {
            var resource = resources[index];
            var required = RequiredBy(resource).ToList();
            _requirements[index] = Indexes(required.SelectMany(r => Find(r, kept)).Concat(required.SelectMany(r => Find(r, deleted))), index);
            var own = required.ToLookup(r => CanPostpone(resource, r));
            var peers = IsDelete(resource) ? deleted : kept;
            _dependencies[index] = Indexes(resource.Request.DependsOn.Select(Named).Concat(own[false].SelectMany(r => Find(r, peers))), index);
            _postponed[index] = Indexes(own[true].SelectMany(r => Find(r, peers)), index);
            preferences[index] = Indexes(PreferredBy(resource).SelectMany(r => Find(r, peers)).Concat(_postponed[index]), index);
        }

        AddPreferences(preferences);
        Kept = [.. Enumerable.Range(0, resources.Count).Where(i => !IsDelete(resources[i]))];
        Deleted = [.. Enumerable.Range(0, resources.Count).Where(i => IsDelete(resources[i]))];

        int Named(string text) => ResourceAddress.TryParse(text, out var address) && types.TryResolve(address.Type, out var type)
            ? byName.GetValueOrDefault((type.Name, address.Name), -1)
            : -1;

        static void Register(Dictionary<ObjectReference, List<int>> among, ObjectReference reference, int index)
        {
            if (!among.TryAdd(reference, [index]))
            {
                among[reference].Add(index);
            }
        }

        static IReadOnlyList<int> Find(ObjectReference reference, Dictionary<ObjectReference, List<int>> among) => among.TryGetValue(reference, out var found) ? found : [];

        static List<int> Indexes(IEnumerable<int> found, int self) => [.. found.Where(i => i >= 0 && i != self).Distinct()];
    }

    /// <summary>Indexes of what is not deleted, in input order.</summary>
    public IReadOnlyList<int> Kept { get; }

    public IReadOnlyList<int> Deleted { get; }

    public IReadOnlyList<string> DependenciesOf(int index) => [.. _dependencies[index].Select(i => _resources[i].Address)];

    /// <summary>Only what the handler requires, kept or deleted.</summary>
    public IReadOnlyList<string> RequirementsOf(int index) => [.. _requirements[index].Select(i => _resources[i].Address)];

    /// <summary>What the handler requires and will exist only after this resource.</summary>
    public IReadOnlyList<string> PostponedOf(int index) => [.. _postponed[index].Select(i => _resources[i].Address)];

    /// <summary>The indexes with dependencies first, and the cycles among them.</summary>
    public (IReadOnlyList<int> Order, IReadOnlyList<IReadOnlyList<int>> Cycles) Sort(IReadOnlyList<int> indexes)
    {
        var positions = indexes.Select((index, position) => (index, position)).ToDictionary(p => p.index, p => p.position);
        var (order, cycles) = DependencyOrder.Sort(
            [.. indexes.Select(i => (IReadOnlyCollection<int>)[.. _dependencies[i].Where(positions.ContainsKey).Select(d => positions[d])])]);
        return ([.. order.Select(p => indexes[p])], [.. cycles.Select(c => (IReadOnlyList<int>)[.. c.Select(p => indexes[p])])]);
    }

    private static IEnumerable<string> AliasesOf(PreparedResource<TSession> resource) =>
        resource.Type.Creator is IAliasedHandler handler && (resource.Described ?? resource.Recorded?.Definition) is { } definition
            ? HandlerCall.Run(resource.Address, nameof(handler.AliasesOf), () => handler.AliasesOf(definition).ToList())
            : [];

    private static IEnumerable<ObjectReference> RequiredBy(PreparedResource<TSession> resource) =>
        (resource.Described ?? resource.Recorded?.Definition) is { } definition
            ? HandlerCall.Run(resource.Address, nameof(ICreateHandler.Requires), () => resource.Type.Creator.Requires(definition).ToList())
            : [];

    private static bool CanPostpone(PreparedResource<TSession> resource, ObjectReference requirement) =>
        resource.Type is { Statements: not null, Creator: IPostponingHandler handler } && handler.CanPostpone(requirement);

    private static IEnumerable<ObjectReference> PreferredBy(PreparedResource<TSession> resource) =>
        resource.Type.Creator is IOrderPreferringHandler handler && (resource.Described ?? resource.Recorded?.Definition) is { } definition
            ? HandlerCall.Run(resource.Address, nameof(handler.Prefers), () => handler.Prefers(definition).ToList())
            : [];

    /// <summary>Every round drops one wish of each cycle found, so it ends with none left to drop.</summary>
    private void AddPreferences(List<int>[] preferences)
    {
        while (Array.Exists(preferences, p => p.Count > 0))
        {
            var (_, cycles) = DependencyOrder.Sort([.. _dependencies.Select((d, i) => (IReadOnlyCollection<int>)[.. d.Union(preferences[i])])]);
            var dropped = cycles.Count(cycle => Enumerable.Range(0, cycle.Count).Any(at => preferences[cycle[at]].Remove(cycle[(at + 1) % cycle.Count])));
            if (dropped == 0)
            {
                break;
            }
        }

        for (var index = 0; index < preferences.Length; index++)
        {
            _dependencies[index] = [.. _dependencies[index].Union(preferences[index])];
            _postponed[index].RemoveAll(preferences[index].Contains);
        }
    }

    private static bool IsDelete(PreparedResource<TSession> resource) => resource.Request.Action == ResourceActions.Delete;
}
