using System.Text.Json.Nodes;
using Kolumn.Compliance.Probing;
using Kolumn.Compliance.Rules;
using Kolumn.Protocol;

namespace Kolumn.Compliance.Checks;

/// <summary>An outbox, how it is doing, and what is kept in it; under load as well.</summary>
internal static class OutboxChecks
{
    private const int Load = 32;

    public static async Task RunAsync(Examination examination, CancellationToken cancellationToken)
    {
        var probe = await examination.ProbeAsync(cancellationToken);
        var type = examination.ViableTypes().FirstOrDefault(t => t.Name == "stream_outbox");
        var specimen = type is null ? null : examination.Specimens.Make(examination.Facts, type);
        var request = new JsonObject();
        try
        {
            if (specimen is not null)
            {
                foreach (var thing in specimen.WithRequirements)
                {
                    await probe.CreateAsync(thing, cancellationToken);
                }

                request["outbox"] = specimen.PhysicalName;
            }

            if (examination.IsAdvertised(FunctionNames.OutboxHealthMetrics, RuleTable.OutboxHealth))
            {
                await HealthAsync(examination, probe, request, specimen is not null, cancellationToken);
            }

            if (examination.IsAdvertised(FunctionNames.OutboxCleanupRetention, RuleTable.OutboxCleanup))
            {
                await CleanAsync(examination, probe, request, cancellationToken);
            }

            if (examination.IsAdvertised(FunctionNames.OutboxHealthMetrics, RuleTable.OutboxLoad, RuleTable.OutboxEvents) && examination.IsAdvertised(FunctionNames.OutboxCleanupRetention, RuleTable.OutboxLoad, RuleTable.OutboxEvents))
            {
                await LoadAsync(examination, probe, request, cancellationToken);
                await new OutboxTraffic(examination, probe, specimen).RunAsync(cancellationToken);
            }
        }
        finally
        {
            if (specimen is not null)
            {
                await probe.RemoveAsync(specimen, cancellationToken);
            }
        }
    }

    private static async Task HealthAsync(Examination examination, Probe probe, JsonObject request, bool isThere, CancellationToken cancellationToken)
    {
        var answer = await probe.CallAsync(FunctionNames.OutboxHealthMetrics, request, cancellationToken);
        decimal?[] counts = [.. ((string[])["total_messages", "pending_messages", "processed_messages", "failed_messages"]).Select(n => answer.Body.Number(n))];
        var fault = !answer.Succeeded ? answer.Outcome
            : answer.Body.Flag("healthy") is null ? "It does not say healthy"
            : counts.Any(c => c is null or < 0) ? "A count is missing, or negative"
            : counts[0] != counts[1] + counts[2] + counts[3] ? "total_messages is not the sum of the others"
            : isThere && (counts[0] != 0 || answer.Body.Flag("healthy") == false) ? "A new outbox is not empty and healthy"
            : null;
        examination.Expect(fault is null, RuleTable.OutboxHealth, "", fault ?? "", answer);
        var absent = await probe.CallAsync(FunctionNames.OutboxHealthMetrics, new JsonObject { ["outbox"] = "kv_no_such_outbox" }, cancellationToken);
        examination.Expect(absent.Refused || (absent.Succeeded && absent.Body.Flag("healthy") == false), RuleTable.OutboxHealth, "absent", $"Of an outbox that does not exist, {absent.Outcome}, and it is healthy", absent);
    }

    private static async Task CleanAsync(Examination examination, Probe probe, JsonObject request, CancellationToken cancellationToken)
    {
        var clean = (JsonObject)request.DeepClone();
        clean["dry_run"] = true;
        var answer = await probe.CallAsync(FunctionNames.OutboxCleanupRetention, clean, cancellationToken);
        var isAbsent = !request.ContainsKey("outbox") && answer.Refused;
        examination.Expect(
            isAbsent || (answer.Succeeded && answer.Body.Number("deleted_count") is >= 0), RuleTable.OutboxCleanup, "", answer.Succeeded ? "It does not say deleted_count" : answer.Outcome, answer);
        clean["statuses"] = new JsonArray("pending");
        var pending = await probe.CallAsync(FunctionNames.OutboxCleanupRetention, clean, cancellationToken);
        examination.Expect(pending.Refused, RuleTable.OutboxCleanup, "pending", $"Asked to delete what is pending, {pending.Outcome}", pending);
    }

    private static async Task LoadAsync(Examination examination, Probe probe, JsonObject request, CancellationToken cancellationToken)
    {
        var clean = (JsonObject)request.DeepClone();
        clean["retention_days"] = 1;
        var answers = await Task.WhenAll(Enumerable.Range(0, Load).Select(i => probe.CallAsync(
            i % 2 == 0 ? FunctionNames.OutboxHealthMetrics : FunctionNames.OutboxCleanupRetention, i % 2 == 0 ? request : clean, cancellationToken)));
        var failed = Array.Find(answers, a => a.Kind != AnswerKind.Answered || (a.Refused && request.ContainsKey("outbox")));
        examination.Expect(failed is null, RuleTable.OutboxLoad, "", $"One of {Load} at once: {failed?.Outcome}", failed);
    }
}
