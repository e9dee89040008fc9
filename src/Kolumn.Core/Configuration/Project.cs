using Kolumn.Protocol;

namespace Kolumn.Core.Configuration;

/// <summary>A project as its files say it: parsed, collected and ordered, not yet evaluated.</summary>
public sealed class Project
{
    private Project(ProjectOptions options, ProjectFiles files, ProjectSyntax syntax, ReferenceGraph graph, IReadOnlyList<RequiredProvider> providers)
    {
        Options = options;
        Directory = files.Directory;
        VariableFiles = files.VariableFiles;
        Syntax = syntax;
        Graph = graph;
        RequiredProviders = providers;
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
        var providers = new ProviderSettings(syntax, diagnostics).Read();
        return diagnostics.HasErrors ? null : new Project(options, files, syntax, graph, providers);
    }
}

/// <param name="Project">Null when there is an error among the diagnostics.</param>
public sealed record ProjectLoad(Project? Project, IReadOnlyList<Diagnostic> Diagnostics);
