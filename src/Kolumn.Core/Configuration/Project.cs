using Kolumn.Language;
using Kolumn.Language.Syntax;
using Kolumn.Protocol;

namespace Kolumn.Core.Configuration;

/// <summary>A project as its files say it: parsed, collected and ordered, not yet evaluated.</summary>
public sealed class Project
{
    private Project(ProjectOptions options, ProjectFiles files, ProjectSyntax syntax, ReferenceGraph graph)
    {
        Options = options;
        Directory = files.Directory;
        VariableFiles = files.VariableFiles;
        Syntax = syntax;
        Graph = graph;
        RequiredProviders =
        [
            .. syntax.Providers.Values
                .GroupBy(p => p.Id, StringComparer.Ordinal)
                .Select(g => new RequiredProvider(g.Key, Setting(g, "source"), Setting(g, "version"), Setting(g, "transport"), [.. g.Select(p => p.Instance)])),
        ];
    }

    /// <summary>Absolute.</summary>
    public string Directory { get; }

    /// <summary>The providers that have a block, in the order of the text.</summary>
    public IReadOnlyList<RequiredProvider> RequiredProviders { get; }

    internal ProjectOptions Options { get; }

    internal IReadOnlyList<string> VariableFiles { get; }

    internal ProjectSyntax Syntax { get; }

    internal ReferenceGraph Graph { get; }

    /// <summary>Reads the project; no project when its text has mistakes, which are all reported.</summary>
    public static ProjectLoad Load(ProjectOptions options)
    {
        var diagnostics = new DiagnosticList();
        var project = Load(options, diagnostics);
        return new ProjectLoad(project, diagnostics.ToList());
    }

    internal static Project? Load(ProjectOptions options, DiagnosticList diagnostics)
    {
        if (ProjectFiles.Read(options.Path, diagnostics) is not { } files)
        {
            return null;
        }

        var syntax = ProjectSyntax.Collect(files.Files, diagnostics);
        var graph = ReferenceGraph.Build(syntax, diagnostics);
        return diagnostics.HasErrors ? null : new Project(options, files, syntax, graph);
    }

    private string? Setting(IEnumerable<ProviderBlock> blocks, string name)
    {
        foreach (var block in blocks)
        {
            if (Text(block.Syntax.Body.Attribute(name)?.Expression) is { } own)
            {
                return own;
            }

            if (Syntax.ProviderRequirements.TryGetValue(block.Id, out var requirement))
            {
                return Text(requirement.Items.FirstOrDefault(i => Text(i.Key) == name)?.Value);
            }
        }

        return null;
    }

    private static string? Text(Expression? expression) =>
        expression is LiteralExpression { Value.Kind: ValueKind.String } literal ? literal.Value.AsString() : null;
}

/// <param name="Project">Null when there is an error among the diagnostics.</param>
public sealed record ProjectLoad(Project? Project, IReadOnlyList<Diagnostic> Diagnostics);
