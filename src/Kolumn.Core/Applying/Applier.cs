using Kolumn.Core.Planning;
using Kolumn.Core.Providers;
using Kolumn.Core.State;
using Kolumn.Protocol;
using Kolumn.Protocol.Runtime;

namespace Kolumn.Core.Applying;

/// <summary>
/// Has the providers do what a plan says, batch by batch, and records each result at the moment it is certain. A failure stops
/// what depends on it and nothing else.
/// </summary>
internal sealed class Applier(
    StateStore store, ProviderSessions sessions, Planner planner, IEngineObserver observer, SecretTexts secrets, TimeProvider time, DiagnosticList diagnostics)
{
    /// <summary>How long what has been begun may go on after a cancellation: how it ends is certain, and how a call ends that is cancelled is not.</summary>
    public static readonly TimeSpan StopGrace = TimeSpan.FromSeconds(10);

    private readonly List<ResourceResult> _results = [];

    /// <summary>Addresses that are not as the plan wanted them: what needs them is not attempted.</summary>
    private readonly HashSet<string> _broken = new(StringComparer.Ordinal);

    public IReadOnlyList<ResourceResult> Results => _results;

    public bool HasFailures => _broken.Count > 0;

    /// <summary>
    /// One batch after the other:
    /// <list type="number">
    /// <item>What depends on something that failed is taken out; the rest is planned again then.</item>
    /// <item>What is about to change is announced in the journal.</item>
    /// <item>The provider applies; each certain result goes into the journal as it comes.</item>
    /// <item>What the answer leaves open is settled, and the journal is on the disk before the next batch begins.</item>
    /// </list>
    /// </summary>
    /// <returns>false when the state cannot be written any more, or the run was cancelled: nothing further is begun.</returns>
    public async Task<bool> ApplyAsync(IReadOnlyList<PlannedBatch> batches, CancellationToken cancellationToken)
    {
        foreach (var planned in batches)
        {
            if (IsStopped(cancellationToken))
            {
                return false;
            }

            // 1
            var batch = await WithoutBrokenAsync(planned, cancellationToken);
            if (batch is null)
            {
                continue;
            }

            try
            {
                var run = new BatchRun(batch, store, observer, secrets, time);
                if (!batch.HasChanges && !HasUncertain(batch))
                {
                    run.RefreshRecords();
                    continue;
                }

                // 2
                var operation = Guid.NewGuid().ToString("N");
                await store.BeginAsync(new StateIntent(operation, run.Intended()));

                // 3
                observer.On(new ApplyStarted(batch.Instance, run.ChangeCount));
                var isSettled = await RunAsync(batch, run, cancellationToken);

                // 4
                Collect(run);
                if (isSettled)
                {
                    store.End(operation);
                }

                await store.FlushAsync();
            }
            catch (IOException failure)
            {
                diagnostics.Error(
                    CoreCodes.StateNotWritten, "The state could not be written",
                    $"{failure.Message}. Nothing further was begun. What {batch.Instance} has done meanwhile is in its database: make room or give access, then run plan.");
                return false;
            }
        }

        return !IsStopped(cancellationToken);
    }

    /// <summary>For resources that were to be planned on the way and never came to it.</summary>
    public void Skip(IEnumerable<DeferredResource> resources)
    {
        foreach (var resource in resources)
        {
            var reason = Diagnostic.Error(DiagnosticCodes.DependencyFailed, $"{resource.Address} was not attempted", "What it needs was not made.") with
            {
                Address = resource.Address,
            };
            Report(new ResourceResult(resource.Address, resource.Instance, resource.Action, ResourceOutcome.Skipped, TimeSpan.Zero, reason));
        }
    }

    private bool IsStopped(CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            diagnostics.Error(DiagnosticCodes.Cancelled, "Cancelled", "What was finished is recorded; run plan to see the rest.");
        }

        return cancellationToken.IsCancellationRequested;
    }

    /// <summary>false when outcomes stay unknown.</summary>
    private async Task<bool> RunAsync(PlannedBatch batch, BatchRun run, CancellationToken cancellationToken)
    {
        using var patience = new CancellationTokenSource(Timeout.InfiniteTimeSpan, time);
        await using var stop = cancellationToken.Register(() => patience.CancelAfter(StopGrace));
        try
        {
            var request = new ApplyRequest(batch.Request!.Request, batch.Plan) { OnEvent = run.OnEvent };
            var answer = await sessions.RuntimeOf(batch.Instance).ApplyAsync(request, patience.Token);
            foreach (var diagnostic in answer.Diagnostics)
            {
                diagnostics.Add(secrets.Hide(run.Place(diagnostic)));
            }

            return run.Settle(answer, diagnostics);
        }
        catch (OperationCanceledException)
        {
            run.LeaveUnknown(Diagnostic.Error(DiagnosticCodes.Cancelled, "Cancelled while it was being applied", "Run plan: it reads what is there."));
            return false;
        }
        catch (Exception failure)
        {
            var diagnostic = secrets.Hide(ProviderFailures.ToDiagnostic(
                failure, batch.Instance, "apply", "What it had begun may or may not have happened; the state says so, and plan reads what is really there."));
            diagnostics.Add(diagnostic);
            run.LeaveUnknown(diagnostic with { Code = CoreCodes.OutcomeUnknown });
            return false;
        }
    }

    /// <summary>The batch as planned, a smaller one planned again, or null when nothing of it can be done.</summary>
    private async Task<PlannedBatch?> WithoutBrokenAsync(PlannedBatch planned, CancellationToken cancellationToken)
    {
        var request = planned.Request!;
        var skipped = Dependants(request);
        if (skipped.Count == 0)
        {
            return planned;
        }

        foreach (var operation in planned.Plan.Operations.Where(o => o.Action != ResourceActions.NoOp && skipped.Contains(o.Address)))
        {
            var reason = Diagnostic.Error(DiagnosticCodes.DependencyFailed, $"{operation.Address} was not attempted", "Something it depends on failed.") with
            {
                Address = operation.Address,
            };
            Report(new ResourceResult(operation.Address, planned.Instance, operation.Action, ResourceOutcome.Skipped, TimeSpan.Zero, reason));
        }

        var wanted = request.Resources.Where(r => !skipped.Contains(r.Address)).ToList();
        var deletions = request.Deletions.Where(d => !skipped.Contains(d.Address)).ToList();
        if (wanted.Count + deletions.Count == 0 || cancellationToken.IsCancellationRequested)
        {
            return null;
        }

        var again = await planner.PlanAsync(Batches.Request(request.Instance, wanted, deletions, store.State), cancellationToken);
        return again is { Plan.Success: true } ? again : null;
    }

    /// <summary>What of the batch needs something broken, directly or by way of another; a deletion needs what was made after it to be gone.</summary>
    private HashSet<string> Dependants(BatchRequest request)
    {
        var affected = new HashSet<string>(StringComparer.Ordinal);
        if (_broken.Count == 0)
        {
            return affected;
        }

        var deletions = request.Deletions.Select(d => d.Address).ToHashSet(StringComparer.Ordinal);
        var edges = request.Resources.SelectMany(r => r.DependsOn.Select(d => (From: d, To: r.Address)))
            .Concat(store.State.Resources.SelectMany(r => (r.DependsOn ?? []).Where(deletions.Contains).Select(d => (From: r.Address, To: d))))
            .ToLookup(e => e.From, e => e.To, StringComparer.Ordinal);
        var open = new Queue<string>(_broken);
        while (open.TryDequeue(out var address))
        {
            foreach (var next in edges[address].Where(affected.Add))
            {
                open.Enqueue(next);
            }
        }

        return affected;
    }

    private bool HasUncertain(PlannedBatch batch) => batch.Plan.Operations.Any(o => store.State.Find(o.Address) is { } record && ProjectState.IsOutcomeUnknown(record));

    private void Collect(BatchRun run)
    {
        foreach (var result in run.Results)
        {
            _results.Add(result);
            if (result.Outcome != ResourceOutcome.Succeeded)
            {
                _broken.Add(result.Address);
            }
        }
    }

    private void Report(ResourceResult result)
    {
        _results.Add(result);
        _broken.Add(result.Address);
        observer.On(new ResourceFinished(result.Instance, result.Address, result.Action, result.Outcome, result.Duration, result.Diagnostic));
    }
}
