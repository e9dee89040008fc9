using System.Text.Json.Nodes;
using Kolumn.Compliance.Fixtures;
using Kolumn.Compliance.Probing;
using Kolumn.Compliance.Rules;
using Kolumn.Protocol;

namespace Kolumn.Compliance.Checks;

/// <summary>
/// One resource of each type, and what they require, planned and applied together:
/// 1. a plan that makes them, which changes nothing;
/// 2. the apply of it;
/// 3. a plan of the same, which is empty, and applies that change nothing;
/// 4. a change of what can be changed;
/// 5. the end of all of them.
/// What drift detection makes of each stage is looked at on the way.
/// </summary>
internal static class PlanChecks
{
    public static readonly Rule[] Rules =
    [
        RuleTable.PlanOrders, RuleTable.PlanOnlyReads, RuleTable.PlanRepeats, RuleTable.ApplyCreates, RuleTable.ApplySummary, RuleTable.PlanEmpty, RuleTable.ApplyAgain, RuleTable.ApplyStale,
        RuleTable.PlanChanges, RuleTable.ApplyUpdates, RuleTable.ApplyDeletes, RuleTable.StateFollows, RuleTable.DriftInSync, RuleTable.DriftSees, RuleTable.DriftMissing,
    ];

    public static async Task TogetherAsync(Examination examination, CancellationToken cancellationToken)
    {
        if (!examination.IsAdvertised(FunctionNames.Plan, Rules) || !examination.IsAdvertised(FunctionNames.Apply, Rules))
        {
            return;
        }

        if (!examination.HasHosted(FunctionNames.DetectDrift))
        {
            examination.IsAdvertised(FunctionNames.DetectDrift, RuleTable.DriftInSync, RuleTable.DriftSees, RuleTable.DriftMissing);
        }

        var batch = new Batch(examination.ViableTypes().Select(t => examination.Specimens.Make(examination.Facts, t)));
        var probe = await examination.HostedAsync(cancellationToken);
        try
        {
            if (await CreateAsync(examination, probe, batch, cancellationToken))
            {
                await KeepAsync(examination, probe, batch, cancellationToken);
                await ChangeAsync(examination, probe, batch, cancellationToken);
                await DeleteAsync(examination, probe, batch, cancellationToken);
            }
        }
        finally
        {
            foreach (var specimen in batch.Tops)
            {
                await probe.RemoveAsync(specimen, cancellationToken);
            }
        }
    }

    // 1, 2
    private static async Task<bool> CreateAsync(Examination examination, Probe probe, Batch batch, CancellationToken cancellationToken)
    {
        var plan = await probe.CallAsync(FunctionNames.Plan, batch.Request("create"), cancellationToken);
        var order = plan.Body.Texts("execution_order").ToList();
        var fault = plan.Succeeded ? batch.FaultOf(order, isReversed: false) : plan.Outcome;
        examination.Expect(fault is null, RuleTable.PlanOrders, "create", $"Of execution_order: {fault}", plan);
        if (!plan.Succeeded)
        {
            return false;
        }

        var early = new List<string>();
        foreach (var member in batch.Members)
        {
            if (await probe.ExistsAsync(member, null, cancellationToken) == true)
            {
                early.Add(member.Address);
            }
        }

        examination.Expect(early.Count == 0, RuleTable.PlanOnlyReads, "", $"After the plan these exist: {string.Join(", ", early)}", plan);
        var again = await probe.CallAsync(FunctionNames.Plan, batch.Request("create"), cancellationToken);
        examination.Expect(
            again.Succeeded && order.SequenceEqual(again.Body.Texts("execution_order")) && again.Body.Text("plan_hash") == plan.Body.Text("plan_hash"),
            RuleTable.PlanRepeats, "", again.Succeeded ? "The second plan of the same has another order or plan_hash" : again.Outcome, again);

        var apply = await probe.CallAsync(FunctionNames.Apply, batch.Request("create", planHash: plan.Body.Text("plan_hash")), cancellationToken);
        batch.Record(apply);
        var missing = new List<string>();
        foreach (var member in batch.Members)
        {
            if (Batch.ResultOf(apply, member).Flag("success") != true || await probe.ExistsAsync(member, batch.States.GetValueOrDefault(member.Address), cancellationToken) != true)
            {
                missing.Add(member.Address);
            }
        }

        CheckSummary(examination, batch, apply, "create");
        return examination.Expect(
            apply.Succeeded && missing.Count == 0, RuleTable.ApplyCreates, "", apply.Succeeded ? $"Not there, or without a successful result: {string.Join(", ", missing)}" : apply.Outcome, apply);
    }

