using System.CommandLine;
using Kolumn.Cli.CommandLine;
using Kolumn.Cli.Providers;
using Kolumn.Cli.Rendering;
using Kolumn.Core;
using Kolumn.Core.Configuration;
using Kolumn.Protocol;

namespace Kolumn.Cli.Commands;

/// <summary>What the commands that work on a project need: its options, its providers, the engine, and somebody who watches.</summary>
internal sealed class ProjectRun : IAsyncDisposable
{
    private readonly ProviderSource _providers;

    private ProjectRun(ProviderSource providers, KolumnEngine engine, ProgressView progress)
    {
        _providers = providers;
        Engine = engine;
        Progress = progress;
    }

    public KolumnEngine Engine { get; }

    public ProgressView Progress { get; }

    /// <summary>Reads the project and makes its providers available; null after an error, with all of them.</summary>
    /// <param name="watching">Where progress is shown; null: on the command's terminal.</param>
    public static ProjectRun? Open(CommandRun run, ParseResult parsed, string? path, out IReadOnlyList<Diagnostic> diagnostics, Terminal? watching = null)
    {
        var options = OptionsOf(parsed, path, out var fault);
        if (options is null)
        {
            diagnostics = [fault!];
            return null;
        }

        var loaded = Project.Load(options);
        diagnostics = loaded.Diagnostics;
        if (loaded.Project is not { } project)
        {
            return null;
        }

        var providers = SourceOf(run, parsed, project);
        var progress = new ProgressView(watching ?? run.Terminal, isShown: !run.IsJson);
        return new ProjectRun(providers, new KolumnEngine(options, providers.Register(project.RequiredProviders), progress, loaded: loaded), progress);
    }

    public static ProviderSource SourceOf(CommandRun run, ParseResult parsed, Project project) =>
        new(project.Directory, parsed.GetValue(ProjectArguments.PluginDirectories) ?? [], run.Loggers);

    /// <param name="path">What the command's own argument says; null when it says nothing.</param>
    public static ProjectOptions? OptionsOf(ParseResult parsed, string? path, out Diagnostic? fault)
    {
        fault = null;
        var variables = new List<KeyValuePair<string, string>>();
        foreach (var text in parsed.GetValue(ProjectArguments.Variables) ?? [])
        {
            var equals = text.IndexOf('=', StringComparison.Ordinal);
            if (equals <= 0)
            {
                // What was meant as a value is not repeated: it may be a secret.
                fault = Diagnostic.Error("INVALID_COMMAND_LINE", "--var needs a name and a value", "Write --var name=value.");
                return null;
            }

            variables.Add(new(text[..equals].Trim(), text[(equals + 1)..]));
        }

        return new ProjectOptions
        {
            Path = path ?? parsed.GetValue(ProjectArguments.Config) ?? ".",
            Variables = variables,
            VariableFiles = parsed.GetValue(ProjectArguments.VariableFiles) ?? [],
        };
    }

    public async ValueTask DisposeAsync()
    {
        Progress.Clear();
        await _providers.DisposeAsync();
    }
}
