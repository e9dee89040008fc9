using Kolumn.Protocol;
using Kolumn.Protocol.Payloads;

namespace Kolumn.Sdk.Engine;

/// <summary>
/// Makes a plan section by section. Most plans have one, and nothing outside it: then either everything happens or nothing.
/// For each section:
/// <list type="number">
/// <item>leave out what needs something that failed;</item>
/// <item>make the rest in one transaction (<see cref="SectionTransaction{TSession}"/>): a failure undoes it and is the end;</item>
/// <item>tell what is complete with the commit;</item>
/// <item>make what follows outside (<see cref="OutsideRun{TSession}"/>): a failure there undoes nothing, and stops what needs it.</item>
/// </list>
/// Whatever fails, the results say of each change whether it was made, and of a half-made one what there is of it.
/// </summary>
internal sealed class TransactionalRun<TSession>(
    SessionLease<TSession> lease, Plan<TSession> plan, ApplyProgress<TSession> progress, AuditTrail<TSession> audit, LockPatience patience)
    where TSession : IProviderSession
{
    private readonly Dictionary<string, ApplyResult> _results = new(StringComparer.Ordinal);
    private readonly List<Diagnostic> _warnings = [.. plan.Diagnostics];
    private readonly HashSet<string> _begun = new(StringComparer.Ordinal);
    private Diagnostic? _failure;

    /// <summary>What was undone, for the audit log: the changes themselves could not say it.</summary>
    public IReadOnlyList<PlannedWork<TSession>> Undone { get; private set; } = [];

    public async Task<ApplyResponse> RunAsync(CancellationToken cancellationToken)
    {
        var transaction = new SectionTransaction<TSession>(lease, progress, audit);
        for (var at = 0; at < plan.Sections.Count; at++)
        {
            var section = WithoutBroken(plan.Sections[at]); // 1
            if (at > 0 && section.Works.Count == 0 && section.Closing.Count == 0)
            {
                continue;
            }

            var end = at == 0
                ? await transaction.RunAsync(section, plan.Ahead, Rebuilding<TSession>.TearDownOrder([.. plan.Order.Where(w => w.IsChange)]), cancellationToken) // 2
                : await ContinueAsync(transaction, section, cancellationToken);
            if (end.ReadBack is null)
            {
                return Ended(end, section, isFirst: at == 0, transaction);
            }

            TellCommitted(section, end, isFirst: at == 0, transaction); // 3
            await FinishAsync([.. section.Works.Where(w => w.HasOutside)], transaction, cancellationToken); // 4
        }

        return ApplyResults.Response(InOrder(), _warnings, _failure, rolledBack: false);
    }

    /// <summary>A later section is tried again by itself: what is committed before it does not have to be made again.</summary>
    private async Task<SectionEnd<TSession>> ContinueAsync(SectionTransaction<TSession> transaction, Section<TSession> section, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            SectionEnd<TSession> end;
            try
            {
                cancellationToken.ThrowIfCancellationRequested();
                await ((IContinuingSession)lease.Session).BeginAsync(cancellationToken);
                end = await transaction.RunAsync(section, [], [], cancellationToken);
                if (attempt == LockPatience.Attempts || !LockPatience.IsObstacle(end.Failure?.Diagnostic))
                {
                    return end;
                }

                await patience.PauseAsync(end.Failure!.Value.Diagnostic, attempt, cancellationToken);
            }
            catch (ProviderException lost)
            {
                return SectionEnd<TSession>.RolledBack((null, lost.Diagnostic));
            }
            catch (OperationCanceledException)
            {
                return SectionEnd<TSession>.RolledBack((null, Diagnostic.Error(DiagnosticCodes.Cancelled, "the call was cancelled")));
            }
        }
    }

    /// <summary>What needs something that failed is skipped.</summary>
    private Section<TSession> WithoutBroken(Section<TSession> section)
    {
        if (_failure is null)
        {
            return section;
        }

        foreach (var work in section.Works)
        {
            var needed = work.Action == ResourceActions.Delete
                ? plan.Works.Where(w => w.Action == ResourceActions.Delete && w.Prepared.Dependencies.Contains(work.Address)).Select(w => w.Address)
                : work.Prepared.Dependencies;
            if (needed.FirstOrDefault(d => _results.TryGetValue(d, out var result) && !result.Success) is { } failed)
            {
                Tell(ApplyResults.Skipped(work, Diagnostic.Error(DiagnosticCodes.DependencyFailed, $"not begun: dependency {failed} failed")));
            }
        }

        return new Section<TSession>(
            [.. section.Works.Where(w => !_results.ContainsKey(w.Address))], [.. section.Closing.Where(w => !_results.ContainsKey(w.Address))]);
    }

    private void TellCommitted(Section<TSession> section, SectionEnd<TSession> end, bool isFirst, SectionTransaction<TSession> transaction)
    {
        _begun.UnionWith(section.Works.Select(w => w.Address));
        var complete = section.Complete.Select(w => w.Address).ToHashSet(StringComparer.Ordinal);
        foreach (var work in plan.Order)
        {
            if (!work.IsChange && isFirst)
            {
                Tell(ApplyResults.Untouched(work));
            }
            else if (complete.Contains(work.Address))
            {
                Tell(ApplyResults.Succeeded(work, end.ReadBack!.DefinitionOf(work), transaction.DurationOf(work)));
            }
        }

        Warn(end.Unrecorded);
    }

    private async Task FinishAsync(IReadOnlyList<PlannedWork<TSession>> works, SectionTransaction<TSession> transaction, CancellationToken cancellationToken)
    {
        if (works.Count == 0)
        {
            return;
        }

        var outside = new OutsideRun<TSession>((IContinuingSession)lease.Session, lease, progress, audit, patience);
        foreach (var result in await outside.RunAsync(works, transaction.DurationOf, cancellationToken))
        {
            Tell(result);
        }

        Warn(outside.Unrecorded);
    }

    /// <summary>The section's transaction was rolled back, or nobody knows: nothing more is begun.</summary>
    private ApplyResponse Ended(SectionEnd<TSession> end, Section<TSession> section, bool isFirst, SectionTransaction<TSession> transaction)
    {
        var culprit = end.Failure?.Work;
        var reason = end.Unknown ?? end.Failure!.Value.Diagnostic with { Address = end.Failure.Value.Diagnostic.Address ?? culprit?.Address };
        var undone = end.Unknown ?? Diagnostic.Error(
            DiagnosticCodes.DependencyFailed,
            culprit is null ? "rolled back with the rest" : $"rolled back because {culprit.Address} failed",
            isFirst ? "The database is as it was." : "What earlier transactions committed stays.");
        Undone = end.Unknown is null ? [.. section.Works.Concat(section.Closing).DistinctBy(w => w.Address)] : [];
        foreach (var work in plan.Order.Where(w => !_results.ContainsKey(w.Address)))
        {
            _results[work.Address] = work.Address == culprit?.Address ? ApplyResults.Failed(work, reason, transaction.DurationOf(work))
                : work.Action == ResourceActions.NoOp ? ApplyResults.Untouched(work)
                : _begun.Contains(work.Address) ? ApplyResults.Failed(work, Unfinished(reason), transaction.DurationOf(work))
                : ApplyResults.Skipped(work, undone);
        }

        return ApplyResults.Response(InOrder(), _warnings, _failure ?? reason, rolledBack: isFirst && end.Unknown is null);
    }

    private static Diagnostic Unfinished(Diagnostic reason) => Diagnostic.Error(
        DiagnosticCodes.DependencyFailed, "made, but for what has to wait until all that it refers to exists", $"{reason.Summary}. Plan and apply again to finish it.");

    private void Tell(ApplyResult result)
    {
        _failure ??= result.Success ? null : result.Diagnostic;
        _results[result.Address] = result;
        progress.Certain(result);
    }

    private void Warn(Diagnostic? diagnostic)
    {
        if (diagnostic is not null && !_warnings.Contains(diagnostic))
        {
            _warnings.Add(diagnostic);
        }
    }

    private List<ApplyResult> InOrder() => [.. plan.Order.Select(w => _results[w.Address])];
}
