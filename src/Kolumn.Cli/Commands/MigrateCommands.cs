using System.CommandLine;
using Kolumn.Cli.CommandLine;
using Kolumn.Core.Migrating;
using Kolumn.Protocol;
using Kolumn.Protocol.Payloads;

namespace Kolumn.Cli.Commands;

/// <summary><c>kolumn migrate</c>: named changes that a database makes once, written as migration blocks.</summary>
internal static class MigrateCommands
{
    private static readonly Option<bool> AutoApprove = new("--auto-approve", "-auto-approve") { Description = "Do not ask" };
    private static readonly Option<bool> DryRun = new("--dry-run", "-dry-run") { Description = "Go through everything short of doing it" };
    private static readonly Option<bool> DetailedExitCode = new("--detailed-exitcode", "-detailed-exitcode") { Description = "Exit with 2 when a migration is pending, with 0 when none is" };
    private static readonly Option<string[]> Allow = new("--allow", "-allow") { Description = "Let migrations do what they name as a hazard, data_loss; may be repeated", HelpName = "HAZARD" };
    private static readonly Option<string?> UpTo = new("--target", "-target") { Description = "The last migration to apply (default: all pending ones)", HelpName = "NAME" };
    private static readonly Option<string?> DownTo = new("--target", "-target") { Description = "Undo this one and all that were applied after it (default: the last one applied)", HelpName = "NAME" };

    public static Command Create()
    {
        var status = Verb("status", "Show which migrations are applied", MigrateVerb.Status, null, []);
        var plan = Verb("plan", "Show what the pending migrations would do", MigrateVerb.Plan, UpTo, [DetailedExitCode]);
        var apply = Verb("apply", "Apply the pending migrations, each once and in the order of their names", MigrateVerb.Apply, UpTo, [AutoApprove, Allow, DryRun]);
        var rollback = Verb("rollback", "Undo what was applied last", MigrateVerb.RollBack, DownTo, [AutoApprove, Allow, DryRun]);
        var command = new Command("migrate", "Apply or undo named changes that are made once") { status, plan, apply, rollback };
        command.Aliases.Add("migration");
        command.SetAction(HelpAction.Show);
        return command;
    }

    private static Command Verb(string name, string description, MigrateVerb verb, Option<string?>? target, IEnumerable<Option> options)
    {
        var command = new Command(name, description) { ProjectArguments.Path };
        foreach (var option in target is null ? options : options.Prepend(target))
        {
            command.Options.Add(option);
        }

        ProjectArguments.AddTo(command);
        command.SetAction((parsed, token) => CommandRun.RunAsync(parsed, run => RunAsync(run, parsed, verb, target, token), token));
        return command;
    }

    /// <summary>
    /// 1. The project is read.
    /// 2. The engine asks the ledgers and plans; what is to be done is shown and agreed to.
    /// 3. The engine does it, and tells how it went.
    /// </summary>
    private static async Task<Outcome> RunAsync(CommandRun run, ParseResult parsed, MigrateVerb verb, Option<string?>? target, CancellationToken cancellationToken)
    {
        var changes = verb is MigrateVerb.Apply or MigrateVerb.RollBack;
        var dryRun = changes && parsed.GetValue(DryRun);
        var isAgreed = dryRun || (changes && parsed.GetValue(AutoApprove));
        if (run.IsJson && changes && !isAgreed)
        {
            return Outcome.Failed(Diagnostic.Error("APPROVAL_NEEDED", "Nobody can be asked in JSON", "Add --auto-approve, or --dry-run to see what would happen."));
        }

        // 1
        await using var project = ProjectRun.Open(run, parsed, parsed.GetValue(ProjectArguments.Path), out var faults);
        if (project is null)
        {
            return Outcome.Failed(faults);
        }

        // 2, 3
        var approval = new Approval(run.Terminal, isDestroy: false);
        var options = new MigrateOptions
        {
            Verb = verb,
            Target = target is null ? null : parsed.GetValue(target),
            DryRun = dryRun,
            AllowedHazards = changes ? parsed.GetValue(Allow) ?? [] : [],
            Show = Show,
            Approve = async token => isAgreed || await approval.AskAsync(token),
        };
        var result = await project.Engine.MigrateAsync(options, cancellationToken);
        project.Progress.Clear();
        var report = result.Known.Count == 0 && !result.Success ? null : new MigrateReport(result, verb, dryRun);
        return new Outcome(report, [.. result.Diagnostics, .. approval.Faults], verb == MigrateVerb.Plan && parsed.GetValue(DetailedExitCode) && result.Planned.Count > 0 ? ExitCodes.ChangesPending : ExitCodes.Done);

        void Show(IReadOnlyList<PlannedMigration> planned)
        {
            project.Progress.Clear();
            run.Show(new MigrationPlanReport(planned, verb));
        }
    }
}
