using Kolumn.Protocol;
using Kolumn.Protocol.Payloads;
using Kolumn.Sdk.Engine;
using Kolumn.Sdk.Internal;
using Kolumn.Sdk.Telemetry;

namespace Kolumn.Sdk.Migrations;

/// <summary>
/// One attempt to apply or to undo a migration, within its time:
/// <list type="number">
/// <item>open a session that will write, and wait for the turn in it;</item>
/// <item>do the work;</item>
/// <item>write down a failure, in a session of its own.</item>
/// </list>
/// </summary>
internal sealed class MigrationAttempt<TSession>(
    MigrationMeans<TSession> means, MigrationLedger<TSession> ledger, ProviderLoggers loggers, SecretScrubber scrubber, TimeProvider time)
    where TSession : IProviderSession
{
    /// <summary>How long somebody else's migration is waited for.</summary>
    private static readonly TimeSpan TurnLimit = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan RecordLimit = TimeSpan.FromSeconds(10);

    /// <param name="checksum">Of what is applied; null when something is undone, whose failure changes nothing in the ledger.</param>
    public async Task<T> RunAsync<T>(
        MigrationRequest request,
        string? checksum,
        Call<TSession> call,
        Func<ProviderException, T> failed,
        Func<SessionLease<TSession>, MigrationRecord?, CancellationToken, Task<T>> work,
        CancellationToken cancellationToken)
    {
        var start = time.GetTimestamp();
        using var limit = new CancellationTokenSource(request.TimeLimit(), time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        ProviderException failure;
        try
        {
            return await EnterAsync(request, call, work, both.Token); // 1, 2
        }
        catch (MigrationFailedException refused)
        {
            failure = refused;
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            failure = new ProviderException(Diagnostic.Error(
                DiagnosticCodes.Timeout, $"the migration did not end within {request.TimeLimit().TotalSeconds:0} s", means.Journal is not null ? "What was done until then stays: the same call goes on from there. Raise timeout_seconds." : "Nothing was changed. Raise timeout_seconds, or divide the migration."));
        }

        Log.MigrationFailed(loggers.Handler, request.MigrationId, scrubber.Scrub(failure.Diagnostic.Summary));
        if (checksum is not null)
        {
            await RecordAsync(request, checksum, failure.Diagnostic, time.GetElapsedTime(start), call); // 3
        }

        return failed(failure);
    }

    /// <summary>Whoever comes second waits until the first is done, and then sees what became of it.</summary>
    private async Task<T> EnterAsync<T>(
        MigrationRequest request, Call<TSession> call, Func<SessionLease<TSession>, MigrationRecord?, CancellationToken, Task<T>> work, CancellationToken cancellationToken)
    {
        var start = time.GetTimestamp();
        while (true)
        {
            try
            {
                await using var lease = await call.OpenAsync(SessionMode.Write, request.TransactionId, cancellationToken);

                // Where a transaction takes nothing back, a look leaves nothing behind.
                var record = means.Journal is not null && request.Options is { DryRun: true }
                    ? await ledger.FindAsync(lease.Session, request.MigrationId, cancellationToken)
                    : await ledger.EnterAsync(lease.Session, request.MigrationId, cancellationToken);
                return await work(lease, record, cancellationToken);
            }
            catch (ProviderException busy) when (
                busy is not MigrationFailedException && busy.Diagnostic.Retryable && string.IsNullOrEmpty(request.TransactionId) && time.GetElapsedTime(start) < TurnLimit)
            {
                await Task.Delay(Pause, time, cancellationToken);
            }
        }
    }

    /// <summary>The database is as it was; that it was tried is worth knowing. A journal keeps what it knows of what was done.</summary>
    private async Task RecordAsync(MigrationRequest request, string checksum, Diagnostic failure, TimeSpan duration, Call<TSession> call)
    {
        using var limit = new CancellationTokenSource(RecordLimit);
        try
        {
            await using var lease = await call.OpenAsync(SessionMode.Write, request.TransactionId, limit.Token);
            var record = await ledger.EnterAsync(lease.Session, request.MigrationId, limit.Token);
            if (record is { Status: MigrationStatuses.Applied })
            {
                return; // By somebody else, meanwhile, or by a commit whose answer was lost.
            }

            await ledger.SaveAsync(lease.Session, request, checksum, MigrationStatuses.Failed, MigrationLedger<TSession>.Begun(record), duration, failure, limit.Token);
            var entry = call.Audit.Migrated(request.MigrationId, MigrationActions.Migrate, request.Steps.Count, [], failure);
            var unrecorded = await call.Audit.RecordAsync(lease.Session, [entry], limit.Token);
            await lease.CommitAsync(limit.Token);
            lease.OnceCertain(() => call.Audit.Committed(unrecorded is null ? 1 : 0));
        }
        catch (Exception unrecorded) when (unrecorded is ProviderException or OperationCanceledException)
        {
            Log.FailureNotAudited(loggers.Handler, scrubber.Scrub(unrecorded.Message));
        }
    }
}

/// <summary>The migration had begun; its session is of no use any more.</summary>
internal sealed class MigrationFailedException(Diagnostic diagnostic, Exception innerException) : ProviderException(diagnostic, innerException);
