using System.Text.Json.Nodes;
using Kolumn.Compliance.Probing;
using Kolumn.Compliance.Rules;
using Kolumn.Protocol;

namespace Kolumn.Compliance.Checks;

/// <summary>The state that a host hands in and fetches, and what ValidateState makes of one.</summary>
internal static class StateChecks
{
    public static readonly Rule[] Rules = [RuleTable.StateEmpty, RuleTable.StateReturns, RuleTable.StateRefuses, RuleTable.StateOld];

    public static async Task RoundTripAsync(Examination examination, CancellationToken cancellationToken)
    {
        if (!examination.IsAdvertised(FunctionNames.GetState, Rules) || !examination.IsAdvertised(FunctionNames.SetState, Rules))
        {
            return;
        }

        await using var process = await examination.StartConfiguredAsync(cancellationToken);
        var probe = await examination.HostedAsync(process, cancellationToken);
        var empty = await GetAsync();
        examination.Expect(empty.Succeeded && empty.Body.Object("state") is not null, RuleTable.StateEmpty, "", empty.Succeeded ? "There is no state, not even an empty one" : empty.Outcome, empty);

        var state = StateOf(examination, 2);
        var set = await SetAsync(state);
        var got = await GetAsync();
        var kept = got.Body.Object("state");
        examination.Expect(
            set.Succeeded && got.Succeeded && Json.Same(state["resources"]![0]!["state"], kept.List("resources") is [var first, ..] ? first.At("state") : null) && kept.List("resources").Count == 1,
            RuleTable.StateReturns, "", set.Succeeded ? $"What GetState answers is not what SetState brought: {kept.Write()}" : set.Outcome, got);

        var none = await probe.CallAsync(FunctionNames.SetState, new JsonObject { ["state"] = null }, cancellationToken);
        examination.Expect(none.Refused, RuleTable.StateRefuses, "null", $"With null for a state, {none.Outcome}", none);
        var future = StateOf(examination, 3);
        future["version"] = "99.0.0";
        var refused = await SetAsync(future);
        examination.Expect(refused.Refused, RuleTable.StateRefuses, "version", $"With a state of version 99.0.0, {refused.Outcome}", refused);
        var old = await SetAsync(StateOf(examination, 1, resources: false));
        examination.Expect(old.Refused, RuleTable.StateOld, "", $"With an older serial of the same lineage, {old.Outcome}", old);
        var after = await GetAsync();
        examination.Expect(after.Succeeded && after.Body.Object("state").List("resources").Count == 1, RuleTable.StateRefuses, "afterwards", "A refused state has taken the place of the one that was kept", after);

        Task<Answer> GetAsync() => probe.CallAsync(FunctionNames.GetState, new JsonObject(), cancellationToken);
        Task<Answer> SetAsync(JsonObject what) => probe.CallAsync(FunctionNames.SetState, new JsonObject { ["state"] = what.DeepClone() }, cancellationToken);
    }

    public static async Task ValidateAsync(Examination examination, CancellationToken cancellationToken)
    {
        if (!examination.IsAdvertised(FunctionNames.ValidateState, RuleTable.ValidatesState))
        {
            return;
        }

        var probe = await examination.HostedAsync(cancellationToken);
        var sound = StateOf(examination, 1, resources: false);
        var odd = StateOf(examination, 1);
        odd["resources"]![0]!["type"] = "kv_no_such_type";
        foreach (var (state, isValid) in ((JsonObject, bool)[])[(sound, true), (odd, false)])
        {
            var answer = await probe.CallAsync(FunctionNames.ValidateState, new JsonObject { ["state"] = state.DeepClone() }, cancellationToken);
            examination.Expect(
                answer.Succeeded && answer.Body.Flag("valid") == isValid && answer.Body.List("errors").Count > 0 == !isValid,
                RuleTable.ValidatesState, isValid ? "empty" : "unknown type", answer.Succeeded ? $"It is said to be {(isValid ? "in" : "")}valid" : answer.Outcome, answer);
        }
    }

    private static JsonObject StateOf(Examination examination, int serial, bool resources = true) => new()
    {
        ["version"] = "1.0.0",
        ["provider"] = examination.Facts.Name,
        ["metadata"] = new JsonObject { ["lineage"] = "kolumn-verify", ["serial"] = serial },
        ["updated_at"] = "2026-01-01T00:00:00.123456789Z",
        ["resources"] = !resources || examination.Facts.Types.Count == 0 ? [] : new JsonArray(new JsonObject
        {
            ["type"] = examination.Facts.Types[0].FullName,
            ["name"] = "kv_recorded",
            ["provider"] = examination.Facts.Name,
            ["status"] = "active",
            ["config"] = new JsonObject { ["name"] = "kv_recorded" },
            ["state"] = new JsonObject { ["name"] = "kv_recorded", ["rows"] = 1500.0 },
            ["created_at"] = "2026-01-01T00:00:00Z",
            ["updated_at"] = "0001-01-01T00:00:00Z",
        }),
    };
}
