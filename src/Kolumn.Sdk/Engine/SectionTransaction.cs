using Kolumn.Protocol;

namespace Kolumn.Sdk.Engine;

/// <summary>
/// The transaction of one section: either all of its changes happen or none.
/// <list type="number">
/// <item>run them in order, the statements of neighbours in one batch;</item>
/// <item>read back what is complete and compare it with what was desired;</item>
/// <item>write the audit entries;</item>
/// <item>commit; only then is anything certain.</item>
/// </list>
/// </summary>
internal sealed class SectionTransaction<TSession>(SessionLease<TSession> lease, ApplyProgress<TSession> progress, AuditTrail<TSession> audit)
    where TSession : IProviderSession
{
    /// <summary>Statements in one batch: few round trips, and still something to report between them.</summary>
    private const int BatchSize = 256;

    private readonly Dictionary<string, long> _durations = new(StringComparer.Ordinal);

    public long DurationOf(PlannedWork<TSession> work) => _durations.GetValueOrDefault(work.Address);

    /// <param name="renames">Run first of all, each for the sake of a change.</param>
    /// <param name="tearDown">Changes whose obstacles go first, dependants before what they depend on.</param>
    public async Task<SectionEnd<TSession>> RunAsync(
        Section<TSession> section,
        IReadOnlyList<(PlannedWork<TSession> Work, Statement Statement)> renames,
        IEnumerable<PlannedWork<TSession>> tearDown,
        CancellationToken cancellationToken)
    {
        var complete = section.Complete;
        if ((await SendAsync(renames, cancellationToken) ?? await SendAsync(tearDown, w => w.Before, cancellationToken)) is { } obstacle)
        {
            return SectionEnd<TSession>.RolledBack(obstacle);
        }

        if (await ExecuteAsync(section, cancellationToken) is { } failure) // 1
        {
            return SectionEnd<TSession>.RolledBack(failure);
        }

        ReadBack<TSession> readBack;
        try
        {
            readBack = await ReadBack<TSession>.OfAsync(lease.Session, complete, cancellationToken); // 2
        }
        catch (ProviderException unreadable)
        {
            return SectionEnd<TSession>.RolledBack((null, unreadable.Diagnostic));
        }

        if (complete.Select(w => (Work: w, Fault: readBack.FaultOf(w))).FirstOrDefault(c => c.Fault is not null) is { Fault: { } fault, Work: var wrong })
        {
            return SectionEnd<TSession>.RolledBack((wrong, fault));
        }

        Diagnostic? unrecorded;
        try
        {
            unrecorded = await audit.RecordAsync(lease.Session, [.. complete.Select(audit.Succeeded)], cancellationToken); // 3
        }
        catch (ProviderException refused)
        {
            return SectionEnd<TSession>.RolledBack((null, refused.Diagnostic));
        }

        try
        {
            // Cancelling a commit would leave nobody knowing whether it happened.
            await lease.CommitAsync(CancellationToken.None); // 4
            lease.OnceCertain(() => audit.Committed(unrecorded is null ? complete.Count : 0));
            return new SectionEnd<TSession> { ReadBack = readBack, Unrecorded = unrecorded };
        }
        catch (StatementFailedException refused)
        {
            return SectionEnd<TSession>.RolledBack((null, refused.Diagnostic));
        }
        catch (ProviderException lost)
        {
            return new SectionEnd<TSession> { Unknown = CommitFailure.OutcomeUnknown(lost.Diagnostic) };
        }
    }

    private async Task<(PlannedWork<TSession>? Work, Diagnostic Diagnostic)?> ExecuteAsync(Section<TSession> section, CancellationToken cancellationToken)
    {
        var batch = new List<PlannedWork<TSession>>();
        var size = 0;
        foreach (var work in section.Works)
        {
            if (work.Statements is not null)
            {
                batch.Add(work);
                size += work.Inside.Count();
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

        return await FlushAsync(batch, cancellationToken) ?? await SendAsync(section.Closing, w => w.After, cancellationToken);
    }

    private async Task<(PlannedWork<TSession>? Work, Diagnostic Diagnostic)?> FlushAsync(List<PlannedWork<TSession>> batch, CancellationToken cancellationToken)
    {
        var start = progress.Now();
        if (await SendAsync(batch, w => w.Inside, cancellationToken) is { } failure)
        {
            return failure;
        }

        // The database reports one time for the whole batch: each resource gets the share of its statements.
        var elapsed = progress.MillisecondsSince(start);
        var total = Math.Max(1, batch.Sum(w => w.Inside.Count()));
        foreach (var work in batch)
        {
            _durations[work.Address] = elapsed * work.Inside.Count() / total;
            if (!work.HasOutside)
            {
                progress.Done(work);
            }
        }

        batch.Clear();
        return null;
    }

    private async Task<(PlannedWork<TSession>? Work, Diagnostic Diagnostic)?> SendAsync(
        IEnumerable<PlannedWork<TSession>> works, Func<PlannedWork<TSession>, IEnumerable<Statement>> part, CancellationToken cancellationToken) =>
        await SendAsync([.. works.SelectMany(w => part(w).Select(s => (w, s)))], cancellationToken);

    private async Task<(PlannedWork<TSession>? Work, Diagnostic Diagnostic)?> SendAsync(
        IReadOnlyList<(PlannedWork<TSession> Work, Statement Statement)> owned, CancellationToken cancellationToken)
    {
        if (owned.Count == 0)
        {
            return null;
        }

        try
        {
            await lease.Session.ExecuteAsync([.. owned.Select(o => o.Statement)], cancellationToken);
            return null;
        }
        catch (StatementFailedException refused)
        {
            return (owned.ElementAtOrDefault(refused.Index).Work, refused.Diagnostic);
        }
        catch (ProviderException lost)
        {
            return (null, lost.Diagnostic);
        }
    }

    private async Task<(PlannedWork<TSession>? Work, Diagnostic Diagnostic)?> OperateAsync(PlannedWork<TSession> work, CancellationToken cancellationToken)
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
}

/// <summary>How a section's transaction ended: exactly one of <see cref="ReadBack"/>, <see cref="Failure"/> and <see cref="Unknown"/> says it.</summary>
internal sealed record SectionEnd<TSession>
    where TSession : IProviderSession
{
    /// <summary>Committed, and this is what exists now.</summary>
    public ReadBack<TSession>? ReadBack { get; init; }

    /// <summary>Committed, but not in the audit log.</summary>
    public Diagnostic? Unrecorded { get; init; }

    /// <summary>Rolled back, because of this change or of all of them together.</summary>
    public (PlannedWork<TSession>? Work, Diagnostic Diagnostic)? Failure { get; init; }

    /// <summary>The connection was lost during the commit.</summary>
    public Diagnostic? Unknown { get; init; }

    public static SectionEnd<TSession> RolledBack((PlannedWork<TSession>? Work, Diagnostic Diagnostic) failure) => new() { Failure = failure };
}
