using Kolumn.Protocol;
using Kolumn.Sdk.Engine;

namespace Kolumn.Sdk.Migrations;

/// <summary>
/// Runs the steps of a migration, or undoes them, where each change of an object commits by itself. The journal is the ledger's record of the migration. For each
/// statement that is not done yet:
/// <list type="number">
/// <item>one that commits nothing shares a transaction with the journal's word that it is done;</item>
/// <item>ahead of any other the journal says that it comes, and what the catalog is like;</item>
/// <item>after it, that it is done. When nobody came to say so, the catalog tells: it is another if the statement has taken effect.</item>
/// </list>
/// A step that is done in batches goes its own way: <see cref="BatchedRun{TSession}"/>.
/// </summary>
/// <param name="session">One that writes.</param>
/// <param name="types">Those of the provider.</param>
/// <param name="means">With a journal.</param>
/// <param name="save">Writes the steps into the journal.</param>
/// <param name="report">Tells whoever waits how far a step is that is done in batches.</param>
/// <param name="time">The clock.</param>
internal sealed class JournalledRun<TSession>(
    TSession session, ResourceTypes<TSession> types, MigrationMeans<TSession> means, Func<IReadOnlyList<LedgerStep>, Statement> save, Action<LedgerStep, BatchProgress> report, TimeProvider time)
    where TSession : IProviderSession
{
    private readonly IMigrationJournal<TSession> _journal = means.Journal!;
    private List<LedgerStep> _steps = [];

    /// <summary>The journal of a migration of which nothing is done.</summary>
    public static IReadOnlyList<LedgerStep> Begin(PlannedMigration plan) => [.. plan.Steps.Select(step => LedgerStep.Of(step, [], 0) with { Done = 0, Losses = step.Losses })];

    /// <param name="steps">As <see cref="Begin"/> made them, or as the journal knows them.</param>
    /// <exception cref="ProviderException">A step failed; what was done before it stays, and is in the journal.</exception>
    public async Task<IReadOnlyList<LedgerStep>> ApplyAsync(IReadOnlyList<LedgerStep> steps, bool withBackup, CancellationToken cancellationToken)
    {
        _steps = [.. steps];
        for (var at = 0; at < _steps.Count; at++)
        {
            if (_steps[at].IsComplete)
            {
                continue;
            }

            var start = time.GetTimestamp();
            await DescribingAsync(_steps[at], async () =>
            {
                if (_steps[at].Operation is not null)
                {
                    await Batched(at).ApplyAsync(_steps[at], cancellationToken);
                    return;
                }

                if (withBackup && _steps[at] is { Done: 0, Before: null })
                {
                    await BackUpAsync(at, cancellationToken);
                }

                try
                {
                    await RunAsync(at, isUndoing: false, cancellationToken);
                }
                catch (StatementFailedException) when (_steps[at] is { HasBegun: false, Backups.Count: > 0 })
                {
                    await ForgetBackupsAsync(at);
                    throw;
                }

                await SaveAsync(at, _steps[at] with { Before = null, Backups = await TrimAsync(_steps[at].Backups, cancellationToken), Done = _steps[at].Forward.Count + 1 }, cancellationToken);
            });
            _steps[at] = _steps[at] with { DurationMs = _steps[at].DurationMs + (long)time.GetElapsedTime(start).TotalMilliseconds };
        }

        return await new MigrationRun<TSession>(session, types, means, time).CheckedAsync(_steps, cancellationToken);
    }

    /// <param name="steps">Those of which something was done.</param>
    /// <param name="isWhole">Whether all of the migration was done, and nothing undone yet: then what it left must still be what it left.</param>
    /// <param name="force">Whether documents may lose what was written into them since.</param>
    /// <exception cref="ProviderException">As of <see cref="ApplyAsync"/>.</exception>
    public async Task UndoAsync(IReadOnlyList<LedgerStep> steps, bool isWhole, bool force, CancellationToken cancellationToken)
    {
        _steps = [.. steps];
        foreach (var (at, step) in _steps.Index().Where(s => s.Item.Operation is not null && !IsUndone(s.Item)).ToList())
        {
            await Batched(at).VerifyAsync(step, _steps.Skip(at + 1).Where(later => !IsUndone(later)), force, cancellationToken);
        }

        foreach (var backup in _steps.Where(step => step.Operation is null && !IsUndone(step)).SelectMany(step => step.Backups))
        {
            await means.Backups!.VerifyAsync(session, backup, cancellationToken);
        }

        if (isWhole)
        {
            await new MigrationRun<TSession>(session, types, means, time).RequireAsync(
                steps.Reverse(), resource => resource.After, "was changed since the migration", "What undoes the migration was computed for what it left. Nothing was changed.", cancellationToken);
        }

        for (var at = _steps.Count - 1; at >= 0; at--)
        {
            if (IsUndone(_steps[at]))
            {
                continue;
            }

            await DescribingAsync(_steps[at], async () =>
            {
                if (_steps[at].Operation is not null)
                {
                    await Batched(at).UndoAsync(_steps[at], force, cancellationToken);
                    return;
                }

                await RunAsync(at, isUndoing: true, cancellationToken);
                await _journal.TogetherAsync(
                    session,
                    async () =>
                    {
                        foreach (var backup in _steps[at].Backups.Reverse())
                        {
                            await means.Backups!.RestoreAsync(session, backup, cancellationToken);
                        }

                        await SaveAsync(at, _steps[at] with { Undone = _steps[at].Rollback!.Count + 1 }, cancellationToken);
                    },
                    cancellationToken);
            });
        }

        await session.ExecuteAsync([.. _steps.Where(step => step.Operation is null).SelectMany(step => step.Backups).Select(RowBackups<TSession>.Drop)], cancellationToken);
        foreach (var operation in _steps.Select(step => step.Operation).OfType<BatchedOperation>())
        {
            await means.Documents!.ForgetAsync(session, operation, cancellationToken);
        }
    }

    private BatchedRun<TSession> Batched(int at) => new(session, means.Documents!, (step, token) => SaveAsync(at, step, token), report);

    /// <summary>The copies of a run that came to a stop before its first statement are made again.</summary>
    private async Task BackUpAsync(int at, CancellationToken cancellationToken)
    {
        await session.ExecuteAsync([.. _steps[at].Backups.Select(RowBackups<TSession>.Drop)], cancellationToken);
        var taken = new List<RowBackup>();
        foreach (var loss in _steps[at].Losses)
        {
            if (await means.Backups!.TakeAsync(session, loss, cancellationToken) is { } backup)
            {
                taken.Add(backup);
            }
        }

        await SaveAsync(at, _steps[at] with { Backups = taken }, cancellationToken);
    }

    private async Task<IReadOnlyList<RowBackup>> TrimAsync(IReadOnlyList<RowBackup> backups, CancellationToken cancellationToken)
    {
        var trimmed = new List<RowBackup>();
        foreach (var backup in backups)
        {
            trimmed.Add(await means.Backups!.TrimAsync(session, backup, cancellationToken));
        }

        return trimmed;
    }

    private async Task RunAsync(int at, bool isUndoing, CancellationToken cancellationToken)
    {
        var statements = isUndoing ? _steps[at].Rollback! : _steps[at].Forward;
        for (var next = (isUndoing ? _steps[at].Undone : _steps[at].Done) ?? 0; next < statements.Count; next++)
        {
            var statement = statements[next].ToStatement();
            var done = (isUndoing ? _steps[at] with { Undone = next + 1 } : _steps[at] with { Done = next + 1 }) with { Before = null };
            if (!_journal.CommitsByItself(statement.Text))
            {
                await _journal.TogetherAsync( // 1
                    session,
                    async () =>
                    {
                        await session.ExecuteAsync([statement], cancellationToken);
                        await SaveAsync(at, done, cancellationToken);
                    },
                    cancellationToken);
                continue;
            }

            var before = await _journal.FingerprintAsync(session, cancellationToken);
            if (_steps[at].Before is not { } then || then == before) // 3
            {
                await SaveAsync(at, _steps[at] with { Before = before }, cancellationToken); // 2
                await ExecuteAsync(at, statement, cancellationToken);
            }

            await SaveAsync(at, done, CancellationToken.None);
        }
    }

    private async Task ExecuteAsync(int at, Statement statement, CancellationToken cancellationToken)
    {
        try
        {
            await session.ExecuteAsync([statement], cancellationToken);
        }
        catch (StatementFailedException refused) when (refused.Diagnostic.Code != DiagnosticCodes.Connection)
        {
            // A statement that was refused has done nothing: whatever is changed until the next attempt is somebody else's.
            await SaveAsync(at, _steps[at] with { Before = null }, CancellationToken.None);
            throw;
        }
    }

    /// <summary>A step of which nothing was done needs no copy of what it would have taken away.</summary>
    private async Task ForgetBackupsAsync(int at)
    {
        await session.ExecuteAsync([.. _steps[at].Backups.Select(RowBackups<TSession>.Drop)], CancellationToken.None);
        await SaveAsync(at, _steps[at] with { Backups = [] }, CancellationToken.None);
    }

    private async Task SaveAsync(int at, LedgerStep step, CancellationToken cancellationToken)
    {
        var steps = new List<LedgerStep>(_steps) { [at] = step };
        await session.ExecuteAsync([save(steps)], cancellationToken);
        _steps = steps;
    }

    private static bool IsUndone(LedgerStep step) => step.Undone > step.Rollback!.Count;

    private static async Task DescribingAsync(LedgerStep step, Func<Task> work)
    {
        try
        {
            await work();
        }
        catch (ProviderException refused)
        {
            throw MigrationRun<TSession>.Failed(step.Order, step.Description, refused);
        }
    }
}
