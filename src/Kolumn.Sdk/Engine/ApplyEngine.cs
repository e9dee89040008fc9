using Kolumn.Protocol;
using Kolumn.Protocol.Payloads;

namespace Kolumn.Sdk.Engine;

/// <summary>
/// Does what a plan says:
/// <list type="number">
/// <item>plan again inside the session that will write, so that what is done rests on what is there now;</item>
/// <item>refuse when that finds an error, or is another plan than the one that was agreed to;</item>
/// <item>make the changes in order, all in one transaction where the database can (<see cref="TransactionalRun{TSession}"/>),
/// one by one where it cannot (<see cref="StepwiseRun{TSession}"/>); either reads back what it touched, compares that with what
/// was desired, writes the audit entries, and commits.</item>
/// </list>
/// </summary>
internal sealed class ApplyEngine<TSession>(bool transactional, Action<ProviderEvent> publish, TimeProvider time)
    where TSession : IProviderSession
{
    public async Task<ApplyOutcome<TSession>> ApplyAsync(
        SessionLease<TSession> lease, AuditTrail<TSession> audit, PreparedPlan<TSession> prepared, string? agreedHash, CancellationToken cancellationToken)
    {
        var plan = await PlanEngine<TSession>.PlanAsync(lease.Session, prepared, cancellationToken); // 1
        if (Refusal(plan, agreedHash) is { } refusal) // 2
        {
            return new ApplyOutcome<TSession>(refusal, plan, []);
        }

        var progress = new ApplyProgress<TSession>(plan, lease, publish, time);
        var response = transactional // 3
            ? await new TransactionalRun<TSession>(lease, plan, progress, audit).RunAsync(cancellationToken)
            : await new StepwiseRun<TSession>(lease, plan, progress, audit).RunAsync(cancellationToken);
        return new ApplyOutcome<TSession>(response, plan, response.RolledBack ? Failures(response, plan, audit) : []);
    }

    /// <summary>Who is to blame; everything that was to change when the database refused it as a whole.</summary>
    private static IReadOnlyList<AuditEntry> Failures(ApplyResponse response, Plan<TSession> plan, AuditTrail<TSession> audit)
    {
        var culprits = response.Results.Where(r => r is { Success: false, Skipped: false, Diagnostic: not null }).ToDictionary(r => r.Address, r => r.Diagnostic!, StringComparer.Ordinal);
        var reason = response.CollectDiagnostics().First(d => d.Severity == Severity.Error);
        return
        [
            .. plan.Order
                .Where(w => w.IsChange && (culprits.Count == 0 || culprits.ContainsKey(w.Address)))
                .Select(w => audit.Failed(w, culprits.GetValueOrDefault(w.Address, reason))),
        ];
    }

    private static ApplyResponse? Refusal(Plan<TSession> plan, string? agreedHash)
    {
        if (!plan.Success)
        {
            return Envelope.Failure<ApplyResponse>(plan.Diagnostics);
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
