using System.Text.Json.Nodes;
using Kolumn.Protocol;

namespace Kolumn.WrongProviders;

/// <summary>Wrong about drift, the audit log, batches, transactions, migrations and outboxes.</summary>
internal static class TierDefects
{
    public static IReadOnlyList<Defect> All { get; } =
    [
        new("drift-is-not-seen") { Function = Bend.Answer(FunctionNames.DetectDrift, answer => Say(answer, false, "in_sync")) },
        new("drift-is-everywhere") { Function = Bend.Answer(FunctionNames.DetectDrift, answer => Say(answer, true, "drifted")) },
        new("audit-ignores-limits") { Function = Bend.Request(FunctionNames.GetAuditLog, r => r.Remove("limit")) },
        new("audit-forgets-deletes") { Function = Bend.Answer(FunctionNames.GetAuditLog, answer =>
            answer["entries"] = new JsonArray([.. answer.Objects("entries").Where(e => e.Text("action") != "delete").Select(e => e.DeepClone())])) },
        new("batches-go-on") { Function = Bend.Request(FunctionNames.BatchOperation, r => r["stop_on_error"] = false) },
        new("rollback-commits") { Function = Bend.Exchange(FunctionNames.RollbackTransaction, FunctionNames.CommitTransaction) },
        new("commit-rolls-back") { Function = Bend.Exchange(FunctionNames.CommitTransaction, FunctionNames.RollbackTransaction) },
        new("transactions-are-ignored") { Function = Bend.Request(FunctionNames.ReadResource, r => r.Remove("transaction_id")) },
        new("a-failure-ends-the-transaction") { Function = async (function, input, next, _) =>
        {
            var answer = await next();
            if (function == FunctionNames.CreateResource && input?.Text("transaction_id") is { } id && !Bend.IsSuccess(answer))
            {
                await next(FunctionNames.RollbackTransaction, new JsonObject { ["transaction_id"] = id });
            }

            return answer;
        } },
        new("migrations-have-no-steps") { Function = Bend.Answer(FunctionNames.PlanMigration, answer => answer["steps"] = new JsonArray()) },
        new("dry-runs-are-wet") { Function = Bend.Request(FunctionNames.ApplyMigration, r => r["options"]!["dry_run"] = false) },
        new("migrations-are-always-dry") { Function = Bend.Request(FunctionNames.ApplyMigration, r => r["options"]!["dry_run"] = true) },
        new("migrations-do-not-go-back") { Function = Bend.Pretend(FunctionNames.RollbackMigration, _ => true, r => new JsonObject { ["success"] = true, ["migration_id"] = r.Text("migration_id"), ["rolled_back_steps"] = new JsonArray() }.ToJsonString()) },
        new("unknown-migrations-go-back") { Function = Bend.Pretend(FunctionNames.RollbackMigration, r => r.Text("migration_id")!.Contains("no-such", StringComparison.Ordinal), _ => Bend.Success) },
        new("outbox-cannot-add") { Function = Bend.Answer(FunctionNames.OutboxHealthMetrics, answer => answer["total_messages"] = 7) },
        new("absent-outboxes-are-healthy") { Function = Bend.Answer(FunctionNames.OutboxHealthMetrics, answer => answer["healthy"] = true) },
        new("outbox-loses-events") { Exchange = answer => answer with { Events = [.. answer.Events.Where(e => e.Position % 7 != 0)] } },
        new("outbox-turns-events-round") { Exchange = answer => answer with { Events = [.. answer.Events.Reverse()] } },
        new("outbox-miscounts-under-load") { Function = async (function, _, next, _) =>
        {
            var answer = await next();
            return function != FunctionNames.OutboxHealthMetrics ? answer : Bend.Changed(answer, a => (a["total_messages"], a["pending_messages"]) =
                ((long)a["processed_messages"]! > 0 ? (long)a["total_messages"]! - 1 : (long)a["total_messages"]!, (long)a["processed_messages"]! > 0 ? Math.Max(0, (long)a["pending_messages"]! - 1) : (long)a["pending_messages"]!));
        } },
        new("outbox-deletes-what-is-pending") { Function = Bend.Request(FunctionNames.OutboxCleanupRetention, r => r.Remove("statuses")) },
    ];

    private static void Say(JsonObject answer, bool hasDrift, string status)
    {
        answer["has_drift"] = hasDrift;
        foreach (var resource in answer.Objects("resources"))
        {
            resource["status"] = status;
        }
    }
}
