using Kolumn.Core.Configuration;
using Kolumn.Core.State;
using Kolumn.Protocol.Payloads;
using Kolumn.Protocol.Runtime;

namespace Kolumn.Core.Planning;

/// <summary>
/// Divides a project among its provider instances, in as few calls as its dependencies allow: one per instance, unless resources
/// of another instance come between its own.
/// <list type="number">
/// <item>A wanted resource stands one level above what it needs from other instances, and on the level of what it needs from its own.</item>
/// <item>A resource to be deleted stands one level above everything of other instances that was made after it.</item>
/// <item>Each level of an instance is a batch; wanted ones first. Deletions that wait for nobody go with the instance's last one,
/// so that an atomic provider changes everything at once.</item>
/// </list>
/// </summary>
internal static class Batches
{
    /// <param name="wanted">Each after what it depends on is not required; dependencies on what is not in the list count as met.</param>
    /// <param name="deletions">Recorded resources that are to go.</param>
    /// <param name="state">What is recorded.</param>
    public static IReadOnlyList<BatchRequest> Divide(
        IReadOnlyList<ConfiguredResource> wanted, IReadOnlyList<ResourceInstance> deletions, ProjectState state)
    {
        // 1
        var levels = WantedLevels(wanted);
        var groups = wanted
            .GroupBy(r => (Level: levels[r.Address], r.Instance))
            .OrderBy(g => g.Key.Level)
            .Select(g => (g.Key.Instance, Wanted: g.ToList(), Deletions: new List<ResourceInstance>()))
            .ToList();

        // 2
        var deletionLevels = DeletionLevels(deletions, state);

        // 3
        foreach (var group in deletions.GroupBy(d => (Level: deletionLevels[d.Address], Instance: d.Provider)).OrderBy(g => g.Key.Level))
        {
            var last = group.Key.Level == 0 ? groups.FindLastIndex(g => g.Instance == group.Key.Instance) : -1;
            if (last >= 0)
            {
                groups[last].Deletions.AddRange(group);
            }
            else
            {
                groups.Add((group.Key.Instance, [], [.. group]));
            }
        }

        return [.. groups.Select(g => Request(g.Instance, g.Wanted, g.Deletions, state))];
    }

    /// <summary>The request for these resources; dependencies on others are left out of it.</summary>
    public static BatchRequest Request(
        string instance, IReadOnlyList<ConfiguredResource> wanted, IReadOnlyList<ResourceInstance> deletions, ProjectState state)
    {
        var members = wanted.Select(r => r.Address).Concat(deletions.Select(d => d.Address)).ToHashSet(StringComparer.Ordinal);
        var recorded = wanted
            .Select(r => (Record: state.Find(r.Address), Candidates: r.Wire.SensitiveValues()))
            .Where(r => r.Record is not null)
            .Select(r => r.Record! with { State = SensitiveMark.Uncover(r.Record.State, r.Candidates, state.Lineage, r.Record.Address) });
        var gone = deletions.Select(d => d with { State = SensitiveMark.Uncover(d.State, [], state.Lineage, d.Address) });
        return new BatchRequest(instance, wanted, deletions, new RuntimePlanRequest
        {
            DesiredState =
            [
                .. wanted.Select(r => new DesiredResource
                {
                    Type = r.Block.Type,
                    Name = r.Block.Name,
                    Config = r.Wire.Json,
                    DependsOn = [.. r.DependsOn.Where(members.Contains)],
                }),
            ],
            CurrentState =
            [
                .. recorded.Concat(gone).Select(r => r with { DependsOn = r.DependsOn?.Where(members.Contains).ToList() }),
            ],
        });
    }

    private static Dictionary<string, int> WantedLevels(IReadOnlyList<ConfiguredResource> wanted)
    {
        var byAddress = wanted.ToDictionary(r => r.Address, StringComparer.Ordinal);
        return Levels(
            wanted.Select(r => r.Address),
            address => byAddress[address].DependsOn.Where(byAddress.ContainsKey),
            address => byAddress[address].Instance,
            _ => 0);
    }

    private static Dictionary<string, int> DeletionLevels(IReadOnlyList<ResourceInstance> deletions, ProjectState state)
    {
        var byAddress = deletions.ToDictionary(d => d.Address, StringComparer.Ordinal);
        var dependants = deletions.ToDictionary(d => d.Address, _ => new List<string>(), StringComparer.Ordinal);
        var waits = new HashSet<string>(StringComparer.Ordinal);
        foreach (var resource in state.Resources)
        {
            foreach (var needed in resource.DependsOn ?? [])
            {
                if (byAddress.ContainsKey(resource.Address) && dependants.TryGetValue(needed, out var list))
                {
                    list.Add(resource.Address);
                }
                else if (byAddress.TryGetValue(needed, out var deletion) && deletion.Provider != resource.Provider)
                {
                    waits.Add(needed);
                }
            }
        }

        return Levels(
            deletions.Select(d => d.Address), address => dependants[address], address => byAddress[address].Provider, address => waits.Contains(address) ? 1 : 0);
    }

    /// <summary>Walked with a stack of its own: ten thousand tables may each need the one before.</summary>
    private static Dictionary<string, int> Levels(
        IEnumerable<string> addresses, Func<string, IEnumerable<string>> needs, Func<string, string> instanceOf, Func<string, int> least)
    {
        var levels = new Dictionary<string, int>(StringComparer.Ordinal);
        var open = new HashSet<string>(StringComparer.Ordinal);
        foreach (var start in addresses)
        {
            var path = new Stack<string>([start]);
            while (path.TryPeek(out var address))
            {
                if (levels.ContainsKey(address))
                {
                    path.Pop();
                    continue;
                }

                // A circle cannot come from configuration; one that old records hold is cut where it closes.
                var missing = open.Add(address) ? needs(address).Where(n => !levels.ContainsKey(n) && !open.Contains(n)).ToList() : [];
                if (missing.Count > 0)
                {
                    foreach (var needed in missing)
                    {
                        path.Push(needed);
                    }

                    continue;
                }

                levels[address] = needs(address)
                    .Where(levels.ContainsKey)
                    .Select(n => levels[n] + (instanceOf(n) == instanceOf(address) ? 0 : 1))
                    .Append(least(address))
                    .Max();
                path.Pop();
            }
        }

        return levels;
    }
}
