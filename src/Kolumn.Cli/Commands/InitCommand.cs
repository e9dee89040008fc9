using System.CommandLine;
using System.Text;
using System.Text.Json.Nodes;
using Kolumn.Cli.CommandLine;
using Kolumn.Cli.Providers;
using Kolumn.Cli.Rendering;
using Kolumn.Core;
using Kolumn.Core.Configuration;

namespace Kolumn.Cli.Commands;

/// <summary><c>kolumn init</c>: make a project ready: its state directory, and a lock file that names its providers.</summary>
internal static class InitCommand
{
    private static readonly Option<bool> Upgrade = new("--upgrade", "-upgrade") { Description = "Lock providers that have been replaced since they were locked" };

    public static Command Create()
    {
        var command = new Command("init", "Find the project's providers and lock them") { ProjectArguments.Path, Upgrade, ProjectArguments.Config, ProjectArguments.PluginDirectories };
        command.SetAction((parsed, token) => CommandRun.RunAsync(parsed, run => RunAsync(run, parsed, token), token));
        return command;
    }

    /// <summary>
    /// 1. the project is read;
    /// 2. its state directory is made;
    /// 3. its providers are found, started once and written into the lock file.
    /// </summary>
    private static async Task<Outcome> RunAsync(CommandRun run, ParseResult parsed, CancellationToken cancellationToken)
    {
        // 1
        var options = ProjectRun.OptionsOf(parsed, parsed.GetValue(ProjectArguments.Path), out _)!;
        var loaded = Project.Load(options);
        if (loaded.Project is not { } project)
        {
            return Outcome.Failed(loaded.Diagnostics);
        }

        await using var providers = ProjectRun.SourceOf(run, parsed, project);

        // 2
        var result = new KolumnEngine(options, providers.Register([]), loaded: loaded).Init();
        if (!result.Success)
        {
            return Outcome.Failed(result.Diagnostics);
        }

        // 3
        var (found, problems) = await providers.LockAsync(project.RequiredProviders, parsed.GetValue(Upgrade), cancellationToken);
        return new Outcome(new Report(result.Directory!, result.IsNew, found, problems.Count > 0), [.. result.Diagnostics, .. problems]);
    }

    private sealed record Report(string Directory, bool IsNew, IReadOnlyList<LockedExecutable> Providers, bool IsIncomplete) : IReport
    {
        public string ToText(Palette palette, int width)
        {
            var text = new StringBuilder();
            foreach (var provider in Providers)
            {
                var change = provider.Change switch
                {
                    LockChange.None => "as locked",
                    LockChange.Added => "locked",
                    _ => palette.Update("locked anew"),
                };
                text.Append("  ").Append(palette.Strong(Printable.Line(provider.Id))).Append(' ').Append(Printable.Line(provider.Version)).Append(", ").Append(change).Append('\n');
                text.Append("    ").Append(palette.Faint(Printable.Line(provider.Path))).Append('\n');
                text.Append("    ").Append(palette.Faint(provider.Digest)).Append('\n');
            }

            if (!IsIncomplete)
            {
                text.Append(palette.Create(IsNew ? "Project initialized." : "Project is initialized.")).Append(" Next: kolumn plan\n");
            }

            return text.ToString();
        }

        public void AddTo(JsonObject document)
        {
            document["state_directory"] = Directory;
            document["is_new"] = IsNew;
            document["providers"] = new JsonArray(
            [
                .. Providers.Select(p => (JsonNode)new JsonObject
                {
                    ["name"] = p.Id,
                    ["source"] = p.Source,
                    ["version"] = p.Version,
                    ["path"] = p.Path,
                    ["digest"] = p.Digest,
                    ["change"] = p.Change switch { LockChange.None => "none", LockChange.Added => "added", _ => "replaced" },
                }),
            ]);
        }
    }
}
