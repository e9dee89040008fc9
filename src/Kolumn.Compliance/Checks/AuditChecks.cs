using System.Text.Json.Nodes;
using Kolumn.Compliance.Probing;
using Kolumn.Compliance.Rules;
using Kolumn.Protocol;

namespace Kolumn.Compliance.Checks;

/// <summary>Whether what was done is written down, and several functions can be called at once.</summary>
internal static class AuditChecks
{
    public static async Task AuditAsync(Examination examination, CancellationToken cancellationToken)
    {
        if (!examination.IsAdvertised(FunctionNames.GetAuditLog, RuleTable.Audit))
        {
            return;
        }

        var specimen = examination.Specimens.Make(examination.Facts, examination.SimpleType());
        var probe = await examination.HostedAsync(cancellationToken);
        await probe.CreateAsync(specimen, cancellationToken);
        await probe.RemoveAsync(specimen, cancellationToken);
        var log = await probe.CallAsync(FunctionNames.GetAuditLog, new JsonObject { ["limit"] = 50 }, cancellationToken);
        var own = log.Body.List("entries").Where(e => e.Text("target") is { } target && target.EndsWith("." + specimen.Name, StringComparison.Ordinal)).ToList();
        examination.Expect(
            log.Succeeded && own.Any(e => e.Text("action") == "create" && e.Text("outcome") == "success") && own.Any(e => e.Text("action") == "delete"),
            RuleTable.Audit, "", log.Succeeded ? $"{specimen.Address} was created and deleted, and the log does not have both" : log.Outcome, log);
        var one = await probe.CallAsync(FunctionNames.GetAuditLog, new JsonObject { ["limit"] = 1 }, cancellationToken);
        examination.Expect(
            one.Succeeded && one.Body.List("entries").Count == 1 && one.Body.Flag("has_more") == true, RuleTable.Audit, "limit", one.Succeeded ? $"With a limit of 1 there are {one.Body.List("entries").Count} entries, has_more {one.Body.Flag("has_more")}" : one.Outcome, one);
    }

    public static async Task BatchAsync(Examination examination, CancellationToken cancellationToken)
    {
        if (!examination.IsAdvertised(FunctionNames.BatchOperation, RuleTable.BatchStops))
        {
            return;
        }

        var probe = await examination.HostedAsync(cancellationToken);
        var specimen = examination.Specimens.Make(examination.Facts, examination.SimpleType());
        JsonObject Operation(string id, JsonObject config) => new()
        {
            ["id"] = id,
            ["function"] = FunctionNames.CreateResource,
            ["input"] = new JsonObject { ["resource_type"] = specimen.Type.FullName, ["name"] = specimen.Name, ["config"] = config },
        };
        var request = new JsonObject
        {
            ["operations"] = new JsonArray(Operation("wrong", new JsonObject { ["kv_no_such_attribute"] = 1 }), Operation("right", (JsonObject)specimen.Config.DeepClone())),
        };
        try
        {
            var answer = await probe.CallAsync(FunctionNames.BatchOperation, request, cancellationToken);
            var exists = await probe.ExistsAsync(specimen, null, cancellationToken);
            examination.Expect(
                answer.Refused && exists == false && answer.Body.List("results") is [var first, ..] && first.Flag("success") == false,
                RuleTable.BatchStops, "", exists == true ? "The first operation failed, and the second was done all the same" : answer.Outcome, answer);
        }
        finally
        {
            await probe.RemoveAsync(specimen, cancellationToken);
        }
    }
}
