using System.CommandLine;
using Kolumn.Cli.CommandLine;
using Kolumn.Protocol.Payloads;

namespace Kolumn.Cli.Commands;

/// <summary><c>kolumn drift</c>: what has happened to everything recorded, whatever the configuration wants of it.</summary>
internal static class DriftCommand
{
    private static readonly Option<bool> DetailedExitCode = new("--detailed-exitcode", "-detailed-exitcode") { Description = "Exit with 2 when something is not as recorded, with 0 when everything is" };

    public static Command Create()
    {
        var command = new Command("drift", "Show what was changed outside Kolumn") { ProjectArguments.Path, DetailedExitCode };
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

        var result = await project.Engine.DriftAsync(cancellationToken);
        project.Progress.Clear();
        if (!result.Success)
        {
            return Outcome.Failed(result.Diagnostics);
        }

        var hasDrift = result.Resources.Any(r => r.Status != DriftStatuses.InSync);
        return new Outcome(new DriftReport(result.Resources), result.Diagnostics, parsed.GetValue(DetailedExitCode) && hasDrift ? ExitCodes.ChangesPending : ExitCodes.Done);
    }
}
