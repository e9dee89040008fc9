using System.CommandLine;
using Kolumn.Cli.CommandLine;
using Kolumn.Cli.Rendering;
using Kolumn.Core.Planning;
using Kolumn.Protocol;

namespace Kolumn.Cli.Commands;

/// <summary><c>kolumn plan</c>: what apply would do, without doing it.</summary>
internal static class PlanCommand
{
    private static readonly Option<string?> Out = new("--out", "-out", "-o") { Description = "Save the plan, for kolumn apply FILE", HelpName = "FILE" };
    private static readonly Option<bool> Destroy = new("--destroy", "-destroy") { Description = "Plan to destroy everything recorded" };
    private static readonly Option<bool> DetailedExitCode = new("--detailed-exitcode", "-detailed-exitcode") { Description = "Exit with 2 when something would change, with 0 when nothing would" };

    public static Command Create()
    {
        var command = new Command("plan", "Show what apply would do") { ProjectArguments.Path, Out, Destroy, DetailedExitCode, PlanOptions.Detailed, PlanOptions.Sql, PlanOptions.Explain };
        ProjectArguments.AddTo(command);
        command.SetAction((parsed, token) => CommandRun.RunAsync(parsed, run => RunAsync(run, parsed, token), token));
        return command;
    }

    /// <summary>
    /// 1. the project is read;
    /// 2. the providers plan;
    /// 3. the plan is saved, if it is sound and somebody wants it.
    /// </summary>
    private static async Task<Outcome> RunAsync(CommandRun run, ParseResult parsed, CancellationToken cancellationToken)
    {
        // 1
        await using var project = ProjectRun.Open(run, parsed, parsed.GetValue(ProjectArguments.Path), out var faults);
        if (project is null)
        {
            return Outcome.Failed(faults);
        }

        // 2
        var result = await project.Engine.PlanAsync(parsed.GetValue(Destroy), cancellationToken);
        project.Progress.Clear();
        if (result.Plan is not { } plan)
        {
            return Outcome.Failed(result.Diagnostics);
        }

        // 3
        var file = result.Success ? parsed.GetValue(Out) : null;
        if (file is not null && Save(file, plan) is { } notSaved)
        {
            return Outcome.Failed([.. result.Diagnostics, notSaved]);
        }

        var exitCode = parsed.GetValue(DetailedExitCode) && plan.HasChanges ? ExitCodes.ChangesPending : ExitCodes.Done;
        var report = result.Success || plan.HasChanges ? new PlanReport(plan, PlanOptions.Of(parsed), file) : null;
        return new Outcome(report, result.Diagnostics, exitCode);
    }

    private static Diagnostic? Save(string file, ProjectPlan plan)
    {
        try
        {
            PlanFile.Write(file, plan);
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return Diagnostic.Error("PLAN_NOT_SAVED", "The plan could not be saved", $"{file}: {e.Message}");
        }
    }
}
