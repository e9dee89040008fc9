namespace Kolumn.Sdk.Engine;

/// <summary>
/// Puts nodes after what they depend on: Kahn's algorithm with a queue ordered by input position, so that nodes which do not
/// depend on each other keep the order they came in. Iterative: a chain may be as long as memory allows.
/// </summary>
internal static class DependencyOrder
{
    /// <summary>How many cycles are named before the search stops: each one has to be broken by hand anyway.</summary>
    public const int MaxCycles = 20;

    /// <param name="dependencies">For each node the nodes that come before it; repetitions and a node itself are ignored.</param>
    /// <returns>Every node once, and the cycles found: each lists its members so that every one depends on the next and the last on the first.</returns>
    public static (IReadOnlyList<int> Order, IReadOnlyList<IReadOnlyList<int>> Cycles) Sort(IReadOnlyList<IReadOnlyCollection<int>> dependencies)
    {
        var count = dependencies.Count;
        var missing = new int[count];
        var dependants = new List<int>?[count];
        for (var node = 0; node < count; node++)
        {
            foreach (var dependency in dependencies[node].Where(d => d != node).Distinct())
            {
                missing[node]++;
                (dependants[dependency] ??= []).Add(node);
            }
        }

        var ready = new PriorityQueue<int, int>(Enumerable.Range(0, count).Where(n => missing[n] == 0).Select(n => (n, n)));
        var order = new List<int>(count);
        var placed = new bool[count];
        var cycles = new List<IReadOnlyList<int>>();
        var oldest = 0;
        while (order.Count < count && cycles.Count < MaxCycles)
        {
            if (ready.TryDequeue(out var node, out _))
            {
                Place(node);
                continue;
            }

            // Nothing is ready and something is left: whoever is left depends on somebody who is left too.
            while (placed[oldest])
            {
                oldest++;
            }

            var cycle = FindCycle(oldest, dependencies, placed);
            cycles.Add(cycle);
            Place(cycle[0]);
        }

        return (order, cycles);

        void Place(int node)
        {
            if (placed[node])
            {
                return;
            }

            placed[node] = true;
            order.Add(node);
            foreach (var dependant in dependants[node] ?? [])
            {
                if (--missing[dependant] == 0)
                {
                    ready.Enqueue(dependant, dependant);
                }
            }
        }
    }

    /// <summary>Follows one unplaced dependency after the other until a node comes up again.</summary>
    private static List<int> FindCycle(int start, IReadOnlyList<IReadOnlyCollection<int>> dependencies, bool[] placed)
    {
        var path = new List<int>();
        var positions = new Dictionary<int, int>();
        var node = start;
        while (positions.TryAdd(node, path.Count))
        {
            path.Add(node);
            node = dependencies[node].First(d => d != node && !placed[d]);
        }

        return path[positions[node]..];
    }
}
