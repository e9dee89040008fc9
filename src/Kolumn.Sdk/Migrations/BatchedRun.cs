using Kolumn.Protocol;

namespace Kolumn.Sdk.Migrations;

/// <summary>Makes or undoes a step batch by batch; after each the journal knows how far it is.</summary>
/// <param name="session">One that writes.</param>
/// <param name="documents">Who knows what a batch is.</param>
/// <param name="save">Writes the step into the journal.</param>
/// <param name="report">Tells whoever waits how far the step is.</param>
internal sealed class BatchedRun<TSession>(
    TSession session, IBatchedMigrations<TSession> documents, Func<LedgerStep, CancellationToken, Task> save, Action<LedgerStep, BatchProgress> report)
    where TSession : IProviderSession
{
    /// <summary>The parameters of operations that name fields.</summary>
    private static readonly string[] FieldMembers = ["field", "new_name"];

    /// <exception cref="ProviderException">A batch failed; those before it stay made.</exception>
    public async Task ApplyAsync(LedgerStep step, CancellationToken cancellationToken)
    {
        var operation = step.Operation!;
        step = step with { Progress = step.Progress ?? BatchProgress.Begin, Backups = operation.Place is null ? [] : [BackupOf(operation, new RowDigest(0, ""))] };
        await save(step, cancellationToken);
        while (!step.Progress!.IsComplete)
        {
            var progress = await documents.RunAsync(session, operation, step.Progress, cancellationToken);
            step = step with { Progress = progress, RowsAffected = progress.Changed };

            // What was done is done, whoever has lost interest meanwhile.
            await save(step, CancellationToken.None);
            report(step, progress);
        }

        var backups = operation.Place is null ? step.Backups : [BackupOf(operation, await documents.DigestAsync(session, operation, cancellationToken))];
        await save(step with { Backups = backups, Done = step.Forward.Count + 1 }, cancellationToken);
    }

    /// <exception cref="ProviderException">As of <see cref="ApplyAsync"/>.</exception>
    public async Task UndoAsync(LedgerStep step, bool force, CancellationToken cancellationToken)
    {
        step = step with { Undoing = step.Undoing ?? BatchProgress.Begin };
        await save(step, cancellationToken);
        while (!step.Undoing!.IsComplete)
        {
            var progress = await documents.UndoAsync(session, step.Operation!, step.Undoing, force, cancellationToken);
            step = step with { Undoing = progress };
            await save(step, CancellationToken.None);
            report(step, progress);
        }

        await save(step with { Undone = step.Rollback!.Count + 1 }, cancellationToken);
    }

    /// <summary>Before anything is undone: what was kept is what was kept then, and nobody has written over what the step left.</summary>
    /// <param name="step">Not undone yet.</param>
    /// <param name="later">The steps after it, which are undone before it is.</param>
    /// <param name="force">Whether what was written since may be lost.</param>
    /// <exception cref="ProviderException">It is not so; nothing was changed.</exception>
    public async Task VerifyAsync(LedgerStep step, IEnumerable<LedgerStep> later, bool force, CancellationToken cancellationToken)
    {
        var operation = step.Operation!;
        if (step is not { IsComplete: true, Undoing: null, Backups: [var backup] })
        {
            return; // It came to a stop in the middle of something.
        }

        if (await documents.DigestAsync(session, operation, cancellationToken) != new RowDigest(backup.Rows, backup.Sum))
        {
            throw new ProviderException(Diagnostic.Error(
                DiagnosticCodes.Operation, $"the backup {backup.Place} does not hold what was kept of the {backup.Rows} documents that step {step.Order} changed in {backup.Table}", "Nothing was changed. Without it the step cannot be undone."));
        }

        if (!force && !later.Any(other => IsAboutTheSame(operation, other.Operation)) && await documents.CountChangedAsync(session, operation, cancellationToken) is > 0 and var changed)
        {
            throw new ProviderException(Diagnostic.Error(
                DiagnosticCodes.DestroyProtected,
                $"undoing step {step.Order} loses what was written since: {changed} document{(changed == 1 ? "" : "s")} of {operation.Resource} {(changed == 1 ? "is" : "are")} not as the step left {(changed == 1 ? "it" : "them")}",
                "Nothing was changed. Set allow_data_loss if that is meant."));
        }
    }

    private static RowBackup BackupOf(BatchedOperation operation, RowDigest digest) => new()
    {
        Table = operation.Resource, Place = operation.Place!, Kind = RowLossKind.Columns, Columns = [.. FieldsOf(operation)], Rows = digest.Rows, Sum = digest.Sum,
    };

    private static bool IsAboutTheSame(BatchedOperation operation, BatchedOperation? other) =>
        other is not null && other.Resource == operation.Resource && FieldsOf(operation).Any(mine => FieldsOf(other).Any(theirs => IsWithin(mine, theirs) || IsWithin(theirs, mine)));

    private static bool IsWithin(string inner, string outer) => inner == outer || inner.StartsWith($"{outer}.", StringComparison.Ordinal);

    private static IEnumerable<string> FieldsOf(BatchedOperation operation) =>
        FieldMembers.Select(member => ColumnOperation.Text(operation.Parameters, member)).OfType<string>();
}
