using Kolumn.Core.Configuration;
using Kolumn.Core.Providers;
using Kolumn.Protocol;
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
    /// 3. It tells what exists, and which of that are the resources that are recorded already.
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
        var own = recorded.Where(r => r.Provider == block.Instance && r.State.Count > 0).ToList();
        var found = await InspectAsync(block.Instance, new InspectRequest(), cancellationToken);
        var known = own.Count == 0 ? [] : await InspectAsync(block.Instance, new InspectRequest { Resources = own }, cancellationToken);
        return diagnostics.HasErrors ? null : new Inventory(block, capabilities, found, known);
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
/// <param name="Found">Everything.</param>
/// <param name="Recorded">What of it is recorded already.</param>
internal sealed record Inventory(ProviderBlock Block, Capabilities Capabilities, IReadOnlyList<DiscoveredResource> Found, IReadOnlyList<DiscoveredResource> Recorded);
