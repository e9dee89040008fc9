using Kolumn.Protocol;
using Kolumn.Protocol.Payloads;

namespace Kolumn.Cli.Rendering;

/// <summary>A plan's operations as steps: what stands in one step depends on nothing in it or after it.</summary>
internal static class ExecutionPhases
{
    /// <param name="operations">In the order of execution, so that whatever one waits for stands before it.</param>
    public static IReadOnlyList<IReadOnlyList<PlannedResource>> Of(IReadOnlyList<PlannedResource> operations)
    {
        var byAddress = operations.ToDictionary(o => o.Address, StringComparer.Ordinal);
        var dependants = operations
            .SelectMany(o => (o.Dependencies ?? []).Select(d => (On: d, Dependant: o.Address)))
            .ToLookup(d => d.On, d => d.Dependant, StringComparer.Ordinal);
        var phaseOf = new Dictionary<string, int>(StringComparer.Ordinal);
        var phases = new List<List<PlannedResource>>();
        int? firstOfDeletes = null;
        foreach (var operation in operations)
        {
            // A delete waits for its dependants and for all that is no delete, everything else for what it depends on.
            var isDelete = operation.Action == ResourceActions.Delete;
            var awaited = isDelete ? dependants[operation.Address] : operation.Dependencies ?? [];
            var earliest = isDelete ? firstOfDeletes ??= phases.Count : 0;
            var phase = awaited.Where(byAddress.ContainsKey).Select(a => phaseOf.GetValueOrDefault(a, -1) + 1).Append(earliest).Max();
            phaseOf[operation.Address] = phase;
            while (phases.Count <= phase)
            {
                phases.Add([]);
            }

            phases[phase].Add(operation);
        }

        return phases;
    }
}
