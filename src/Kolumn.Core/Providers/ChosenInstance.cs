using Kolumn.Core.Configuration;
using Kolumn.Language;
using Kolumn.Protocol.Runtime;

namespace Kolumn.Core.Providers;

/// <summary>The one provider instance that a command is about.</summary>
internal sealed class ChosenInstance(Project project, ProviderSessions sessions, TimeProvider time, DiagnosticList diagnostics)
{
    /// <summary>
    /// 1. The instance is chosen.
    /// 2. It starts and connects.
    /// </summary>
    /// <param name="name">Of the instance; null where there is only one.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>Null after an error.</returns>
    public async Task<(ProviderBlock Block, Capabilities Capabilities)?> ConnectAsync(string? name, CancellationToken cancellationToken)
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
        return diagnostics.HasErrors ? null : (block, capabilities[block.Id]);
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
}
