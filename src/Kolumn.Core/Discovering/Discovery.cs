using System.Text.Json.Nodes;
using Kolumn.Core.Configuration;
using Kolumn.Core.Providers;
using Kolumn.Protocol;
using Kolumn.Protocol.Json;
using Kolumn.Protocol.Payloads;
using Kolumn.Protocol.Runtime;

namespace Kolumn.Core.Discovering;

/// <summary>Asks one provider instance of a project what exists.</summary>
internal sealed class Discovery(Project project, ProviderSessions sessions, TimeProvider time, DiagnosticList diagnostics)
{
    private const string Untouched = "Nothing has been changed.";

    /// <summary>
    /// 1. The instance is chosen.
    /// 2. It starts and connects.
    /// 3. It tells what exists.
    /// 4. What is recorded is left out. Whatever does not exist exactly as recorded is asked for: it may have changed since.
    /// </summary>
    /// <param name="name">Of the instance; null where there is only one.</param>
    /// <param name="recorded">What the state holds.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>Null after an error.</returns>
    public async Task<Inventory?> ReadAsync(string? name, IReadOnlyList<ResourceInstance> recorded, CancellationToken cancellationToken)
    {
        // 1, 2
        if (await new ChosenInstance(project, sessions, time, diagnostics).ConnectAsync(name, cancellationToken) is not var (block, capabilities))
        {
            return null;
        }

        // 3
        var found = await InspectAsync(block.Instance, new InspectRequest(), cancellationToken);

        // 4
        var own = recorded.Where(r => r.Provider == block.Instance && r.State.Count > 0).ToList();
        var fresh = own.Count == 0 ? found : await WithoutAsync(own, found, block.Instance, cancellationToken);
        return diagnostics.HasErrors ? null : new Inventory(block, capabilities, fresh, found.Count - fresh.Count);
    }

    private async Task<IReadOnlyList<DiscoveredResource>> WithoutAsync(
        IReadOnlyList<ResourceInstance> recorded, IReadOnlyList<DiscoveredResource> found, string instance, CancellationToken cancellationToken)
    {
        var byPrint = found.ToLookup(r => Fingerprint(r.Type, r.State), StringComparer.Ordinal);
        var prints = recorded.ToLookup(r => Fingerprint(r.Type, r.State), StringComparer.Ordinal);
        var known = prints.Select(p => p.Key).ToHashSet(StringComparer.Ordinal);
        var changed = prints.Where(p => !byPrint.Contains(p.Key)).SelectMany(p => p).ToList();
        if (changed.Count > 0)
        {
            known.UnionWith((await InspectAsync(instance, new InspectRequest { Resources = changed }, cancellationToken)).Select(r => Fingerprint(r.Type, r.State)));
        }

        return [.. byPrint.Where(p => !known.Contains(p.Key)).SelectMany(p => p)];
    }

    /// <summary>The same for an object as it was found and as it was recorded: a name that begins with an underscore is the provider's note beside it.</summary>
    private static string Fingerprint(string type, JsonObject state)
    {
        var members = state.Where(m => !m.Key.StartsWith('_')).Select(m => KeyValuePair.Create(m.Key, m.Value?.DeepClone()));
        return CanonicalJson.Hash(new JsonObject { [type] = new JsonObject(members) });
    }

    private async Task<IReadOnlyList<DiscoveredResource>> InspectAsync(string instance, InspectRequest request, CancellationToken cancellationToken)
    {
        try
        {
            var answer = await sessions.RuntimeOf(instance).InspectAsync(request, cancellationToken);
            diagnostics.AddRange(answer.Diagnostics.Select(sessions.Secrets.Hide));
            return answer.State;
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            diagnostics.Add(sessions.Secrets.Hide(ProviderFailures.ToDiagnostic(failure, instance, "discovery", Untouched)));
            return [];
        }
    }
}

/// <summary>What one provider instance says there is.</summary>
/// <param name="Block">The instance.</param>
/// <param name="Capabilities">What it can do.</param>
/// <param name="Fresh">What exists and is not recorded.</param>
/// <param name="Managed">How many exist and are.</param>
internal sealed record Inventory(ProviderBlock Block, Capabilities Capabilities, IReadOnlyList<DiscoveredResource> Fresh, int Managed);