    // 3
    private static async Task KeepAsync(Examination examination, Probe probe, Batch batch, CancellationToken cancellationToken)
    {
        if (examination.HasHosted(FunctionNames.GetState))
        {
            var state = await probe.CallAsync(FunctionNames.GetState, new JsonObject(), cancellationToken);
            var kept = state.Body.Object("state").List("resources");
            var forgotten = batch.Members.Where(m => !kept.Any(r => r.Text("name") == m.Name)).Select(m => m.Address).ToList();
            examination.Expect(state.Succeeded && forgotten.Count == 0, RuleTable.StateFollows, "", state.Succeeded ? $"Not in the state: {string.Join(", ", forgotten)}" : state.Outcome, state);
        }

        var plan = await probe.CallAsync(FunctionNames.Plan, batch.Request("update"), cancellationToken);
        foreach (var member in batch.Members)
        {
            var planned = Batch.PlannedOf(plan, member);
            examination.Expect(
                plan.Succeeded && planned.Text("action") is ResourceActions.NoOp or ResourceActions.Read && planned.List("statements").Count == 0,
                RuleTable.PlanEmpty, member.Type.Name, plan.Succeeded ? $"Right after it was applied the plan is to {planned.Text("action")} it: {planned.At("changes").Write()}" : plan.Outcome, plan);
        }

        if (plan.Body.Text("plan_hash") is { Length: > 0 })
        {
            var stale = await probe.CallAsync(FunctionNames.Apply, batch.Request("update", s => s.Update ?? s.Config, "no-such-plan"), cancellationToken);
            examination.Expect(stale.Refused, RuleTable.ApplyStale, "", $"With a plan_hash that no plan had, {stale.Outcome}", stale);
        }
        else
        {
            examination.Skip(RuleTable.ApplyStale, "", "Plan answers no plan_hash");
        }

        var apply = await probe.CallAsync(FunctionNames.Apply, batch.Request("update"), cancellationToken);
        var changed = batch.Members.Where(m => Batch.ResultOf(apply, m).Text("action") is not (ResourceActions.NoOp or ResourceActions.Read)).Select(m => m.Address).ToList();
        examination.Expect(
            apply.Succeeded && changed.Count == 0 && apply.Body.Object("summary").Number("unchanged") == batch.Members.Count,
            RuleTable.ApplyAgain, "", apply.Succeeded ? $"Not unchanged: {string.Join(", ", changed)}; summary {apply.Body.At("summary").Write()}" : apply.Outcome, apply);
        if (examination.HasHosted(FunctionNames.DetectDrift))
        {
            foreach (var (member, drift) in await DriftAsync(probe, batch, cancellationToken))
            {
                var found = drift.Body.List("resources") is [var only, ..] ? only : null;
                examination.Expect(
                    drift.Succeeded && drift.Body.Flag("has_drift") == false && found.Text("status") == "in_sync",
                    RuleTable.DriftInSync, member.Type.Name, drift.Succeeded ? $"Right after it was applied it is said to be {found.Text("status")}: {found.At("changes").Write()}" : drift.Outcome, drift);
            }
        }
    }

