using System.Text.Json.Nodes;
using Kolumn.Compliance.Fixtures;
using Kolumn.Compliance.Probing;
using Kolumn.Compliance.Rules;
using Kolumn.Protocol;

namespace Kolumn.Compliance.Checks;

/// <summary>A migration that makes a resource, there and back.</summary>
internal static class MigrationChecks
{
    public static readonly Rule[] Rules = [RuleTable.MigrationPlans, RuleTable.MigrationDryRun, RuleTable.MigrationApplies, RuleTable.MigrationOnce, RuleTable.MigrationRollsBack, RuleTable.MigrationUnknown];

    public static async Task RunAsync(Examination examination, CancellationToken cancellationToken)
    {
        foreach (var function in (string[])[FunctionNames.PlanMigration, FunctionNames.ApplyMigration, FunctionNames.RollbackMigration])
        {
            if (!examination.IsAdvertised(function, Rules))
            {
                return;
            }
        }

        var probe = await examination.HostedAsync(cancellationToken);
        Answer? last = null;
        foreach (var type in examination.SimpleTypes())
        {
            // A type whose resources are only records may have nothing to migrate; one that can will do.
            var specimen = examination.Specimens.Make(examination.Facts, type);
            last = await probe.CallAsync(FunctionNames.PlanMigration, Request(specimen), cancellationToken);
            if (last.Succeeded || last.Kind != AnswerKind.Answered)
            {
                examination.Expect(last.Succeeded && last.Body.List("steps").Count > 0, RuleTable.MigrationPlans, "", last.Succeeded ? "There are no steps" : last.Outcome, last);
                if (last.Succeeded)
                {
                    await ThereAndBackAsync(examination, probe, specimen, cancellationToken);
                }

                return;
            }
        }

        examination.Fail(RuleTable.MigrationPlans, "", last is null ? "There is no type to migrate" : $"No type can be migrated; of the last one tried, {last.Outcome}", last);
    }

    private static async Task ThereAndBackAsync(Examination examination, Probe probe, Specimen specimen, CancellationToken cancellationToken)
    {
        var request = Request(specimen);
        try
        {
            await ExpectAsync(RuleTable.MigrationPlans, "afterwards", null, exists: false, "PlanMigration has made it");

            var dry = Request(specimen);
            dry["options"]!["dry_run"] = true;
            await ExpectAsync(RuleTable.MigrationDryRun, "", await probe.CallAsync(FunctionNames.ApplyMigration, dry, cancellationToken), exists: false, "A dry run has made it");
            if (!await ExpectAsync(RuleTable.MigrationApplies, "", await probe.CallAsync(FunctionNames.ApplyMigration, request, cancellationToken), exists: true, "It was applied, and the resource is not there"))
            {
                return;
            }

            var again = await probe.CallAsync(FunctionNames.ApplyMigration, request, cancellationToken);
            examination.Expect(again.Succeeded && again.Body.List("executed_steps").Count == 0, RuleTable.MigrationOnce, "", again.Succeeded ? "Its steps were executed a second time" : again.Outcome, again);
            await ExpectAsync(RuleTable.MigrationRollsBack, "", await probe.CallAsync(FunctionNames.RollbackMigration, request, cancellationToken), exists: false, "It was rolled back, and the resource is there");

            var unknown = Request(specimen);
            unknown["migration_id"] = "kv-no-such-migration-" + specimen.Name;
            var refused = await probe.CallAsync(FunctionNames.RollbackMigration, unknown, cancellationToken);
            examination.Expect(refused.Refused, RuleTable.MigrationUnknown, "", refused.Outcome, refused);
        }
        finally
        {
            await probe.RemoveAsync(specimen, cancellationToken);
        }

        async Task<bool> ExpectAsync(Rule rule, string subject, Answer? answer, bool exists, string otherwise) => examination.Expect(
            answer?.Succeeded != false && await probe.ExistsAsync(specimen, null, cancellationToken) == exists, rule, subject, answer?.Succeeded == false ? answer.Outcome : otherwise, answer);
    }

    private static JsonObject Request(Specimen specimen) => new()
    {
        ["migration_id"] = "kv-" + specimen.Name,
        ["resource_type"] = specimen.Type.FullName,
        ["resource_name"] = specimen.Name,
        ["from_state"] = new JsonObject(),
        ["to_state"] = specimen.Config.DeepClone(),
        ["options"] = new JsonObject { ["dry_run"] = false, ["allow_data_loss"] = true, ["timeout_seconds"] = 60 },
    };
}
