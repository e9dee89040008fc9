using System.Text.Json.Nodes;
using Kolumn.Protocol;
using Kolumn.Protocol.Payloads;
using Kolumn.Sdk.Engine;
using Kolumn.Sdk.Telemetry;

namespace Kolumn.Sdk.Internal;

/// <summary>Plan, Apply, and the three functions that change one resource, which are an Apply of one.</summary>
internal sealed class PlanFunctions<TSession>(
    ResourceTypes<TSession> types, PlanPreparation<TSession> preparation, ApplyEngine<TSession> engine, LockPatience patience, ProviderLoggers loggers, SecretScrubber scrubber)
    where TSession : IProviderSession
{
    private static readonly TimeSpan RecordLimit = TimeSpan.FromSeconds(10);

    public async Task<PlanResponse> PlanAsync(PlanRequest request, Call<TSession> call, CancellationToken cancellationToken)
    {
        if (TooMany(request) is { } refusal)
        {
            return Envelope.Failure<PlanResponse>([refusal]);
        }

        await using var reading = request.Options is { CheckDatabase: false } ? null : EarlyReading<TSession>.Begin(types, request, call, cancellationToken);
        var prepared = preparation.Prepare(request.Resources, call.Connection.DefaultSchema) with { Quarantine = call.Quarantine };
        if (!prepared.Success)
        {
            return Envelope.Failure<PlanResponse>(prepared.Diagnostics);
        }

        Plan<TSession> plan;
        if (reading is null)
        {
            plan = await PlanEngine<TSession>.PlanWithoutDatabaseAsync(prepared, cancellationToken);
        }
        else
        {
            var lease = await reading.EndAsync();
            plan = await PlanEngine<TSession>.PlanAsync(lease.Session, prepared, reading.Extract, lease.CanContinue, cancellationToken);
        }

        Log.Planned(loggers.Handler, plan.Works.Count, plan.Works.Count(w => w.IsChange));
        return plan.ToPayload();
    }

    public async Task<ApplyResponse> ApplyAsync(PlanRequest request, Call<TSession> call, CancellationToken cancellationToken) =>
        (await RunAsync(request, call, cancellationToken)).Response;

    public async Task<CreateResourceResponse> CreateAsync(CreateResourceRequest request, Call<TSession> call, CancellationToken cancellationToken)
    {
        var (response, plan) = await RunOneAsync(
            new PlanResource { ResourceType = request.ResourceType, Name = request.Name, Config = request.Config, Action = ResourceActions.Create },
            request.TransactionId,
            call,
            cancellationToken);
        return Answer(response, new CreateResourceResponse
        {
            ResourceId = plan?.Works[0].Prepared.Identity,
            State = response.Results.Count > 0 ? response.Results[0].State : null,
            Diagnostics = Notes(response, plan),
        });
    }

    public async Task<UpdateResourceResponse> UpdateAsync(UpdateResourceRequest request, Call<TSession> call, CancellationToken cancellationToken)
    {
        var (response, plan) = await RunOneAsync(
            new PlanResource
            {
                ResourceType = request.ResourceType,
                Name = request.Name,
                Config = request.Config,
                PriorState = request.PriorState,
                Action = ResourceActions.Update,
            },
            request.TransactionId,
            call,
            cancellationToken);
        return Answer(response, new UpdateResourceResponse
        {
            State = response.Results.Count > 0 ? response.Results[0].State : null,
            Changes = plan?.Works[0].Changes,
            Diagnostics = Notes(response, plan),
        });
    }

    public async Task<DeleteResourceResponse> DeleteAsync(DeleteResourceRequest request, Call<TSession> call, CancellationToken cancellationToken)
    {
        var (response, plan) = await RunOneAsync(
            new PlanResource
            {
                ResourceType = request.ResourceType,
                Name = request.Name,
                PriorState = request.State,
                Action = ResourceActions.Delete,
                Force = request.Options?.Force ?? false,
            },
            request.TransactionId,
            call,
            cancellationToken);
        return Answer(response, new DeleteResourceResponse
        {
            QuarantineLocation = plan?.Works[0].QuarantineLocation,
            QuarantineId = plan?.Works[0].QuarantineId,
            BeforeState = plan?.Works[0] is { Actual: { } before, Prepared.Type: var type } ? RecordedState.Write(before, null, type.Schema) : null,
            Diagnostics = Notes(response, plan),
        });
    }

    private Task<(ApplyResponse Response, Plan<TSession>? Plan)> RunOneAsync(
        PlanResource resource, string? transactionId, Call<TSession> call, CancellationToken cancellationToken) =>
        RunAsync(new PlanRequest { Resources = [resource], TransactionId = transactionId }, call, cancellationToken);

    private async Task<(ApplyResponse Response, Plan<TSession>? Plan)> RunAsync(PlanRequest request, Call<TSession> call, CancellationToken cancellationToken)
    {
        if (TooMany(request) is { } refusal)
        {
            return (Envelope.Failure<ApplyResponse>([refusal]), null);
        }

        var prepared = preparation.Prepare(request.Resources, call.Connection.DefaultSchema) with { Quarantine = call.Quarantine };
        if (!prepared.Success)
        {
            return (Envelope.Failure<ApplyResponse>(prepared.Diagnostics), null);
        }

        var (response, plan, failures) = await ApplyAsync(prepared, request, call, cancellationToken);
        await RecordAsync(failures, request.TransactionId, call);
        foreach (var result in response.Results.Where(r => r.Action != ResourceActions.NoOp))
        {
            if (result.Success)
            {
                Log.ResourceDone(loggers.Handler, result.Action, result.Address, result.DurationMs);
            }
            else if (!result.Skipped)
            {
                Log.ResourceFailed(loggers.Handler, result.Action, result.Address, scrubber.Scrub(result.Error ?? ""));
            }
        }

        return (response, plan);
    }

    /// <summary>
    /// A lock that somebody else holds is waited for outside the transaction: whatever was taken before is given back, so that
    /// nobody has to wait for Kolumn meanwhile.
    /// </summary>
    private async Task<ApplyOutcome<TSession>> ApplyAsync(PreparedPlan<TSession> prepared, PlanRequest request, Call<TSession> call, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            var outcome = await TryApplyAsync(prepared, request, call, cancellationToken);
            if (attempt == LockPatience.Attempts || request.TransactionId is not null || Obstacle(outcome.Response) is not { } obstacle)
            {
                return outcome;
            }

            await patience.PauseAsync(obstacle, attempt, cancellationToken);
        }
    }

    /// <summary>What made the database undo everything and may be gone in a moment; null otherwise.</summary>
    private static Diagnostic? Obstacle(ApplyResponse response) => !response.RolledBack
        ? null
        : response.Results.Select(r => r.Diagnostic).FirstOrDefault(LockPatience.IsObstacle);

    private async Task<ApplyOutcome<TSession>> TryApplyAsync(PreparedPlan<TSession> prepared, PlanRequest request, Call<TSession> call, CancellationToken cancellationToken)
    {
        await using var lease = await call.OpenAsync(SessionMode.Write, request.TransactionId, cancellationToken);
        var outcome = await engine.ApplyAsync(lease, call.Audit, prepared, request.PlanHash, cancellationToken);
        var changes = StateChanges(outcome.Response, outcome.Plan);
        lease.OnceCertain(() => call.State.Record(changes, types.FullName));
        return outcome;
    }

    /// <summary>What was rolled back took its entries with it, so failures are recorded afterwards. The caller has its answer already.</summary>
    private async Task RecordAsync(IReadOnlyList<AuditEntry> failures, string? transactionId, Call<TSession> call)
    {
        if (failures.Count == 0)
        {
            return;
        }

        using var limit = new CancellationTokenSource(RecordLimit);
        try
        {
            await using var lease = await call.OpenAsync(SessionMode.Write, transactionId, limit.Token);
            if (await call.Audit.RecordAsync(lease.Session, failures, limit.Token) is null)
            {
                await lease.CommitAsync(limit.Token);
                lease.OnceCertain(() => call.Audit.Committed(failures.Count));
            }
        }
        catch (Exception unrecorded) when (unrecorded is ProviderException or OperationCanceledException)
        {
            Log.FailureNotAudited(loggers.Handler, scrubber.Scrub(unrecorded.Message));
        }
    }

    private static Dictionary<string, ResourceInstance?> StateChanges(ApplyResponse response, Plan<TSession> plan)
    {
        var works = plan.Works.ToDictionary(w => w.Address, StringComparer.Ordinal);
        var changes = new Dictionary<string, ResourceInstance?>(StringComparer.Ordinal);
        foreach (var result in response.Results.Where(r => r.Success && r.Action != ResourceActions.NoOp))
        {
            var prepared = works[result.Address].Prepared;
            var type = prepared.Type.FullName;
            var kept = result.State ?? (result.QuarantineId is null ? null : result.BeforeState);
            changes[new ResourceAddress(type, result.Name).ToString()] = kept is null ? null : new ResourceInstance
            {
                Type = type,
                Name = result.Name,
                Status = result.State is null ? "quarantined" : "active",
                Config = SensitiveValues.Without(prepared.Config ?? [], prepared.Type.Schema.Attributes),
                State = (JsonObject)kept.DeepClone(),
                DependsOn = prepared.Dependencies,
            };
        }

        return changes;
    }

    private static Diagnostic? TooMany(PlanRequest request) =>
        request.Resources.Count <= Limits.MaxResources ? null : Limits.TooManyResources(request.Resources.Count);

    // One resource: the reason why something else was done than asked for is worth a warning.
    private static IReadOnlyList<Diagnostic>? Notes(ApplyResponse response, Plan<TSession>? plan)
    {
        if (!response.Success || plan?.Works[0].Reason is not { } reason)
        {
            return response.Diagnostics;
        }

        var note = Diagnostic.Warning("DIFFERENT_ACTION", $"{plan.Works[0].Action}: {reason}") with { Address = plan.Works[0].Address };
        return [.. response.Diagnostics ?? [], note];
    }

    private static T Answer<T>(ApplyResponse response, T answer)
        where T : Envelope => (T)(answer with { Success = response.Success, Error = response.Error, Code = response.Code, Details = response.Details });
}
