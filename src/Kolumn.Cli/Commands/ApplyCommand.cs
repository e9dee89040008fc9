using System.CommandLine;
using Kolumn.Cli.CommandLine;
using Kolumn.Core;
using Kolumn.Core.Applying;
using Kolumn.Core.Planning;
using Kolumn.Protocol;

namespace Kolumn.Cli.Commands;

/// <summary><c>kolumn apply</c> and <c>kolumn destroy</c>: make the databases look the way the configuration says, or empty.</summary>
internal static class ApplyCommand
{
    private static readonly Option<bool> AutoApprove = new("--auto-approve", "-auto-approve") { Description = "Do not ask" };
    private static readonly Option<string[]> Allow = new("--allow", "-allow") { Description = "Let the plan do what it names as a hazard, data_loss; may be repeated", HelpName = "HAZARD" };
    private static readonly Option<string?> Plan = new("--plan", "-plan") { Description = "Do what this saved plan says, like FILE", HelpName = "FILE" };
    private static readonly Argument<string?> File = ProjectArguments.PathArgument("FILE", "A plan saved by kolumn plan -o FILE, or the project: a directory or a .kl file");

    public static Command CreateApply()
    {
        var command = new Command("apply", "Show the plan, ask, and do it") { File, AutoApprove, Allow, Plan, PlanOptions.Detailed, PlanOptions.Sql, PlanOptions.Explain };
        ProjectArguments.AddTo(command);
        command.SetAction((parsed, token) => CommandRun.RunAsync(
            parsed,
            run =>
            {
                var file = parsed.GetValue(File);
                var isProject = file is not null && (Directory.Exists(file) || file.EndsWith(".kl", StringComparison.Ordinal));
                return RunAsync(run, parsed, isProject ? file : null, isProject ? parsed.GetValue(Plan) : file ?? parsed.GetValue(Plan), isDestroy: false, token);
            },
            token));
        return command;
    }

    public static Command CreateDestroy()
    {
        var command = new Command("destroy", "Destroy everything that Kolumn has recorded") { ProjectArguments.Path, AutoApprove, PlanOptions.Sql };
        ProjectArguments.AddTo(command);
        command.SetAction((parsed, token) => CommandRun.RunAsync(
            parsed, run => RunAsync(run, parsed, parsed.GetValue(ProjectArguments.Path), planFile: null, isDestroy: true, token), token));
        return command;
    }

    /// <summary>
    /// 1. the project is read;
    /// 2. the engine plans; the plan is shown, what it destroys must be allowed, and it is agreed to: by a person, by --auto-approve, or before, by whoever saved it;
    /// 3. the engine applies, and tells how it went.
    /// </summary>
    private static async Task<Outcome> RunAsync(
        CommandRun run, ParseResult parsed, string? path, string? planFile, bool isDestroy, CancellationToken cancellationToken)
    {
        var isAgreed = parsed.GetValue(AutoApprove) || planFile is not null;
        if (run.IsJson && !isAgreed)
        {
            return Outcome.Failed(Diagnostic.Error(
                "APPROVAL_NEEDED", "Nobody can be asked in JSON", "Add --auto-approve, or save a plan with kolumn plan -o FILE, look at it, and apply that."));
        }

        // 1
        await using var project = ProjectRun.Open(run, parsed, path, out var faults);
        if (project is null)
        {
            return Outcome.Failed(faults);
        }

        // 2
        var approval = new Approval(run.Terminal, isDestroy);
        var options = new ApplyOptions
        {
            PlanFile = planFile,
            AllowedHazards = isDestroy ? [] : parsed.GetValue(Allow) ?? [],
            Show = Show,
            Approve = async (_, token) => isAgreed || await approval.AskAsync(token),
        };

        // 3
        ApplyReport report = isDestroy
            ? await project.Engine.DestroyAsync(options, cancellationToken)
            : await project.Engine.ApplyAsync(options, cancellationToken);
        project.Progress.Clear();
        return new Outcome(new ApplyOutcomeReport(report, isDestroy), [.. report.Diagnostics, .. approval.Faults]);

        void Show(ProjectPlan plan)
        {
            project.Progress.Clear();
            run.Show(new PlanReport(plan, PlanOptions.Of(parsed)));
        }
    }
}
