using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Kolumn.Cli.CommandLine;
using Kolumn.Cli.Rendering;

namespace Kolumn.Cli.Commands;

/// <summary><c>kolumn validate</c>: everything that can be said without asking a database.</summary>
internal static class ValidateCommand
{
    public static Command Create()
    {
        var command = new Command("validate", "Check the configuration without asking a database") { ProjectArguments.Path };
        ProjectArguments.AddTo(command);
        command.SetAction((parsed, token) => CommandRun.RunAsync(parsed, run => RunAsync(run, parsed, token), token));
        return command;
    }

    private static async Task<Outcome> RunAsync(CommandRun run, ParseResult parsed, CancellationToken cancellationToken)
    {
        await using var project = ProjectRun.Open(run, parsed, parsed.GetValue(ProjectArguments.Path), out var faults);
        if (project is null)
        {
            return Outcome.Failed(faults);
        }

        var result = await project.Engine.ValidateAsync(cancellationToken);
        project.Progress.Clear();
        return new Outcome(new Report(result.Success, result.Resources), result.Diagnostics);
    }

    private sealed record Report(bool IsValid, int Resources) : IReport
    {
        public string ToText(Palette palette, int width) =>
            IsValid ? string.Create(CultureInfo.InvariantCulture, $"{palette.Create("The configuration is valid:")} {Resources} resources.\n") : "";

        public void AddTo(JsonObject document)
        {
            document["valid"] = IsValid;
            document["resources"] = Resources;
        }
    }
}
