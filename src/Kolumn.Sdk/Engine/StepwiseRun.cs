using Kolumn.Protocol;
using Kolumn.Protocol.Payloads;

namespace Kolumn.Sdk.Engine;

/// <summary>
/// Change after change where the database commits each statement by itself. For each batch of neighbours:
/// <list type="number">
/// <item>skip what needs something that failed, or comes after a cancellation;</item>
/// <item>make the rest, statement after statement: one that somebody else's lock refuses is tried again, any other failure ends its change and no other;</item>
/// <item>read back all that was begun, compare, tell: the result of a change that came to a stop in its middle holds what there is of it.</item>
/// </list>
/// What waits until all others are made comes at the end in the same way. There is no journal of its own: what a kill leaves between two statements is what
/// the catalog shows, and the host has written down before that it was being changed. So the next plan goes on from there.
/// </summary>
internal sealed class StepwiseRun<TSession>(
    SessionLease<TSession> lease, Plan<TSession> plan, ApplyProgress<TSession> progress, AuditTrail<TSession> audit, LockPatience patience)
    where TSession : IProviderSession
{
    /// <summary>Changes that are read back together: few catalog queries, and results that are not long in coming.</summary>
    private const int BatchSize = 64;

    private readonly Dictionary<string, ApplyResult> _results = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Diagnostic> _failures = new(StringComparer.Ordinal);

    // Of whose statements at least one has taken effect.
    private readonly HashSet<string> _begun = new(StringComparer.Ordinal);
    private readonly Dictionary<string, long> _durations = new(StringComparer.Ordinal);
    private readonly ILookup<string, string> _dependants = plan.Works
        .Where(w => w.Action == ResourceActions.Delete)
        .SelectMany(w => w.Prepared.Dependencies.Select(d => (Dependency: d, Dependant: w.Address)))
        .ToLookup(d => d.Dependency, d => d.Dependant, StringComparer.Ordinal);

    public async Task<ApplyResponse> RunAsync(CancellationToken cancellationToken)
    {
        await SendAsync([.. plan.Ahead.Select(r => new Step(r.Work, r.Statement))], cancellationToken);
        await SendAsync([.. Rebuilding<TSession>.TearDownOrder(plan.Order).SelectMany(w => w.Before.Select(s => new Step(w, s)))], cancellationToken);
        foreach (var batch in Batches())
        {
            await MakeAsync(batch, w => w.Statements, w => !IsFinishedLater(w), cancellationToken);
        }

        foreach (var batch in plan.Order.Where(w => IsFinishedLater(w) && !_results.ContainsKey(w.Address)).Chunk(BatchSize))
        {
            await MakeAsync(batch, w => w.After, _ => true, cancellationToken);
        }

        List<ApplyResult> results = [.. plan.Order.Select(w => _results[w.Address])];
        var unrecorded = await RecordAsync(results);
        var failure = results.Find(r => r is { Success: false, Skipped: false })?.Diagnostic ?? results.Find(r => !r.Success)?.Diagnostic;
        try
        {
            await lease.CommitAsync(CancellationToken.None);
        }
        catch (ProviderException refused)
        {
            failure ??= refused.Diagnostic;
        }

        return ApplyResults.Response(results, unrecorded is null ? plan.Diagnostics : [.. plan.Diagnostics, unrecorded], failure, rolledBack: false);
    }

    private static bool IsFinishedLater(PlannedWork<TSession> work) => work.After.Count > 0 || work.GoesWith is not null;

    /// <summary>Neighbours; a change that its handler makes itself stands alone, since nobody knows what it does.</summary>
    private IEnumerable<IReadOnlyList<PlannedWork<TSession>>> Batches()
    {
        var batch = new List<PlannedWork<TSession>>();
        foreach (var work in plan.Order)
        {
            var isAlone = work is { IsChange: true, Statements: null };
            if (batch.Count > 0 && (isAlone || batch.Count == BatchSize))
            {
                yield return batch;
                batch = [];
            }

            batch.Add(work);
            if (isAlone)
            {
                yield return batch;
                batch = [];
            }
        }

        if (batch.Count > 0)
        {
            yield return batch;
        }
    }

    /// <param name="part">What is made now; null for a change that its handler makes itself.</param>
    /// <param name="isLast">Whether nothing of the change comes later.</param>
    private async Task MakeAsync(
        IReadOnlyList<PlannedWork<TSession>> batch, Func<PlannedWork<TSession>, IReadOnlyList<Statement>?> part, Func<PlannedWork<TSession>, bool> isLast, CancellationToken cancellationToken)
    {
        // 1. Within a batch a failure comes to light only while it is made: see SendAsync.
        foreach (var work in batch.Where(w => !w.IsChange && !_results.ContainsKey(w.Address)))
        {
            if (SkipReason(work, cancellationToken) is { } reason)
            {
                Tell(ApplyResults.Skipped(work, reason));
            }
            else
            {
                Tell(ApplyResults.Untouched(work));
            }
        }

        // 2
        if (batch is [{ IsChange: true, Statements: null } own])
        {
            await OperateAsync(own, cancellationToken);
        }
        else
        {
            var steps = batch.Where(w => w.IsChange && !_results.ContainsKey(w.Address)).SelectMany(w => Steps(w, part(w) ?? [])).ToList();
            await SendAsync(steps, cancellationToken);
        }

        // 3
        await ConcludeAsync([.. batch.Where(w => !_results.ContainsKey(w.Address) && (isLast(w) || _failures.ContainsKey(w.Address)))]);
    }

    /// <summary>A change without statements of its own still has a place where it is skipped or not.</summary>
    private static IEnumerable<Step> Steps(PlannedWork<TSession> work, IReadOnlyList<Statement> statements) =>
        statements.Count == 0 ? [new Step(work, null)] : statements.Select(statement => new Step(work, statement));

    /// <summary>Sends the steps in as few calls as failures allow. After a failure what belongs to the same change, or needs it, is left out.</summary>
    private async Task SendAsync(IReadOnlyList<Step> steps, CancellationToken cancellationToken)
    {
        for (var (at, attempt) = (0, 1); at < steps.Count;)
        {
            var rest = Sendable(steps, at, cancellationToken);
            if (rest.Count == 0)
            {
                return;
            }

            var start = progress.Now();
            try
            {
                await lease.Session.ExecuteAsync([.. rest.Where(s => s.Step.Statement is not null).Select(s => s.Step.Statement!)], cancellationToken);
                Took(rest, progress.MillisecondsSince(start));
                return;
            }
            catch (StatementFailedException refused) when (refused.Index >= 0)
            {
                var sent = rest.Where(s => s.Step.Statement is not null).ToList();
                var failed = sent[Math.Min(refused.Index, sent.Count - 1)];
                var done = rest.Where(s => s.At < failed.At).ToList();
                Took(done, progress.MillisecondsSince(start));
                attempt = done.Count > 0 ? 1 : attempt;
                at = failed.At;
                if (attempt < LockPatience.Attempts && LockPatience.IsObstacle(refused.Diagnostic) && !cancellationToken.IsCancellationRequested)
                {
                    await patience.PauseAsync(refused.Diagnostic, attempt++, CancellationToken.None);
                    continue;
                }

                (_failures[failed.Step.Work.Address], attempt, at) = (refused.Diagnostic, 1, at + 1);
            }
            catch (ProviderException lost)
            {
                Doubt(rest, lost.Diagnostic);
                return;
            }
            catch (OperationCanceledException)
            {
                Doubt(rest, Diagnostic.Error(DiagnosticCodes.Cancelled, "cancelled while the change was being made", "What there is of it is in the state: plan again to go on."));
                return;
            }
        }
    }

    /// <summary>What is to be sent from here on; what is left out gets its reason.</summary>
    private List<(Step Step, int At)> Sendable(IReadOnlyList<Step> steps, int from, CancellationToken cancellationToken)
    {
        var sendable = new List<(Step, int)>();
        for (var at = from; at < steps.Count; at++)
        {
            var work = steps[at].Work;
            if (_failures.ContainsKey(work.Address) || _results.ContainsKey(work.Address))
            {
                continue;
            }

            if (!_begun.Contains(work.Address) && SkipReason(work, cancellationToken) is { } reason)
            {
                Tell(ApplyResults.Skipped(work, reason));
                continue;
            }

            sendable.Add((steps[at], at));
        }

        return sendable;
    }

    private void Took(IReadOnlyList<(Step Step, int At)> steps, long milliseconds)
    {
        foreach (var (step, _) in steps)
        {
            _begun.Add(step.Work.Address);
            _durations[step.Work.Address] = _durations.GetValueOrDefault(step.Work.Address) + (milliseconds / steps.Count);
        }
    }

    /// <summary>Nobody knows how far the database came: the catalog will tell of those that may have been begun.</summary>
    private void Doubt(IReadOnlyList<(Step Step, int At)> steps, Diagnostic reason)
    {
        foreach (var address in steps.Select(s => s.Step.Work.Address).Distinct())
        {
            _failures[address] = reason;
            _begun.Add(address);
        }
    }

    private Diagnostic? SkipReason(PlannedWork<TSession> work, CancellationToken cancellationToken)
    {
        if (work.Action == ResourceActions.NoOp)
        {
            return null;
        }

        if (cancellationToken.IsCancellationRequested)
        {
            return Diagnostic.Error(DiagnosticCodes.Cancelled, "not begun: the call was cancelled");
        }

        // A delete waits for those that depend on it, everything else for what it depends on.
        var needed = work.Action == ResourceActions.Delete ? _dependants[work.Address] : work.Prepared.Dependencies;
        return needed.FirstOrDefault(n => _failures.ContainsKey(n) || _results.GetValueOrDefault(n) is { Success: false }) is { } failed
            ? Diagnostic.Error(DiagnosticCodes.DependencyFailed, $"not begun: dependency {failed} failed")
            : null;
    }

    private async Task OperateAsync(PlannedWork<TSession> work, CancellationToken cancellationToken)
    {
        if (SkipReason(work, cancellationToken) is { } reason)
        {
            Tell(ApplyResults.Skipped(work, reason));
            return;
        }

        var start = progress.Now();
        try
        {
            await HandlerOperation.RunAsync(lease.Session, work, cancellationToken);
            _begun.Add(work.Address);
        }
        catch (ProviderException refused)
        {
            _failures[work.Address] = refused.Diagnostic;
        }
        catch (HandlerDefectException defect)
        {
            _failures[work.Address] = Diagnostic.Error(DiagnosticCodes.Operation, $"provider bug: {defect.Message}", "The object may exist: plan again to see.");
        }
        catch (OperationCanceledException)
        {
            _failures[work.Address] = Diagnostic.Error(DiagnosticCodes.Cancelled, "cancelled while the change was being made", "The object may exist: plan again to see.");
        }

        _durations[work.Address] = progress.MillisecondsSince(start);
    }

    /// <remarks>The changes are made: a cancellation must not keep anybody from learning what they made.</remarks>
    private async Task ConcludeAsync(IReadOnlyList<PlannedWork<TSession>> works)
    {
        if (works.Count == 0)
        {
            return;
        }

        ReadBack<TSession>? readBack = null;
        Diagnostic? unreadable = null;
        try
        {
            readBack = await ReadBack<TSession>.OfAsync(lease.Session, works, CancellationToken.None);
        }
        catch (ProviderException lost)
        {
            unreadable = lost.Diagnostic;
        }
        catch (HandlerDefectException defect)
        {
            unreadable = Diagnostic.Error(DiagnosticCodes.Operation, $"provider bug: {defect.Message}", "The object may exist: plan again to see.");
        }

        foreach (var work in works)
        {
            progress.Done(work);
            Tell(ResultOf(work, readBack, unreadable));
        }
    }

    private ApplyResult ResultOf(PlannedWork<TSession> work, ReadBack<TSession>? readBack, Diagnostic? unreadable)
    {
        var duration = _durations.GetValueOrDefault(work.Address);
        var failure = _failures.GetValueOrDefault(work.Address);
        if (readBack is null)
        {
            return ApplyResults.Failed(work, failure ?? unreadable!, duration);
        }

        // A cancellation may have come too late to keep anything from happening.
        var fault = readBack.FaultOf(work);
        if (fault is null && failure is null or { Code: DiagnosticCodes.Cancelled } && _begun.Contains(work.Address))
        {
            return ApplyResults.Succeeded(work, readBack.DefinitionOf(work), duration);
        }

        // What stands there although nothing was begun is somebody else's.
        return _begun.Contains(work.Address)
            ? ApplyResults.Unfinished(work, failure ?? fault!, readBack.DefinitionOf(work), duration)
            : ApplyResults.Failed(work, failure ?? fault!, duration);
    }

    private void Tell(ApplyResult result)
    {
        _results[result.Address] = result;
        progress.Certain(result);
    }

    private async Task<Diagnostic?> RecordAsync(List<ApplyResult> results)
    {
        var entries = plan.Order.Zip(results)
            .Where(pair => pair.First.IsChange && !pair.Second.Skipped)
            .Select(pair => pair.Second.Success ? audit.Succeeded(pair.First) : audit.Failed(pair.First, pair.Second.Diagnostic!))
            .ToList();
        var obstacle = await audit.RecordAsync(lease.Session, entries, CancellationToken.None);
        audit.Committed(obstacle is null ? entries.Count : 0);
        return obstacle;
    }

    /// <param name="Statement">null for a change without any.</param>
    private readonly record struct Step(PlannedWork<TSession> Work, Statement? Statement);
}
