using Kolumn.Protocol;
using Kolumn.Protocol.Payloads;
using Kolumn.Sdk.Engine;
using Kolumn.Sdk.Internal;
using Kolumn.Sdk.Telemetry;

namespace Kolumn.Sdk.Migrations;

/// <summary>
/// PlanMigration, ApplyMigration and RollbackMigration. The two that change something go one way:
/// <list type="number">
/// <item>refuse what can be refused without the database;</item>
/// <item>open a session that will write, and wait for the turn in it;</item>
/// <item>look the migration up: what is done already is a success that does nothing;</item>
/// <item>plan, and refuse before anything is touched;</item>
/// <item>run, write the ledger, commit: all of it happens or nothing, but for databases that commit each change by themselves, where a run is
/// journalled and goes on where it came to a stop (<see cref="JournalledRun{TSession}"/>);</item>
/// <item>a failure is written down afterwards, in a session of its own.</item>
/// </list>
/// </summary>
internal sealed class MigrationFunctions<TSession>(
    ResourceTypes<TSession> types,
    PlanPreparation<TSession> preparation,
    MigrationMeans<TSession> means,
    string source,
    ProviderLoggers loggers,
    SecretScrubber scrubber,
    Action<ProviderEvent> publish,
    TimeProvider time)
    where TSession : IProviderSession
{
    private readonly MigrationPlanner<TSession> _planner = new(types, preparation, means);
    private readonly MigrationTables<TSession> _tables = new(means.Tables);
    private readonly MigrationHistory<TSession> _history = new(types, means.Ledger);
    private readonly MigrationLedger<TSession> _ledger = new(means.Ledger, source, scrubber, time);

    private MigrationAttempt<TSession> Attempt => new(means, _ledger, loggers, scrubber, time);

    public async Task<MigrationPlanResponse> PlanAsync(MigrationRequest request, Call<TSession> call, CancellationToken cancellationToken)
    {
        if (request.Migrations is { } asked)
        {
            return await _history.ReadAsync(asked, call, cancellationToken);
        }

        if (MigrationChecks.FaultsOf(request, means) is { Count: > 0 } faults)
        {
            return Refuse<MigrationPlanResponse>(request, faults, null, null);
        }

        var checksum = MigrationChecks.ChecksumOf(request, types.FullName);
        await using var lease = await call.OpenAsync(SessionMode.Read, request.TransactionId, cancellationToken);
        var record = await _ledger.FindAsync(lease.Session, request.MigrationId, cancellationToken);
        if (record is { Status: MigrationStatuses.Applied })
        {
            // What it did is in the ledger; planned against what it left, it would look like something else.
            return record.Checksum != checksum ? Refuse<MigrationPlanResponse>(request, [MigrationRefusals.Changed(record, checksum)], record.Status, checksum) : new MigrationPlanResponse
            {
                Success = true,
                MigrationId = request.MigrationId,
                Status = record.Status,
                Checksum = checksum,
                Warnings = [$"it was applied at {record.ChangedAt:u}: applying it again does nothing"],
            };
        }

        if (MigrationLedger<TSession>.Begun(record) is { Count: > 0 } begun)
        {
            var left = begun.Where(step => !step.IsComplete).ToList();
            return MigrationRefusals.ToGoOn(record!, checksum) is { } obstacle ? Refuse<MigrationPlanResponse>(request, [obstacle], record!.Status, checksum) : new MigrationPlanResponse
            {
                Success = true,
                MigrationId = request.MigrationId,
                Status = record!.Status,
                Checksum = checksum,
                Steps = [.. left.Select(step => step.ToPayload())],
                DataLossRisk = left.Exists(step => step.LosesData),
                RiskLevel = MigrationRisk.Highest(left.Select(step => step.RiskLevel)),
                Warnings = [$"it has begun: applying it goes on with step {left.FirstOrDefault()?.Order}"],
            };
        }

        var plan = await _planner.PlanAsync(lease.Session, request, cancellationToken);
        var answer = plan.Diagnostics.Count > 0 ? Envelope.Failure<MigrationPlanResponse>(plan.Diagnostics) : new MigrationPlanResponse { Success = true };
        return answer with
        {
            MigrationId = request.MigrationId,
            Status = record?.Status ?? MigrationStatuses.Pending,
            Checksum = checksum,
            Steps = [.. plan.Steps.Select(s => s.ToPayload(request.WantsBackup()))],
            DataLossRisk = plan.Steps.Any(s => s.LosesData),
            RiskLevel = MigrationRisk.Highest(plan.Steps.Select(s => s.RiskLevel)),
            Prechecks = plan.Prechecks,
            EstimatedRows = await _tables.EstimateAsync(lease.Session, plan.Steps, cancellationToken),
            Warnings = [.. WarningsOf(plan)],
        };
    }

    public async Task<MigrationApplyResponse> ApplyAsync(MigrationRequest request, Call<TSession> call, CancellationToken cancellationToken)
    {
        var start = time.GetTimestamp();
        if (MigrationChecks.FaultsOf(request, means) is { Count: > 0 } faults) // 1
        {
            return Refuse<MigrationApplyResponse>(request, faults, null, null);
        }

        var checksum = MigrationChecks.ChecksumOf(request, types.FullName);
        MigrationApplyResponse Failed(ProviderException failure) => Refuse<MigrationApplyResponse>(request, [failure.Diagnostic], MigrationStatuses.Failed, checksum);
        return await Attempt.RunAsync(request, checksum, call, Failed, WorkAsync, cancellationToken); // 2, 6

        async Task<MigrationApplyResponse> WorkAsync(SessionLease<TSession> lease, MigrationRecord? record, CancellationToken token)
        {
            var begun = MigrationLedger<TSession>.Begun(record);
            if (record is { Status: MigrationStatuses.Applied }) // 3
            {
                return record.Checksum != checksum ? Refuse<MigrationApplyResponse>(request, [MigrationRefusals.Changed(record, checksum)], record.Status, checksum) : new MigrationApplyResponse
                {
                    Success = true, MigrationId = request.MigrationId, Status = record.Status, Checksum = checksum, AlreadyApplied = true, Duration = Elapsed(start),
                };
            }

            // What has begun goes on as it was planned: planned against what it left, it would look like something else.
            if (begun.Count > 0 && MigrationRefusals.ToGoOn(record!, checksum) is { } obstacle)
            {
                return Refuse<MigrationApplyResponse>(request, [obstacle], record!.Status, checksum);
            }

            await _tables.LockAsync(lease.Session, request, token);
            var plan = begun.Count > 0 ? PlannedMigration.GoingOn : await _planner.PlanAsync(lease.Session, request, token); // 4
            if (plan.Diagnostics.Count > 0)
            {
                return Refuse<MigrationApplyResponse>(request, plan.Diagnostics, record?.Status ?? MigrationStatuses.Pending, checksum);
            }

            var answer = new MigrationApplyResponse { Success = true, MigrationId = request.MigrationId, Checksum = checksum, Warnings = [.. WarningsOf(plan)] };
            if (request.Options is { DryRun: true })
            {
                return answer with { Status = record?.Status ?? MigrationStatuses.Pending, Duration = Elapsed(start) };
            }

            IReadOnlyList<LedgerStep> done;
            try
            {
                done = Journalled(lease.Session, request, MigrationActions.Migrate, steps => _ledger.SaveStatement(request, checksum, MigrationStatuses.Applying, steps, time.GetElapsedTime(start), null)) is { } journalled
                    ? await journalled.ApplyAsync(begun.Count > 0 ? begun : JournalledRun<TSession>.Begin(plan), request.WantsBackup(), token)
                    : await new MigrationRun<TSession>(lease.Session, types, means, time).ApplyAsync(plan, request.WantsBackup(), token); // 5
                await _ledger.SaveAsync(lease.Session, request, checksum, MigrationStatuses.Applied, done, time.GetElapsedTime(start), null, token);
                await CommitAsync(lease, call, request, MigrationActions.Migrate, done, token);
            }
            catch (ProviderException refused)
            {
                throw new MigrationFailedException(refused.Diagnostic, refused);
            }

            return answer with
            {
                Status = MigrationStatuses.Applied,
                ExecutedSteps = [.. done.Select(s => s.ToPayload())],
                BackupPath = done.SelectMany(s => s.Backups).Select(b => b.Place).ToList() is { Count: > 0 } places ? string.Join(", ", places) : null,
                Duration = Elapsed(start),
            };
        }
    }

    public async Task<MigrationRollbackResponse> RollbackAsync(MigrationRequest request, Call<TSession> call, CancellationToken cancellationToken)
    {
        var start = time.GetTimestamp();
        if (MigrationChecks.FaultsOfCall(request, MigrationChecks.Backward) is { Count: > 0 } faults) // 1
        {
            return Refuse<MigrationRollbackResponse>(request, faults, null, null);
        }

        MigrationRollbackResponse Failed(ProviderException failure) => Refuse<MigrationRollbackResponse>(
            request, [failure.Diagnostic], means.Journal is not null ? MigrationStatuses.RollingBack : MigrationStatuses.Applied, null);
        return await Attempt.RunAsync(request, null, call, Failed, WorkAsync, cancellationToken); // 2, 6

        async Task<MigrationRollbackResponse> WorkAsync(SessionLease<TSession> lease, MigrationRecord? record, CancellationToken token)
        {
            if (record is null) // 3
            {
                return Refuse<MigrationRollbackResponse>(request, [MigrationRefusals.Unknown(request)], MigrationStatuses.Pending, null);
            }

            var answer = new MigrationRollbackResponse { Success = true, MigrationId = request.MigrationId, Status = record.Status, Checksum = record.Checksum };
            var begun = MigrationLedger<TSession>.Begun(record);
            if (record.Status != MigrationStatuses.Applied && begun.Count == 0)
            {
                return answer with { Warnings = [$"there is nothing to undo: it is {record.Status.Replace('_', ' ')}"], Duration = Elapsed(start) };
            }

            var steps = begun.Count > 0 ? [.. begun.Where(step => step.HasBegun)] : MigrationLedger<TSession>.StepsOf(record);
            if (MigrationRefusals.ToUndo(steps, request).ToList() is { Count: > 0 } obstacles) // 4
            {
                return Refuse<MigrationRollbackResponse>(request, obstacles, record.Status, record.Checksum);
            }

            if (request.Options is { DryRun: true })
            {
                return answer with { Duration = Elapsed(start) };
            }

            try
            {
                var known = request with { Description = record.Description };
                var undoing = Journalled(lease.Session, request, MigrationActions.Rollback, left => _ledger.SaveStatement(known, record.Checksum, MigrationStatuses.RollingBack, left, time.GetElapsedTime(start), null)) is { } journalled
                    ? journalled.UndoAsync(steps, isWhole: record.Status == MigrationStatuses.Applied, force: request.Options is { AllowDataLoss: true }, token)
                    : new MigrationRun<TSession>(lease.Session, types, means, time).UndoAsync(steps, token); // 5
                await undoing;
                await _ledger.SaveAsync(lease.Session, known, record.Checksum, MigrationStatuses.RolledBack, steps, time.GetElapsedTime(start), null, token);
                await CommitAsync(lease, call, request, MigrationActions.Rollback, steps, token);
            }
            catch (ProviderException refused)
            {
                throw new MigrationFailedException(refused.Diagnostic, refused);
            }

            return answer with { Status = MigrationStatuses.RolledBack, RolledBackSteps = [.. steps.Reverse().Select(s => s.ToPayload())], Duration = Elapsed(start) };
        }
    }

    private async Task CommitAsync(SessionLease<TSession> lease, Call<TSession> call, MigrationRequest request, string action, IReadOnlyList<LedgerStep> steps, CancellationToken cancellationToken)
    {
        var entry = call.Audit.Migrated(request.MigrationId, action, steps.Sum(s => s.Forward.Count), steps.SelectMany(s => s.Hazards).Select(h => h.Name), null);
        var unrecorded = await call.Audit.RecordAsync(lease.Session, [entry], cancellationToken);

        // Cancelling a commit would leave nobody knowing whether it happened.
        await lease.CommitAsync(CancellationToken.None);
        lease.OnceCertain(() => call.Audit.Committed(unrecorded is null ? 1 : 0));
        Log.MigrationDone(loggers.Handler, request.MigrationId, action, steps.Count);
    }

    /// <summary>null where a migration happens as a whole.</summary>
    private JournalledRun<TSession>? Journalled(TSession session, MigrationRequest request, string action, Func<IReadOnlyList<LedgerStep>, Statement> save) =>
        means.Journal is null ? null : new JournalledRun<TSession>(session, types, means, save, (step, progress) => Report(request, action, step, progress), time);

    private void Report(MigrationRequest request, string action, LedgerStep step, BatchProgress progress) => publish(new ProviderEvent
    {
        Type = "progress",
        Address = $"migration.{request.MigrationId}",
        Stage = action,
        Current = progress.Changed,
        Total = Math.Max(progress.Changed, action == MigrationActions.Migrate ? step.Expected ?? 0 : step.Progress?.Changed ?? 0),
        Message = step.Description,
    });

    private static IEnumerable<string> WarningsOf(PlannedMigration plan) =>
        plan.Steps.Where(s => s.Rollback is null).Select(s => $"step {s.Order} cannot be undone: it has no rollback_sql");

    private static T Refuse<T>(MigrationRequest request, IReadOnlyList<Diagnostic> faults, string? status, string? checksum)
        where T : MigrationResponse, new() => Envelope.Failure<T>(faults) with { MigrationId = request.MigrationId, Status = status, Checksum = checksum };

    private long Elapsed(long start) => (long)time.GetElapsedTime(start).TotalNanoseconds;
}
