using Kolumn.Protocol;
using Kolumn.Protocol.Payloads;

namespace Kolumn.Sdk.Engine;

/// <summary>
/// What follows the commit of a section, change by change:
/// <list type="number">
/// <item>each statement alone, or together with its neighbours in a short transaction, tried again when somebody else was in the way;</item>
/// <item>what a refused one leaves is taken away, and the rest of its change waits for the next plan;</item>
/// <item>at the end all of it is read back, told and recorded.</item>
/// </list>
/// There is no journal of its own: statements are such that whatever an end in the middle leaves can be seen in the catalog under
/// the name of the object, and the host has written down before that it was being changed. So the next plan goes on from there.
/// </summary>
internal sealed class OutsideRun<TSession>(
    IContinuingSession session, SessionLease<TSession> lease, ApplyProgress<TSession> progress, AuditTrail<TSession> audit, LockPatience patience)
    where TSession : IProviderSession
{
    /// <summary>For what has to be done although nobody waits for it any more.</summary>
    private static readonly TimeSpan CleanupLimit = TimeSpan.FromMinutes(1);

    /// <param name="earlier">Milliseconds that the part in the transaction took.</param>
    public async Task<IReadOnlyList<ApplyResult>> RunAsync(
        IReadOnlyList<PlannedWork<TSession>> works, Func<PlannedWork<TSession>, long> earlier, CancellationToken cancellationToken)
    {
        var failures = new Dictionary<string, Diagnostic>(StringComparer.Ordinal);
        var durations = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (var work in works)
        {
            var start = progress.Now();
            if (await MakeAsync(work, cancellationToken) is { } failure) // 1, 2
            {
                failures[work.Address] = failure;
            }
            else
            {
                progress.Done(work);
            }

            durations[work.Address] = earlier(work) + progress.MillisecondsSince(start);
        }

        return await ConcludeAsync(works, failures, durations); // 3
    }

    private async Task<Diagnostic?> MakeAsync(PlannedWork<TSession> work, CancellationToken cancellationToken)
    {
        var statements = work.Outside.ToList();
        for (var at = 0; at < statements.Count;)
        {
            var step = Step(statements, at);
            try
            {
                cancellationToken.ThrowIfCancellationRequested();
                await patience.RunAsync(() => RunAsync(step, cancellationToken), cancellationToken);
            }
            catch (ProviderException refused)
            {
                return Explain(work, refused.Diagnostic, await CleanUpAsync(step));
            }
            catch (OperationCanceledException)
            {
                return Explain(work, Diagnostic.Error(DiagnosticCodes.Cancelled, "cancelled after the commit"), await CleanUpAsync(step));
            }

            at += step.Count;
        }

        return null;
    }

    private static List<Statement> Step(List<Statement> statements, int at) => statements[at].Place == StatementPlace.Alone
        ? [statements[at]]
        : [.. statements.Skip(at).TakeWhile(s => s.Place != StatementPlace.Alone)];

    private async Task RunAsync(List<Statement> step, CancellationToken cancellationToken)
    {
        if (step is [{ Place: StatementPlace.Alone } alone])
        {
            await session.ExecuteAloneAsync(alone, cancellationToken);
            return;
        }

        await session.BeginAsync(cancellationToken);
        await session.ExecuteAsync(step, cancellationToken);
        await session.CommitAsync(CancellationToken.None);
    }

    /// <returns>What may be left because even that failed.</returns>
    private async Task<string?> CleanUpAsync(List<Statement> step)
    {
        using var limit = new CancellationTokenSource(CleanupLimit);
        foreach (var statement in step.SelectMany(s => s.Cleanup))
        {
            try
            {
                await session.ExecuteAloneAsync(statement, limit.Token);
            }
            catch (Exception left) when (left is ProviderException or OperationCanceledException)
            {
                return $"Its remains could not be taken away ({statement.Text}): the next plan does.";
            }
        }

        return null;
    }

    private static Diagnostic Explain(PlannedWork<TSession> work, Diagnostic refused, string? remains)
    {
        var committed = work.Inside.Any()
            ? "What comes before it is committed and stays; plan and apply again to go on from there."
            : "Nothing of this change was made; everything before it is committed. Plan and apply again to repeat it.";
        return refused with
        {
            Detail = string.Join(' ', new[] { refused.Detail, committed, remains }.Where(part => part is not null)),
            Address = work.Address,
        };
    }

    private async Task<IReadOnlyList<ApplyResult>> ConcludeAsync(
        IReadOnlyList<PlannedWork<TSession>> works, Dictionary<string, Diagnostic> failures, Dictionary<string, long> durations)
    {
        ReadBack<TSession> readBack;
        try
        {
            await session.BeginAsync(CancellationToken.None);
            readBack = await ReadBack<TSession>.OfAsync(lease.Session, works, CancellationToken.None);
        }
        catch (ProviderException lost)
        {
            return [.. works.Select(w => ApplyResults.Failed(w, failures.GetValueOrDefault(w.Address, CommitFailure.OutcomeUnknown(lost.Diagnostic)), durations[w.Address]))];
        }

        foreach (var work in works.Where(w => !failures.ContainsKey(w.Address)))
        {
            if (readBack.FaultOf(work) is { } fault)
            {
                failures[work.Address] = fault;
            }
        }

        await RecordAsync(works, failures);
        return
        [
            .. works.Select(w => failures.TryGetValue(w.Address, out var failure)
                ? ApplyResults.Unfinished(w, failure, readBack.DefinitionOf(w), durations[w.Address])
                : ApplyResults.Succeeded(w, readBack.DefinitionOf(w), durations[w.Address])),
        ];
    }

    /// <summary>The changes stand whether they are recorded or not.</summary>
    private async Task RecordAsync(IReadOnlyList<PlannedWork<TSession>> works, Dictionary<string, Diagnostic> failures)
    {
        var entries = works.Select(w => failures.TryGetValue(w.Address, out var failure) ? audit.Failed(w, failure) : audit.Succeeded(w)).ToList();
        try
        {
            var obstacle = await audit.RecordAsync(lease.Session, entries, CancellationToken.None);
            await session.CommitAsync(CancellationToken.None);
            audit.Committed(obstacle is null ? entries.Count : 0);
            Unrecorded = obstacle ?? Unrecorded;
        }
        catch (ProviderException refused)
        {
            Unrecorded = refused.Diagnostic with { Severity = Severity.Warning, Detail = "What was changed stays changed." };
        }
    }

    /// <summary>What kept the audit entries from being written; null when nothing did.</summary>
    public Diagnostic? Unrecorded { get; private set; }
}
