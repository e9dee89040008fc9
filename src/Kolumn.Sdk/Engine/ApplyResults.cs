using System.Text.Json.Nodes;
using Kolumn.Protocol;
using Kolumn.Protocol.Payloads;

namespace Kolumn.Sdk.Engine;

/// <summary>The payload records of what happened.</summary>
internal static class ApplyResults
{
    /// <param name="definition">What exists now; null after a delete.</param>
    public static ApplyResult Succeeded<TSession>(PlannedWork<TSession> work, JsonObject? definition, long durationMs)
        where TSession : IProviderSession => Of(work) with
        {
            Success = true,
            State = definition is null ? null : RecordedState.Write(definition, work.Prepared.DescriptionHash, work.Prepared.Type.Schema, work.Prepared.RenameWishes),
            DurationMs = durationMs,
            QuarantineLocation = work.QuarantineLocation,
            QuarantineId = work.QuarantineId,
            BeforeState = work is { Action: ResourceActions.Delete, IsChange: true, Actual: { } before } ? RecordedState.Write(before, null, work.Prepared.Type.Schema) : null,
        };

    /// <summary>For what needs no change: an equal object, an adopted one, a delete of what is gone.</summary>
    public static ApplyResult Untouched<TSession>(PlannedWork<TSession> work)
        where TSession : IProviderSession => work.Prepared.Request.Action == ResourceActions.NoOp
            ? Of(work) with { Success = true, State = (JsonObject?)work.Prepared.Request.PriorState?.DeepClone() }
            : Succeeded(work, work.Action == ResourceActions.Delete ? null : work.Actual, 0);

    public static ApplyResult Failed<TSession>(PlannedWork<TSession> work, Diagnostic diagnostic, long durationMs)
        where TSession : IProviderSession => Of(work) with
        {
            Error = diagnostic.ToString(),
            Diagnostic = diagnostic with { Address = work.Address },
            DurationMs = durationMs,
        };

    /// <summary>For what was made in part: the state says what there is of it, and not that this is what was described.</summary>
    public static ApplyResult Unfinished<TSession>(PlannedWork<TSession> work, Diagnostic diagnostic, JsonObject? definition, long durationMs)
        where TSession : IProviderSession => Failed(work, diagnostic, durationMs) with
        {
            State = definition is null ? null : RecordedState.Write(definition, null, work.Prepared.Type.Schema),
        };

    public static ApplyResult Skipped<TSession>(PlannedWork<TSession> work, Diagnostic reason)
        where TSession : IProviderSession => Failed(work, reason, 0) with { Skipped = true };

    public static ApplyResponse Response(IReadOnlyList<ApplyResult> results, IReadOnlyList<Diagnostic> warnings, Diagnostic? failure, bool rolledBack)
    {
        var response = failure is null
            ? new ApplyResponse { Success = true, Diagnostics = warnings.Count > 0 ? warnings : null }
            : Envelope.Failure<ApplyResponse>([failure, .. warnings]);
        return response with { Results = results, Summary = Summarise(results), RolledBack = rolledBack };
    }

    private static ApplySummary Summarise(IReadOnlyList<ApplyResult> results)
    {
        int Count(params ReadOnlySpan<string> actions)
        {
            var count = 0;
            foreach (var result in results)
            {
                count += result.Success && actions.Contains(result.Action) ? 1 : 0;
            }

            return count;
        }

        return new ApplySummary
        {
            Created = Count(ResourceActions.Create),
            Updated = Count(ResourceActions.Update, ResourceActions.Replace),
            Deleted = Count(ResourceActions.Delete),
            Unchanged = Count(ResourceActions.NoOp, ResourceActions.Read),
            Failed = results.Count(r => !r.Success),
            Skipped = results.Count(r => r.Skipped),
        };
    }

    private static ApplyResult Of<TSession>(PlannedWork<TSession> work)
        where TSession : IProviderSession => new()
        {
            ResourceType = work.Prepared.Request.ResourceType,
            Name = work.Prepared.Request.Name,
            Address = work.Address,
            Action = work.Action,
        };
}