    // 4
    private static async Task ChangeAsync(Examination examination, Probe probe, Batch batch, CancellationToken cancellationToken)
    {
        var changing = batch.Tops.Where(s => s.Update is not null).ToList();
        if (changing.Count == 0)
        {
            examination.Skip(RuleTable.PlanChanges, "", "no fixture has an update");
            examination.Skip(RuleTable.ApplyUpdates, "", "no fixture has an update");
            return;
        }

        var request = batch.Request("update", s => s.Update ?? s.Config);
        var plan = await probe.CallAsync(FunctionNames.Plan, request, cancellationToken);
        foreach (var member in changing)
        {
            var planned = Batch.PlannedOf(plan, member);
            var action = planned.Text("action");
            examination.Expect(
                plan.Succeeded && (action == ResourceActions.Replace || (action == ResourceActions.Update && planned.Object("changes") is { Count: > 0 })),
                RuleTable.PlanChanges, member.Type.Name, plan.Succeeded ? $"The plan is to {action} it, with the changes {planned.At("changes").Write()}" : plan.Outcome, plan);
        }

        request["plan_hash"] = plan.Body.Text("plan_hash");
        var apply = await probe.CallAsync(FunctionNames.Apply, request, cancellationToken);
        foreach (var member in changing)
        {
            var before = batch.States.GetValueOrDefault(member.Address);
            var read = await probe.ReadAsync(member, Batch.ResultOf(apply, member).Object("state") ?? before, cancellationToken);
            examination.Expect(
                apply.Succeeded && Batch.ResultOf(apply, member).Flag("success") == true && StateComparison.Difference(member.Type, before, read.Body.Object("state")) is not null,
                RuleTable.ApplyUpdates, member.Type.Name, apply.Succeeded ? "It is said to be changed, and is as it was" : apply.Outcome, apply);
        }

        CheckSummary(examination, batch, apply, "update");
        if (apply.Succeeded && examination.HasHosted(FunctionNames.DetectDrift))
        {
            foreach (var (member, drift) in await DriftAsync(probe, batch, cancellationToken))
            {
                if (changing.Contains(member))
                {
                    var found = drift.Body.List("resources") is [var only, ..] ? only : null;
                    examination.Expect(
                        drift.Succeeded && drift.Body.Flag("has_drift") == true && found.Text("status") == "drifted" && found.List("changes").Count > 0,
                        RuleTable.DriftSees, member.Type.Name, drift.Succeeded ? $"It was changed since what managed_state records, and is said to be {found.Text("status")}" : drift.Outcome, drift);
                }
            }
        }

        batch.Record(apply);
    }

    // 5
    private static async Task DeleteAsync(Examination examination, Probe probe, Batch batch, CancellationToken cancellationToken)
    {
        var request = batch.Request("delete", _ => null, force: true);
        var plan = await probe.CallAsync(FunctionNames.Plan, request, cancellationToken);
        var fault = plan.Succeeded ? batch.FaultOf([.. plan.Body.Texts("execution_order")], isReversed: true) : plan.Outcome;
        examination.Expect(fault is null, RuleTable.PlanOrders, "delete", $"Of execution_order: {fault}", plan);
        request["plan_hash"] = plan.Body.Text("plan_hash");
        var apply = await probe.CallAsync(FunctionNames.Apply, request, cancellationToken);
        var left = new List<string>();
        foreach (var member in batch.Members)
        {
            if (await probe.ExistsAsync(member, batch.States.GetValueOrDefault(member.Address), cancellationToken) != false)
            {
                left.Add(member.Address);
            }
        }

        examination.Expect(apply.Succeeded && left.Count == 0, RuleTable.ApplyDeletes, "", apply.Succeeded ? $"Still there: {string.Join(", ", left)}" : apply.Outcome, apply);
        CheckSummary(examination, batch, apply, "delete");
        if (apply.Succeeded && examination.HasHosted(FunctionNames.DetectDrift))
        {
            foreach (var (member, drift) in (await DriftAsync(probe, batch, cancellationToken)).Take(3))
            {
                var found = drift.Body.List("resources") is [var only, ..] ? only : null;
                examination.Expect(
                    drift.Succeeded && drift.Body.Flag("has_drift") == true && found.Text("status") == "missing",
                    RuleTable.DriftMissing, member.Type.Name, drift.Succeeded ? $"It is gone, and is said to be {found.Text("status")}" : drift.Outcome, drift);
            }
        }
    }

    private static async Task<List<(Specimen Member, Answer Drift)>> DriftAsync(Probe probe, Batch batch, CancellationToken cancellationToken)
    {
        var answers = new List<(Specimen, Answer)>();
        foreach (var member in batch.Tops.Where(t => batch.States.ContainsKey(t.Address)))
        {
            var request = new JsonObject
            {
                ["resources"] = new JsonArray(new JsonObject
                {
                    ["resource_type"] = member.Type.FullName,
                    ["name"] = member.Name,
                    ["managed_state"] = batch.States[member.Address].DeepClone(),
                }),
            };
            answers.Add((member, await probe.CallAsync(FunctionNames.DetectDrift, request, cancellationToken)));
        }

        return answers;
    }

    private static void CheckSummary(Examination examination, Batch batch, Answer apply, string stage)
    {
        if (apply.Kind == AnswerKind.Answered)
        {
            var summary = apply.Body.Object("summary");
            var sum = ((string[])["created", "updated", "deleted", "unchanged", "failed"]).Sum(n => summary.Number(n) ?? 0);
            examination.Expect(sum == batch.Members.Count, RuleTable.ApplySummary, stage, $"The counts {summary.Write()} add up to {sum}, where {batch.Members.Count} resources were asked for", apply);
        }
    }
}
