using System.Text.Json.Nodes;
using Kolumn.Compliance.Fixtures;
using Kolumn.Compliance.Probing;
using Kolumn.Compliance.Rules;
using Kolumn.Protocol;

namespace Kolumn.Compliance.Checks;

/// <summary>Several calls in one transaction.</summary>
internal static class TransactionChecks
{
    public static readonly Rule[] Rules = [RuleTable.TransactionRollsBack, RuleTable.TransactionCommits, RuleTable.TransactionEnds, RuleTable.TransactionFailure];

    public static async Task RunAsync(Examination examination, CancellationToken cancellationToken)
    {
        foreach (var function in (string[])[FunctionNames.BeginTransaction, FunctionNames.CommitTransaction, FunctionNames.RollbackTransaction])
        {
            if (!examination.IsAdvertised(function, Rules))
            {
                return;
            }
        }

        var type = examination.SimpleType();
        var (lost, kept) = (examination.Specimens.Make(examination.Facts, type), examination.Specimens.Make(examination.Facts, type));
        var probe = await examination.HostedAsync(cancellationToken);
        try
        {
            if (await RollBackAsync(examination, probe, lost, cancellationToken))
            {
                await CommitAsync(examination, probe, kept, cancellationToken);
            }
        }
        finally
        {
            await probe.RemoveAsync(lost, cancellationToken);
            await probe.RemoveAsync(kept, cancellationToken);
        }
    }

    private static async Task<bool> RollBackAsync(Examination examination, Probe probe, Specimen specimen, CancellationToken cancellationToken)
    {
        var rule = RuleTable.TransactionRollsBack;
        var begun = await probe.CallAsync(FunctionNames.BeginTransaction, new JsonObject(), cancellationToken);
        if (!begun.Succeeded || begun.Body.Text("transaction_id") is not { Length: > 0 } id)
        {
            examination.Fail(rule, "", begun.Succeeded ? "There is no transaction_id" : begun.Outcome, begun);
            return false;
        }

        var created = await probe.CreateAsync(specimen, cancellationToken, transaction: id);
        var rolledBack = await EndAsync(probe, FunctionNames.RollbackTransaction, id, cancellationToken);
        if (begun.Body.Flag("ddl_transactional") == false)
        {
            examination.Skip(rule, "", "the provider says that its changes are not transactional (ddl_transactional: false)");
            examination.Expect(created.Succeeded && rolledBack.Succeeded, RuleTable.TransactionEnds, "rollback", rolledBack.Outcome, rolledBack);
            return true;
        }

        var exists = await probe.ExistsAsync(specimen, created.Body.Object("state"), cancellationToken);
        examination.Expect(
            created.Succeeded && rolledBack.Succeeded && exists == false, rule, "", !created.Succeeded ? created.Outcome : rolledBack.Succeeded ? "What was created in it is there after the rollback" : rolledBack.Outcome, rolledBack);
        return true;
    }

    private static async Task CommitAsync(Examination examination, Probe probe, Specimen specimen, CancellationToken cancellationToken)
    {
        var begun = await probe.CallAsync(FunctionNames.BeginTransaction, new JsonObject(), cancellationToken);
        var id = begun.Body.Text("transaction_id") ?? "";
        var created = await probe.CreateAsync(specimen, cancellationToken, transaction: id);
        var wrong = (JsonObject)specimen.Config.DeepClone();
        wrong["kv_no_such_attribute"] = 1;
        var refused = await probe.CreateAsync(specimen, cancellationToken, wrong, id);
        var committed = await EndAsync(probe, FunctionNames.CommitTransaction, id, cancellationToken);
        var exists = await probe.ExistsAsync(specimen, created.Body.Object("state"), cancellationToken);
        examination.Expect(created.Succeeded && committed.Succeeded && exists == true, RuleTable.TransactionCommits, "", !created.Succeeded ? created.Outcome : committed.Succeeded ? "What was created in it is not there after the commit" : committed.Outcome, committed);
        examination.Expect(!refused.Succeeded && exists == true, RuleTable.TransactionFailure, "", refused.Succeeded ? refused.Outcome : "A call that was refused has taken the others along", refused);

        var late = await EndAsync(probe, FunctionNames.CommitTransaction, id, cancellationToken);
        examination.Expect(late.Refused, RuleTable.TransactionEnds, "ended", $"Committed a second time, {late.Outcome}", late);
        var unknown = await probe.CallAsync(
            FunctionNames.ReadResource, new JsonObject { ["resource_type"] = specimen.Type.FullName, ["name"] = specimen.Name, ["transaction_id"] = "kv-no-such-transaction" }, cancellationToken);
        examination.Expect(!unknown.Succeeded && unknown.Survived, RuleTable.TransactionEnds, "unknown", $"In a transaction that does not exist, {unknown.Outcome}", unknown);
    }

    private static Task<Answer> EndAsync(Probe probe, string function, string id, CancellationToken cancellationToken) =>
        probe.CallAsync(function, new JsonObject { ["transaction_id"] = id }, cancellationToken);
}
