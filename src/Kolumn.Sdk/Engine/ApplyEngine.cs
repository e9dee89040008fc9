using Kolumn.Protocol;
using Kolumn.Protocol.Payloads;

namespace Kolumn.Sdk.Engine;

/// <summary>
/// Does what a plan says:
/// <list type="number">
/// <item>plan again inside the session that will write, so that what is done rests on what is there now;</item>
/// <item>refuse when that finds an error, or is another plan than the one that was agreed to;</item>
/// <item>make the changes in order, in one transaction where the database can (<see cref="TransactionalRun{TSession}"/>),
/// one by one where it cannot (<see cref="StepwiseRun{TSession}"/>); either reads back what it touched, compares that with what
/// was desired, writes the audit entries, and commits.</item>
/// </list>
/// </summary>
internal sealed class ApplyEngine<TSession>(bool transactional, LockPatience patience, Action<ProviderEvent> publish, TimeProvider time)
    where TSession : IProviderSession
{
    public async Task<ApplyOutcome<TSession>> ApplyAsync(
        SessionLease<TSession> lease, AuditTrail<TSession> audit, PreparedPlan<TSession> prepared, string? agreedHash, CancellationToken cancellationToken)
    {
        var plan = await PlanEngine<TSession>.PlanAsync(lease.Session, prepared, new CatalogExtract<TSession>(), lease.CanContinue, cancellationToken); // 1
        if (Refusal(plan, agreedHash, lease.CanContinue || !transactional) is { } refusal) // 2
        {
            return new ApplyOutcome<TSession>(refusal, plan, []);
        }

        var progress = new ApplyProgress<TSession>(plan, lease, publish, time);
        if (!transactional) // 3
        {
            return new ApplyOutcome<TSession>(await new StepwiseRun<TSession>(lease, plan, progress, audit, patience).RunAsync(cancellationToken), plan, []);
        }

        var run = new TransactionalRun<TSession>(lease, plan, progress, audit, patience);
        var response = await run.RunAsync(cancellationToken);
        return new ApplyOutcome<TSession>(response, plan, Failures(response, run.Undone, audit));
    }

    /// <summary>Who is to blame; everything that was to change when the database refused it as a whole.</summary>
    private static IReadOnlyList<AuditEntry> Failures(ApplyResponse response, IReadOnlyList<PlannedWork<TSession>> undone, AuditTrail<TSession> audit)
    {
        if (undone.Count == 0)
        {
            return [];
        }

        var culprits = response.Results.Where(r => r is { Success: false, Skipped: false, Diagnostic: not null }).ToDictionary(r => r.Address, r => r.Diagnostic!, StringComparer.Ordinal);
        var reason = response.CollectDiagnostics().First(d => d.Severity == Severity.Error);
        return
        [
            .. undone
                .Where(w => culprits.Count == 0 || culprits.ContainsKey(w.Address))
                .Select(w => audit.Failed(w, culprits.GetValueOrDefault(w.Address, reason))),
        ];
    }

    private static ApplyResponse? Refusal(Plan<TSession> plan, string? agreedHash, bool canContinue)
    {
        if (!plan.Success)
        {
            return Envelope.Failure<ApplyResponse>(plan.Diagnostics);
        }

        if (!canContinue && plan.Works.FirstOrDefault(w => w.IsChange && w.HasOutside) is { } outside)
        {
            return Envelope.Failure<ApplyResponse>(
            [
                Diagnostic.Error(
                    DiagnosticCodes.Operation,
                    $"{outside.Prepared.Type.Name} {outside.Prepared.Identity} cannot be changed in a transaction",
                    "Nothing was changed. The database takes this change only outside of one: make it in a call without transaction_id.") with
                {
                    Address = outside.Address,
                },
            ]);
        }

        return agreedHash is null || agreedHash == plan.Hash
            ? null
            : Envelope.Failure<ApplyResponse>(
            [
                Diagnostic.Error(
                    DiagnosticCodes.StalePlan,
                    "the plan is stale: something it touches has changed since it was made",
                    "Nothing was changed. Plan again and look at the difference."),
            ]);
    }
}

/// <param name="Plan">As it was found inside the session.</param>
/// <param name="Failures">For the audit log, once the session is over.</param>
internal sealed record ApplyOutcome<TSession>(ApplyResponse Response, Plan<TSession> Plan, IReadOnlyList<AuditEntry> Failures)
    where TSession : IProviderSession;
