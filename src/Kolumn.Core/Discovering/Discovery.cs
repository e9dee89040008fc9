using Kolumn.Core.Configuration;
using Kolumn.Core.Providers;
using Kolumn.Language;
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
        // 1
        if (Choose(name) is not { } block)
        {
            return null;
        }

        // 2
        var evaluation = new ProjectEvaluation(project, null, _ => null, time, diagnostics);
        var capabilities = await sessions.DescribeAsync([block], diagnostics, cancellationToken);
        if (diagnostics.HasErrors)
        {
            return null;
        }

        var configured = evaluation.EvaluateProvider(block, capabilities[block.Id].ConfigSchema);
        if (diagnostics.HasErrors)
        {
            return null;
        }

        sessions.Connect(configured, cancellationToken);
        await sessions.ConnectedAsync(diagnostics);
        if (diagnostics.HasErrors)
        {
            return null;
        }

        // 3
        var own = recorded.Where(r => r.Provider == block.Instance && r.State.Count > 0).ToList();
        var found = await InspectAsync(block.Instance, new InspectRequest(), cancellationToken);
        var known = own.Count == 0 ? [] : await InspectAsync(block.Instance, new InspectRequest { Resources = own }, cancellationToken);
        return diagnostics.HasErrors ? null : new Inventory(block, capabilities[block.Id], found, known);
    }

    private ProviderBlock? Choose(string? name)
    {
        var all = project.Syntax.Providers;
        if (name is not null && all.TryGetValue(name, out var exact))
        {
            return exact;
        }

        var candidates = all.Values.Where(p => name is null || p.Id == name).ToList();
        switch (candidates)
        {
            case [var only]:
                return only;
            case []:
                diagnostics.Error(
                    CoreCodes.MissingProvider, name is null ? "There is no provider" : $"There is no provider {name}",
                    name is null || all.Count == 0
                        ? "Write a block provider \"NAME\" { … } that says where the database is, and run: kolumn init"
                        : $"The project has {string.Join(", ", all.Keys)}.{DidYouMean.Ask(name, all.Keys)}");
                return null;
            default:
                diagnostics.Error(CoreCodes.AmbiguousProvider, "Several providers", $"Name the one whose database is meant: {string.Join(", ", candidates.Select(c => c.Instance))}.");
                return null;
        }
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
