using System.Text.Json.Nodes;
using Kolumn.Protocol;
using Kolumn.Protocol.Payloads;

namespace Kolumn.Sdk.Engine;

/// <summary>
/// One change after the other where the database knows no transaction around them. Each result is certain, and told, as soon
/// as its change has been read back:
/// <list type="number">
/// <item>skip what needs something that failed, or comes after a cancellation;</item>
/// <item>make the change;</item>
/// <item>read it back, compare, tell: at once, or at the end where a part of the change waits for all others.</item>
/// </list>
/// What does not depend on a failure goes on. No failure of any kind loses the results of what was done before it.
/// </summary>
internal sealed class StepwiseRun<TSession>(SessionLease<TSession> lease, Plan<TSession> plan, ApplyProgress<TSession> progress, AuditTrail<TSession> audit)
    where TSession : IProviderSession
{
    private readonly Dictionary<string, Diagnostic> _failures = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Diagnostic> _obstacles = new(StringComparer.Ordinal);
    private readonly Dictionary<string, long> _starts = new(StringComparer.Ordinal);
    private readonly ILookup<string, string> _dependants = plan.Works
        .Where(w => w.Action == ResourceActions.Delete)
        .SelectMany(w => w.Prepared.Dependencies.Select(d => (Dependency: d, Dependant: w.Address)))
        .ToLookup(d => d.Dependency, d => d.Dependant, StringComparer.Ordinal);

    public async Task<ApplyResponse> RunAsync(CancellationToken cancellationToken)
    {
        var results = new List<ApplyResult>(plan.Order.Count);
        var divided = new List<PlannedWork<TSession>>();
        await RenameAsync(cancellationToken);
        await TearDownAsync(cancellationToken);
        foreach (var work in plan.Order)
        {
            var result = SkipReason(work, cancellationToken) is { } reason // 1
                ? ApplyResults.Skipped(work, reason)
                : !work.IsChange ? ApplyResults.Untouched(work)
                : await MakeAsync(work, work.Statements, cancellationToken) // 2
                ?? (work.After.Count == 0 && !work.GoesWithAnother ? await ConcludeAsync(work) : null); // 3
            if (result is null)
            {
                divided.Add(work);
            }
            else
            {
                Tell(result);
            }
        }

        foreach (var work in divided)
        {
            Tell(await MakeAsync(work, work.After, cancellationToken) ?? await ConcludeAsync(work)); // 2, 3
        }

        void Tell(ApplyResult result)
        {
            if (!result.Success)
            {
                _failures[result.Address] = result.Diagnostic!;
            }

            results.Add(result);
            progress.Certain(result);
        }

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

    /// <summary>The changes stand whether they are recorded or not.</summary>
    private async Task<Diagnostic?> RecordAsync(List<ApplyResult> results)
    {
        var entries = plan.Order.Zip(results)
            .Where(pair => pair.First.IsChange && !pair.Second.Skipped)
            .Select(pair => pair.Second.Success ? audit.Succeeded(pair.First) : audit.Failed(pair.First, pair.Second.Diagnostic!))
            .ToList();
        try
        {
            var obstacle = await audit.RecordAsync(lease.Session, entries, CancellationToken.None);
            audit.Committed(obstacle is null ? entries.Count : 0);
            return obstacle;
        }
        catch (ProviderException refused)
        {
            return refused.Diagnostic with { Severity = Severity.Warning, Detail = "What was changed stays changed." };
        }
    }

    /// <summary>Renamings come first; what could not be renamed is left as it is.</summary>
    private async Task RenameAsync(CancellationToken cancellationToken)
    {
        foreach (var (work, statement) in plan.Renames.Where(r => !_obstacles.ContainsKey(r.Work.Address) && !cancellationToken.IsCancellationRequested))
        {
            try
            {
                await lease.Session.ExecuteAsync([statement], CancellationToken.None);
            }
            catch (ProviderException refused)
            {
                _obstacles[work.Address] = refused.Diagnostic;
            }
        }
    }

    /// <summary>What stands in the way of a change goes first; what does not go is not built again either.</summary>
    private async Task TearDownAsync(CancellationToken cancellationToken)
    {
        foreach (var work in Rebuilding<TSession>.TearDownOrder(plan.Order).Where(w => w.Before.Count > 0 && !cancellationToken.IsCancellationRequested))
        {
            try
            {
                await lease.Session.ExecuteAsync(work.Before, CancellationToken.None);
            }
            catch (ProviderException refused)
            {
                _obstacles[work.Address] = refused.Diagnostic;
            }
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

        if (_obstacles.TryGetValue(work.Address, out var obstacle))
        {
            return obstacle;
        }

        // A delete waits for those that depend on it, everything else for what it depends on.
        var needed = work.Action == ResourceActions.Delete ? _dependants[work.Address] : work.Prepared.Dependencies;
        return needed.FirstOrDefault(_failures.ContainsKey) is { } failed
            ? Diagnostic.Error(DiagnosticCodes.DependencyFailed, $"not begun: dependency {failed} failed")
            : null;
    }

    /// <summary>Null when that part of the change is made.</summary>
    private async Task<ApplyResult?> MakeAsync(PlannedWork<TSession> work, IReadOnlyList<Statement>? statements, CancellationToken cancellationToken)
    {
        _starts.TryAdd(work.Address, progress.Now());
        return await FailureOfAsync(
            work,
            async () =>
            {
                if (statements is not null)
                {
                    await lease.Session.ExecuteAsync(statements, cancellationToken);
                }
                else
                {
                    await HandlerOperation.RunAsync(lease.Session, work, cancellationToken);
                }

                return null;
            });
    }

    /// <remarks>The change is made: a cancellation must not keep anybody from learning what it made.</remarks>
    private async Task<ApplyResult> ConcludeAsync(PlannedWork<TSession> work)
    {
        progress.Done(work);
        ReadBack<TSession>? readBack = null;
        return await FailureOfAsync(
            work,
            async () => (readBack = await ReadBack<TSession>.OfAsync(lease.Session, [work], CancellationToken.None)).FaultOf(work))
            ?? ApplyResults.Succeeded(work, readBack!.DefinitionOf(work), progress.MillisecondsSince(_starts[work.Address]));
    }

    private async Task<ApplyResult?> FailureOfAsync(PlannedWork<TSession> work, Func<Task<Diagnostic?>> part)
    {
        Diagnostic? failure;
        try
        {
            failure = await part();
        }
        catch (ProviderException refused)
        {
            failure = refused.Diagnostic;
        }
        catch (HandlerDefectException defect)
        {
            failure = Diagnostic.Error(DiagnosticCodes.Operation, $"provider bug: {defect.Message}", "The object may exist: plan again to see.");
        }
        catch (OperationCanceledException)
        {
            failure = Diagnostic.Error(DiagnosticCodes.Cancelled, "cancelled while the change was being made", "The object may exist: plan again to see.");
        }

        return failure is null ? null : ApplyResults.Failed(work, failure, progress.MillisecondsSince(_starts[work.Address]));
    }
}
