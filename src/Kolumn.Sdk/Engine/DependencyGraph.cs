using Kolumn.Protocol;

namespace Kolumn.Sdk.Engine;

/// <summary>
/// Which resources of a plan depend on which: through addresses the host names and through objects that handlers require.
/// What is deleted and what is kept are ordered apart, since every delete comes after everything else.
/// </summary>
internal sealed class DependencyGraph<TSession>
    where TSession : IProviderSession
{
    private readonly IReadOnlyList<PreparedResource<TSession>> _resources;
    private readonly List<int>[] _dependencies;

    public DependencyGraph(ResourceTypes<TSession> types, IReadOnlyList<PreparedResource<TSession>> resources)
    {
        _resources = resources;
        var byName = new Dictionary<(string Type, string Name), int>();
        var kept = new Dictionary<ObjectReference, int>();
        var deleted = new Dictionary<ObjectReference, int>();
        for (var index = 0; index < resources.Count; index++)
        {
            var resource = resources[index];
            byName[(resource.Type.Name, resource.Request.Name)] = index;
            (IsDelete(resource) ? deleted : kept).TryAdd(new ObjectReference(resource.Type.Name, resource.Identity), index);
        }

        _dependencies = [.. resources.Select((resource, index) => DependenciesOf(resource, index))];
        Kept = [.. Enumerable.Range(0, resources.Count).Where(i => !IsDelete(resources[i]))];
        Deleted = [.. Enumerable.Range(0, resources.Count).Where(i => IsDelete(resources[i]))];

        List<int> DependenciesOf(PreparedResource<TSession> resource, int index)
        {
            var named = resource.Request.DependsOn
                .Where(a => ResourceAddress.TryParse(a, out _))
                .Select(a =>
                {
                    _ = ResourceAddress.TryParse(a, out var address);
                    return types.TryResolve(address.Type, out var type) && byName.TryGetValue((type.Name, address.Name), out var at) ? at : -1;
                });
            var own = IsDelete(resource) ? deleted : kept;
            var definition = resource.Described ?? resource.Recorded?.Definition;
            var required = definition is null
                ? []
                : HandlerCall.Run(resource.Address, nameof(ICreateHandler.Requires), () => resource.Type.Creator.Requires(definition).ToList());
            return [.. named.Concat(required.Select(r => own.GetValueOrDefault(r, -1))).Where(i => i >= 0 && i != index).Distinct()];
        }
    }

    /// <summary>Indexes of what is not deleted, in input order.</summary>
    public IReadOnlyList<int> Kept { get; }

    public IReadOnlyList<int> Deleted { get; }

    public IReadOnlyList<string> AddressesOf(int index) => [.. _dependencies[index].Select(i => _resources[i].Address)];

    /// <summary>The indexes with dependencies first, and the cycles among them.</summary>
    public (IReadOnlyList<int> Order, IReadOnlyList<IReadOnlyList<int>> Cycles) Sort(IReadOnlyList<int> indexes)
    {
        var positions = indexes.Select((index, position) => (index, position)).ToDictionary(p => p.index, p => p.position);
        var (order, cycles) = DependencyOrder.Sort(
            [.. indexes.Select(i => (IReadOnlyCollection<int>)[.. _dependencies[i].Where(positions.ContainsKey).Select(d => positions[d])])]);
        return ([.. order.Select(p => indexes[p])], [.. cycles.Select(c => (IReadOnlyList<int>)[.. c.Select(p => indexes[p])])]);
    }

    private static bool IsDelete(PreparedResource<TSession> resource) => resource.Request.Action == ResourceActions.Delete;
}
