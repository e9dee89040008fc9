using System.Text.Json.Nodes;
using Kolumn.Compliance.Fixtures;
using Kolumn.Compliance.Probing;
using Kolumn.Compliance.Rules;
using Kolumn.Protocol;

namespace Kolumn.Compliance.Checks;

/// <summary>What is refused, and what exists afterwards.</summary>
internal static class PlanFaultChecks
{
    private const string NoAttribute = "kv_no_such_attribute";

    /// <summary>Configurations that the schema itself says are wrong, for each type.</summary>
    public static async Task InvalidAsync(Examination examination, CancellationToken cancellationToken)
    {
        var rule = RuleTable.Validates;
        foreach (var type in examination.ViableTypes())
        {
            var specimen = examination.Specimens.Make(examination.Facts, type);
            var probe = await examination.HostedAsync(cancellationToken);
            try
            {
                foreach (var required in specimen.Requires)
                {
                    await probe.CreateAsync(required, cancellationToken);
                }

                foreach (var (what, config) in Mistakes(specimen))
                {
                    var answer = await probe.CreateAsync(specimen, cancellationToken, config);
                    if (!examination.Expect(answer.Refused && answer.Error.Length > 0, rule, type.Name, $"{what}: {answer.Outcome}", answer))
                    {
                        break;
                    }
                }

                examination.Expect(
                    await probe.ExistsAsync(specimen, null, cancellationToken) != true, rule, type.Name, "A configuration was refused, and the resource exists", null);
            }
            finally
            {
                await probe.RemoveAsync(specimen, cancellationToken);
            }
        }
    }

    public static async Task UnknownTypeAsync(Examination examination, CancellationToken cancellationToken)
    {
        var probe = await examination.ProbeAsync(cancellationToken);
        foreach (var function in (string[])[FunctionNames.CreateResource, FunctionNames.ReadResource, FunctionNames.DiscoverResources])
        {
            var answer = await probe.CallAsync(function, new JsonObject { ["resource_type"] = "kv_no_such_type", ["name"] = "x", ["config"] = new JsonObject() }, cancellationToken);
            examination.Expect(answer.Refused, RuleTable.UnknownType, function, answer.Outcome, answer);
        }
    }

    public static async Task CycleAsync(Examination examination, CancellationToken cancellationToken)
    {
        if (!examination.IsAdvertised(FunctionNames.Plan, RuleTable.PlanCycle, RuleTable.PlanAction))
        {
            return;
        }

        var type = examination.SimpleType();
        var (one, other) = (examination.Specimens.Make(examination.Facts, type), examination.Specimens.Make(examination.Facts, type));
        var probe = await examination.HostedAsync(cancellationToken);
        var (first, second) = (ResourceCalls.PlanResource(one, "create", one.Config, null), ResourceCalls.PlanResource(other, "create", other.Config, null));
        first["depends_on"] = new JsonArray(other.Address);
        second["depends_on"] = new JsonArray(one.Address);
        var cycle = await probe.CallAsync(FunctionNames.Plan, new JsonObject { ["resources"] = new JsonArray(first, second) }, cancellationToken);
        examination.Expect(
            cycle.Refused && cycle.Text.Contains(one.Name, StringComparison.Ordinal) && cycle.Text.Contains(other.Name, StringComparison.Ordinal),
            RuleTable.PlanCycle, "", cycle.Refused ? $"The refusal does not name both: {cycle.Error}" : cycle.Outcome, cycle);

        var odd = await probe.CallAsync(FunctionNames.Plan, new JsonObject { ["resources"] = new JsonArray(ResourceCalls.PlanResource(one, "frobnicate", one.Config, null)) }, cancellationToken);
        examination.Expect(odd.Refused, RuleTable.PlanAction, "", odd.Outcome, odd);
    }

    /// <summary>A sound resource, a wrong one, and one that depends on it: whatever comes of it, the answer says what exists.</summary>
    public static async Task TruthAsync(Examination examination, CancellationToken cancellationToken)
    {
        var rule = RuleTable.ApplyTruth;
        if (!examination.IsAdvertised(FunctionNames.Apply, rule))
        {
            return;
        }

        var type = examination.SimpleType();
        Specimen[] three = [.. Enumerable.Range(0, 3).Select(_ => examination.Specimens.Make(examination.Facts, type))];
        var probe = await examination.HostedAsync(cancellationToken);
        try
        {
            var wrong = (JsonObject)three[1].Config.DeepClone();
            wrong[NoAttribute] = 1;
            var dependant = ResourceCalls.PlanResource(three[2], "create", three[2].Config, null);
            dependant["depends_on"] = new JsonArray(three[1].Address);
            var apply = await probe.CallAsync(
                FunctionNames.Apply,
                new JsonObject { ["resources"] = new JsonArray(ResourceCalls.PlanResource(three[0], "create", three[0].Config, null), ResourceCalls.PlanResource(three[1], "create", wrong, null), dependant) },
                cancellationToken);
            examination.Expect(apply.Refused, rule, "success", $"One of three was wrong, and {apply.Outcome}", apply);
            foreach (var specimen in three)
            {
                var claimed = Batch.ResultOf(apply, specimen).Flag("success") == true;
                var exists = await probe.ExistsAsync(specimen, null, cancellationToken);
                var place = specimen == three[0] ? "sound" : specimen == three[1] ? "wrong" : "dependant";
                examination.Expect(exists is not null && claimed == exists, rule, place, $"Its result says {(claimed ? "" : "no ")}success, and it {(exists == true ? "exists" : "does not exist")}", apply);
            }
        }
        finally
        {
            foreach (var specimen in three)
            {
                await probe.RemoveAsync(specimen, cancellationToken);
            }
        }
    }

    private static IEnumerable<(string What, JsonObject Config)> Mistakes(Specimen specimen)
    {
        var extra = (JsonObject)specimen.Config.DeepClone();
        extra[NoAttribute] = 1;
        yield return ("With an attribute that does not exist", extra);
        foreach (var required in specimen.Type.Required.Where(r => r != "name" && specimen.Config.ContainsKey(r)))
        {
            var less = (JsonObject)specimen.Config.DeepClone();
            less.Remove(required);
            yield return ($"Without {required}, which is required", less);
        }

        foreach (var (name, attribute) in specimen.Type.Config.Where(a => specimen.Config.ContainsKey(a.Key) && a.Value.Text("type") is not (null or "any")))
        {
            var odd = (JsonObject)specimen.Config.DeepClone();
            odd[name] = attribute.Text("type") is "list" or "array" or "map" or "object" ? JsonValue.Create(12) : new JsonArray(new JsonArray());
            yield return ($"With {name} = {odd[name].Write()}", odd);
        }
    }
}
