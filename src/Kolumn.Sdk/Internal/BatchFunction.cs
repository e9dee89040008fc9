using System.Text.Json.Nodes;
using Kolumn.Protocol;
using Kolumn.Protocol.Payloads;
using Kolumn.Sdk.Internal.Transactions;

namespace Kolumn.Sdk.Internal;

/// <summary>
/// BatchOperation: several functions in one call.
/// <list type="number">
/// <item>refuse what no batch can be: too long, an unknown mode, a function that cannot be part of one;</item>
/// <item>atomic: begin a transaction and send its id along with every operation;</item>
/// <item>call one function after the other; what comes after a failure is not called, unless the batch goes on regardless;</item>
/// <item>atomic: commit, or roll back and say of every operation that it did not happen.</item>
/// </list>
/// </summary>
/// <param name="levels">The provider's isolation levels; none: it has no transactions, and no atomic batches.</param>
/// <param name="run">Calls a function that the provider has.</param>
internal sealed class BatchFunction<TSession>(
    IReadOnlyList<string> levels, bool ddlTransactional, Func<string, bool> exists, BatchFunction<TSession>.Runner run)
    where TSession : IProviderSession
{
    public const int MaxOperations = 1000;

    // A batch is one call: it needs no longer than one.
    private static readonly TimeSpan IdleLimit = TimeSpan.FromMinutes(10);

    private static readonly string[] Modes = [BatchModes.Atomic, BatchModes.Sequential, BatchModes.BestEffort];

    private static readonly string[] NotInABatch =
        [FunctionNames.BatchOperation, FunctionNames.BeginTransaction, FunctionNames.CommitTransaction, FunctionNames.RollbackTransaction];

    private static readonly string[] WithTransaction =
    [
        FunctionNames.CreateResource, FunctionNames.ReadResource, FunctionNames.UpdateResource, FunctionNames.DeleteResource, FunctionNames.Plan, FunctionNames.Apply,
        FunctionNames.PlanMigration, FunctionNames.ApplyMigration, FunctionNames.RollbackMigration,
    ];

    /// <exception cref="ProviderCallException">As of the function.</exception>
    public delegate Task<ReadOnlyMemory<byte>> Runner(string function, ReadOnlyMemory<byte> input, Call<TSession> call, CancellationToken cancellationToken);

    public async Task<BatchResponse> RunAsync(BatchRequest request, Call<TSession> call, CancellationToken cancellationToken)
    {
        var mode = string.IsNullOrEmpty(request.Mode) ? BatchModes.Sequential : request.Mode;
        if (FaultsOf(request, mode) is { Count: > 0 } faults) // 1
        {
            return Envelope.Failure<BatchResponse>(faults);
        }

        if (mode != BatchModes.Atomic)
        {
            var stop = request.StopOnError ?? mode == BatchModes.Sequential;
            return Answer(await CallAllAsync(request.Operations, null, stop, call, cancellationToken), null, rolledBack: false); // 3
        }

        var transaction = await call.Transactions.BeginAsync(levels[0], readOnly: false, IdleLimit, cancellationToken); // 2
        try
        {
            var results = await CallAllAsync(request.Operations, transaction.Id, stop: true, call, cancellationToken); // 3
            if (results.TrueForAll(r => r.Success))
            {
                await transaction.CommitAsync(cancellationToken); // 4
                return Answer(results, null, rolledBack: false);
            }

            return Answer(TakeBack(results), null, rolledBack: true);
        }
        catch (ProviderException refused)
        {
            var lost = refused is not StatementFailedException;
            var results = request.Operations.Select((o, i) => ResultOf(o, i) with { Error = refused.Diagnostic.ToString() }).ToList();
            return Answer(results, refused.Diagnostic, rolledBack: !lost);
        }
        finally
        {
            await EndAsync(transaction);
        }
    }

    private List<Diagnostic> FaultsOf(BatchRequest request, string mode)
    {
        if (!Modes.Contains(mode))
        {
            return [Fault(AttributePath.Of("mode"), $"there is no mode \"{mode}\"", $"It is one of {string.Join(", ", Modes)}.")];
        }

        if (mode == BatchModes.Atomic && !(levels.Count > 0 && ddlTransactional))
        {
            return [Fault(AttributePath.Of("mode"), "this database cannot take several changes back together", "Use sequential, which stops at the first failure.")];
        }

        if (request.Operations.Count > MaxOperations)
        {
            return [Diagnostic.Error("REQUEST_TOO_LARGE", $"the batch holds {request.Operations.Count} operations, {MaxOperations} is the limit", "Apply takes more resources in one call.")];
        }

        var faults = new List<Diagnostic>();
        for (var index = 0; index < request.Operations.Count; index++)
        {
            var function = request.Operations[index].Function;
            var place = AttributePath.Of("operations").Element(index).Member("function");
            if (!exists(function))
            {
                faults.Add(Fault(place, $"unsupported function: {function}", null));
            }
            else if (NotInABatch.Contains(function) || (mode == BatchModes.Atomic && !WithTransaction.Contains(function)))
            {
                faults.Add(Fault(place, $"{function} cannot be part of {(NotInABatch.Contains(function) ? "a" : "an atomic")} batch", "Call it by itself."));
            }
        }

        return faults;
    }

    private async Task<List<BatchResult>> CallAllAsync(
        IReadOnlyList<BatchStep> steps, string? transactionId, bool stop, Call<TSession> call, CancellationToken cancellationToken)
    {
        var results = new List<BatchResult>(steps.Count);
        BatchResult? failed = null;
        for (var index = 0; index < steps.Count; index++)
        {
            var result = stop && failed is not null
                ? ResultOf(steps[index], index) with { Error = $"not called: {Name(failed)} failed" }
                : await CallAsync(steps[index], index, transactionId, call, cancellationToken);
            failed ??= result.Success ? null : result;
            results.Add(result);
        }

        return results;
    }

    private async Task<BatchResult> CallAsync(BatchStep step, int index, string? transactionId, Call<TSession> call, CancellationToken cancellationToken)
    {
        var input = (JsonObject?)step.Input?.DeepClone() ?? [];
        if (transactionId is not null)
        {
            input["transaction_id"] = transactionId;
        }

        try
        {
            var output = PayloadJson.Read<JsonObject>((await run(step.Function, PayloadJson.Write(input), call, cancellationToken)).Span);
            var answer = PayloadJson.FromNode<Envelope>(new JsonObject { ["success"] = output["success"]?.DeepClone(), ["error"] = output["error"]?.DeepClone() });
            return ResultOf(step, index) with { Success = answer.Success, Output = output, Error = answer.Success ? null : answer.Error ?? $"{step.Function} failed" };
        }
        catch (ProviderCallException failure)
        {
            return ResultOf(step, index) with { Error = failure.Message };
        }
    }

    private static List<BatchResult> TakeBack(List<BatchResult> results)
    {
        var culprit = results.Find(r => !r.Success)!;
        return [.. results.Select(r => r.Success ? r with { Success = false, Error = $"rolled back because {Name(culprit)} failed" } : r)];
    }

    private static BatchResponse Answer(List<BatchResult> results, Diagnostic? failure, bool rolledBack)
    {
        var failed = results.Count(r => !r.Success);
        failure ??= failed == 0 ? null : Diagnostic.Error(
            DiagnosticCodes.Operation, $"{failed} of {results.Count} operations failed", results.Find(r => !r.Success && r.Error is not null)?.Error);
        return (failure is null ? new BatchResponse { Success = true } : Envelope.Failure<BatchResponse>([failure])) with
        {
            Results = results,
            Succeeded = results.Count - failed,
            Failed = failed,
            RolledBack = rolledBack,
        };
    }

    private static async Task EndAsync(OpenTransaction<TSession> transaction)
    {
        try
        {
            await transaction.RollbackAsync(TransactionEnd.RolledBack, CancellationToken.None);
        }
        catch (ProviderException)
        {
            // It has ended: by its commit, or with its connection.
        }
    }

    private static BatchResult ResultOf(BatchStep step, int index) => new() { Id = step.Id, Index = index, Function = step.Function };

    private static string Name(BatchResult result) => result.Id is { Length: > 0 } id ? id : $"operation {result.Index}";

    private static Diagnostic Fault(AttributePath place, string summary, string? detail) =>
        Diagnostic.Error(DiagnosticCodes.InvalidValue, summary, detail) with { Attribute = place };
}
