using Kolumn.Protocol;
using Kolumn.Protocol.Payloads;

namespace Kolumn.Sdk.Engine;

/// <summary>
/// All changes in one transaction: either every one of them happens or none.
/// <list type="number">
/// <item>run them in order, the statements of neighbours in one batch;</item>
/// <item>read back what they touched and compare it with what was desired;</item>
/// <item>write the audit entries;</item>
/// <item>commit; only then is anything certain.</item>
/// </list>
/// Whatever fails, the session ends without a commit: the failing resource carries the error, the others are skipped.
/// </summary>
internal sealed class TransactionalRun<TSession>(SessionLease<TSession> lease, Plan<TSession> plan, ApplyProgress<TSession> progress, AuditTrail<TSession> audit)
    where TSession : IProviderSession
{
    /// <summary>Statements in one batch: few round trips, and still something to report between them.</summary>
    private const int BatchSize = 256;

    private readonly Dictionary<string, long> _durations = new(StringComparer.Ordinal);

    public async Task<ApplyResponse> RunAsync(CancellationToken cancellationToken)
    {
        var changes = plan.Order.Where(w => w.IsChange).ToList();
        if (await ExecuteAsync(changes, cancellationToken) is { } failure) // 1
        {
            return RolledBack(failure);
        }

        ReadBack<TSession> readBack;
        try
        {
            readBack = await ReadBack<TSession>.OfAsync(lease.Session, changes, cancellationToken); // 2
        }
        catch (ProviderException unreadable)
        {
            return RolledBack((null, unreadable.Diagnostic));
        }

        if (changes.Select(w => (Work: w, Fault: readBack.FaultOf(w))).FirstOrDefault(c => c.Fault is not null) is { Fault: { } fault, Work: var wrong })
        {
            return RolledBack((wrong, fault));
        }

        Diagnostic? unrecorded;
        try
        {
            unrecorded = await audit.RecordAsync(lease.Session, [.. changes.Select(audit.Succeeded)], cancellationToken); // 3
        }
        catch (ProviderException refused)
        {
            return RolledBack((null, refused.Diagnostic));
        }

        try
        {
            // Cancelling a commit would leave nobody knowing whether it happened.
            await lease.CommitAsync(CancellationToken.None); // 4
            lease.OnceCertain(() => audit.Committed(unrecorded is null ? changes.Count : 0));
        }
        catch (StatementFailedException refused)
        {
            return RolledBack((null, refused.Diagnostic));
        }
        catch (ProviderException lost)
        {
            return OutcomeUnknown(lost.Diagnostic);
        }

        var results = plan.Order
            .Select(w => w.IsChange ? ApplyResults.Succeeded(w, readBack.DefinitionOf(w), _durations.GetValueOrDefault(w.Address)) : ApplyResults.Untouched(w))
            .ToList();
        results.ForEach(progress.Certain);
        return ApplyResults.Response(results, unrecorded is null ? plan.Diagnostics : [.. plan.Diagnostics, unrecorded], failure: null, rolledBack: false);
    }

    private async Task<(PlannedWork<TSession>?, Diagnostic)?> ExecuteAsync(List<PlannedWork<TSession>> changes, CancellationToken cancellationToken)
    {
        if (await TearDownAsync(changes, cancellationToken) is { } obstacle)
        {
            return obstacle;
        }

        var batch = new List<PlannedWork<TSession>>();
        var size = 0;
        foreach (var work in changes)
        {
            if (work.Statements is { } statements)
            {
                batch.Add(work);
                size += statements.Count;
            }

            if (size >= BatchSize || work.Statements is null)
            {
                if (await FlushAsync(batch, cancellationToken) is { } failure)
                {
                    return failure;
                }

                size = 0;
            }

            if (work.Statements is null && await OperateAsync(work, cancellationToken) is { } refused)
            {
                return refused;
            }
        }

        return await FlushAsync(batch, cancellationToken) ?? await SendAsync(changes, w => w.After, cancellationToken);
    }

    /// <summary>What stands in the way of a change goes first, dependants before what they depend on.</summary>
    private Task<(PlannedWork<TSession>?, Diagnostic)?> TearDownAsync(List<PlannedWork<TSession>> changes, CancellationToken cancellationToken) =>
        SendAsync(Rebuilding<TSession>.TearDownOrder(changes), w => w.Before, cancellationToken);

    private async Task<(PlannedWork<TSession>?, Diagnostic)?> FlushAsync(List<PlannedWork<TSession>> batch, CancellationToken cancellationToken)
    {
        var start = progress.Now();
        var owners = batch.SelectMany(w => w.Statements!.Select(_ => w)).ToList();
        if (owners.Count > 0 && await SendAsync(owners, [.. batch.SelectMany(w => w.Statements!)], cancellationToken) is { } failure)
        {
            return failure;
        }

        // The database reports one time for the whole batch: each resource gets the share of its statements.
        var elapsed = progress.MillisecondsSince(start);
        foreach (var work in batch)
        {
            _durations[work.Address] = elapsed * work.Statements!.Count / Math.Max(1, owners.Count);
            progress.Done(work);
        }

        batch.Clear();
        return null;
    }

    private async Task<(PlannedWork<TSession>?, Diagnostic)?> SendAsync(
        IEnumerable<PlannedWork<TSession>> works, Func<PlannedWork<TSession>, IReadOnlyList<Statement>> part, CancellationToken cancellationToken)
    {
        var owned = works.SelectMany(w => part(w).Select(s => (Work: w, Statement: s))).ToList();
        return owned.Count == 0 ? null : await SendAsync([.. owned.Select(o => o.Work)], [.. owned.Select(o => o.Statement)], cancellationToken);
    }

    /// <param name="owners">Whose statement each one is.</param>
    private async Task<(PlannedWork<TSession>?, Diagnostic)?> SendAsync(
        List<PlannedWork<TSession>> owners, List<Statement> statements, CancellationToken cancellationToken)
    {
        try
        {
            await lease.Session.ExecuteAsync(statements, cancellationToken);
            return null;
        }
        catch (StatementFailedException refused)
        {
            return (owners.ElementAtOrDefault(refused.Index), refused.Diagnostic);
        }
        catch (ProviderException lost)
        {
            return (null, lost.Diagnostic);
        }
    }

    private async Task<(PlannedWork<TSession>?, Diagnostic)?> OperateAsync(PlannedWork<TSession> work, CancellationToken cancellationToken)
    {
        var start = progress.Now();
        try
        {
            await HandlerOperation.RunAsync(lease.Session, work, cancellationToken);
        }
        catch (ProviderException refused)
        {
            return (work, refused.Diagnostic);
        }

        _durations[work.Address] = progress.MillisecondsSince(start);
        progress.Done(work);
        return null;
    }

    private ApplyResponse RolledBack((PlannedWork<TSession>? Work, Diagnostic Diagnostic) failure)
    {
        var culprit = failure.Work?.Address;
        var diagnostic = failure.Diagnostic with { Address = failure.Diagnostic.Address ?? culprit };
        var skipped = Diagnostic.Error(
            DiagnosticCodes.DependencyFailed,
            culprit is null ? "rolled back with the rest" : $"rolled back because {culprit} failed",
            "The database is as it was.");
        return ApplyResults.Response(Outcomes(culprit, diagnostic, skipped), plan.Diagnostics, diagnostic, rolledBack: true);
    }

    private ApplyResponse OutcomeUnknown(Diagnostic lost)
    {
        var diagnostic = CommitFailure.OutcomeUnknown(lost);
        return ApplyResults.Response(Outcomes(null, diagnostic, diagnostic), plan.Diagnostics, diagnostic, rolledBack: false);
    }

    private List<ApplyResult> Outcomes(string? culprit, Diagnostic failure, Diagnostic skipped) =>
    [
        .. plan.Order.Select(w =>
            w.Address == culprit ? ApplyResults.Failed(w, failure, _durations.GetValueOrDefault(w.Address))
            : w.Action == ResourceActions.NoOp ? ApplyResults.Untouched(w)
            : ApplyResults.Skipped(w, skipped)),
    ];
}
