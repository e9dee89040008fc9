using Kolumn.Protocol;
using Kolumn.Protocol.Payloads;
using Kolumn.Sdk.Internal;

namespace Kolumn.Sdk.Streaming;

/// <summary>OutboxHealthMetrics and OutboxCleanupRetention: provider specification, section 4.3.</summary>
internal sealed class OutboxFunctions<TSession>(IStreamDialect<TSession> dialect, TimeProvider time)
    where TSession : IProviderSession
{
    private const string DefaultName = "stream_outbox";
    private const long DefaultMaxPending = 1000;
    private const double DefaultRetentionDays = 7;
    private const int DefaultBatch = 1000;
    private const int MaxBatch = 100_000;
    private const int MaxBatches = 1000;

    private static readonly string[] Settled = ["processed", "failed"];

    public async Task<OutboxHealthMetrics> HealthAsync(OutboxHealthMetricsRequest request, Call<TSession> call, CancellationToken cancellationToken)
    {
        if (request.MaxPending is < 0)
        {
            return Envelope.Failure<OutboxHealthMetrics>([Fault("max_pending", "max_pending is not negative")]);
        }

        await using var session = await call.Connection.OpenAsync(SessionMode.Read, cancellationToken);
        var outbox = await FindAsync(session, request.Outbox, request.Schema, cancellationToken);
        if (await dialect.CountAsync(session, outbox, cancellationToken) is not { } counts)
        {
            return new OutboxHealthMetrics { Success = true, Status = "absent" };
        }

        var isHealthy = counts.Failed == 0 && counts.Pending < (request.MaxPending ?? DefaultMaxPending);
        return new OutboxHealthMetrics
        {
            Success = true,
            TotalMessages = counts.Total,
            PendingMessages = counts.Pending,
            ProcessedMessages = counts.Processed,
            FailedMessages = counts.Failed,
            OldestPending = counts.OldestPending,
            LastProcessed = counts.LastProcessed,
            Healthy = isHealthy,
            Status = isHealthy ? "healthy" : "degraded",
        };
    }

    /// <summary>
    /// 1. Find the outbox and the moment.
    /// 2. Delete in batches, each a transaction of its own, so that nobody waits long and nothing done is lost.
    /// 3. Count what is left.
    /// </summary>
    public async Task<OutboxCleanupRetentionResponse> CleanAsync(OutboxCleanupRetentionRequest request, Call<TSession> call, CancellationToken cancellationToken)
    {
        if (FaultOf(request) is { } fault)
        {
            return Envelope.Failure<OutboxCleanupRetentionResponse>([fault]);
        }

        // 1
        var statuses = request.Statuses.Count == 0 ? ["processed"] : request.Statuses;
        OutboxDefinition outbox;
        DateTimeOffset cutoff;
        long old;
        await using (var session = await call.Connection.OpenAsync(SessionMode.Read, cancellationToken))
        {
            outbox = await FindAsync(session, request.Outbox, request.Schema, cancellationToken);
            if (await dialect.CountAsync(session, outbox, cancellationToken) is null)
            {
                return Envelope.Failure<OutboxCleanupRetentionResponse>(
                    [Diagnostic.Error(DiagnosticCodes.Operation, $"there is no outbox \"{outbox.Name}\"", "Name one with outbox, or describe it as a stream_outbox and apply.")]);
            }

            var hours = request.RetentionHours ?? ((request.RetentionDays ?? outbox.RetentionDays ?? DefaultRetentionDays) * 24);
            cutoff = time.GetUtcNow() - TimeSpan.FromHours(hours);
            old = await dialect.CountOldAsync(session, outbox, statuses, cutoff, cancellationToken);
        }

        if (request.DryRun)
        {
            return new OutboxCleanupRetentionResponse { Success = true, DryRun = true, Cutoff = cutoff, DeletedCount = old };
        }

        // 2
        var (deleted, batches) = (0L, 0);
        while (deleted < old && batches < (request.MaxBatches ?? MaxBatches))
        {
            await using var session = await call.Connection.OpenAsync(SessionMode.Write, cancellationToken);
            var gone = await dialect.DeleteOldAsync(session, outbox, statuses, cutoff, request.BatchSize ?? DefaultBatch, cancellationToken);
            await session.CommitAsync(cancellationToken);
            if (gone == 0)
            {
                break;
            }

            deleted += gone;
            batches++;
        }

        // 3
        return new OutboxCleanupRetentionResponse { Success = true, Cutoff = cutoff, DeletedCount = deleted, RemainingCount = Math.Max(0, old - deleted), Batches = batches };
    }

    /// <summary>What is recorded under the name; else whatever table is called so.</summary>
    private async Task<OutboxDefinition> FindAsync(TSession session, string? name, string? schema, CancellationToken cancellationToken)
    {
        name = string.IsNullOrEmpty(name) ? DefaultName : name;
        var recorded = await dialect.ReadRecordsAsync(session, StreamTypes.Outbox, [name], cancellationToken);
        return recorded.Count > 0
            ? OutboxDefinition.Read(recorded[0])
            : new OutboxDefinition { Name = name, Table = name, Schema = dialect.DefaultSchema is null ? null : string.IsNullOrEmpty(schema) ? dialect.DefaultSchema : schema };
    }

    private static Diagnostic? FaultOf(OutboxCleanupRetentionRequest request) => request switch
    {
        { RetentionDays: not null, RetentionHours: not null } => Fault("retention_hours", "retention_days and retention_hours are both given", "Send one of them."),
        { RetentionDays: < 0 or > 36500 } => Fault("retention_days", "retention_days is 0 to 36500"),
        { RetentionHours: < 0 or > 876000 } => Fault("retention_hours", "retention_hours is 0 to 876000"),
        { BatchSize: < 1 or > MaxBatch } => Fault("batch_size", $"batch_size is 1 to {MaxBatch}"),
        { MaxBatches: < 1 } => Fault("max_batches", "max_batches is at least 1"),
        _ when request.Statuses.FirstOrDefault(status => !Settled.Contains(status)) is { } unknown =>
            Fault("statuses", $"messages that are \"{unknown}\" are not deleted", $"It is of {string.Join(", ", Settled)}: what is pending is never deleted."),
        _ => null,
    };

    private static Diagnostic Fault(string member, string summary, string? detail = null) =>
        Diagnostic.Error(DiagnosticCodes.InvalidValue, summary, detail) with { Attribute = AttributePath.Of(member) };
}
