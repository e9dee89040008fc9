using System.Text.Json.Nodes;
using Kolumn.Protocol;
using Kolumn.Protocol.Payloads;
using Kolumn.Sdk.Engine;
using Kolumn.Sdk.Sql;

namespace Kolumn.Sdk.Migrations;

/// <summary>
/// Makes steps of what a migration asks for:
/// <list type="number">
/// <item>statements that somebody wrote are looked at for what they may do, operations and states are computed;</item>
/// <item>what has to be true is asked;</item>
/// <item>losses must be allowed, and copies of what is lost possible where they are wanted.</item>
/// </list>
/// </summary>
internal sealed class MigrationPlanner<TSession>(ResourceTypes<TSession> types, PlanPreparation<TSession> preparation, MigrationMeans<TSession> means)
    where TSession : IProviderSession
{
    public async Task<PlannedMigration> PlanAsync(TSession session, MigrationRequest request, CancellationToken cancellationToken)
    {
        var steps = new List<PlannedStep>();
        var diagnostics = new List<Diagnostic>();
        var computed = new ResourceSteps<TSession>(session, types, preparation, means.Tables);
        foreach (var part in Parts(session, request)) // 1
        {
            try
            {
                if (await part(computed, cancellationToken) is { } step)
                {
                    steps.Add(step with { Order = steps.Count + 1 });
                }
            }
            catch (ProviderException refused)
            {
                diagnostics.Add(refused.Diagnostic);
                break; // What follows may rest on it.
            }
        }

        var prechecks = new List<MigrationPrecheck>(computed.Prechecks);
        foreach (var precheck in request.Prechecks) // 2
        {
            var name = precheck.Name.Length > 0 ? precheck.Name : Shorten(precheck.Sql!);
            try
            {
                var answer = await means.Ledger.AskAsync(session, precheck.Sql!, cancellationToken);
                var passed = answer is not (null or "" or "0" or "f" or "false" or "False");
                prechecks.Add(new MigrationPrecheck { Name = name, Passed = passed, Detail = passed ? null : $"the answer is {answer ?? "nothing"}" });
            }
            catch (ProviderException refused)
            {
                // The session may be of no use any more, and the migration goes no further anyway.
                diagnostics.Add(refused.Diagnostic with { Summary = $"precheck \"{name}\" cannot be asked: {refused.Diagnostic.Summary}" });
                return new PlannedMigration(steps, prechecks, diagnostics);
            }
        }

        diagnostics.AddRange(prechecks.Where(p => p.Passed == false).Select(p => Diagnostic.Error(
            DiagnosticCodes.PrecheckFailed, $"precheck \"{p.Name}\" did not pass{(p.Detail is null ? "" : $": {p.Detail}")}", "Nothing was changed.")));
        diagnostics.AddRange(await LossFaultsAsync(session, steps, request, cancellationToken)); // 3
        return new PlannedMigration(steps, prechecks, diagnostics);
    }

    private IEnumerable<Func<ResourceSteps<TSession>, CancellationToken, Task<PlannedStep?>>> Parts(TSession session, MigrationRequest request)
    {
        if (means.Documents is { } documents)
        {
            foreach (var step in MigrationChecks.OperationsOf(request))
            {
                yield return async (_, token) => await BatchedAsync(session, documents, step, request, token);
            }
        }

        if (request.Steps.Count == 0 && (means.Documents is null || MigrationChecks.Holds(request.FromState) || MigrationChecks.Holds(request.ToState)))
        {
            yield return !string.IsNullOrEmpty(request.ToType) || !string.IsNullOrEmpty(request.Column)
                ? (computed, token) => computed.OperateAsync(
                    1,
                    request.Description,
                    MigrationOperations.ChangeType,
                    new() { ["column"] = request.Column, ["from_type"] = request.FromType, ["to_type"] = request.ToType },
                    request,
                    token)
                : (computed, token) => computed.MoveAsync(request, token);
        }

        foreach (var (step, at) in means.Documents is null ? request.Steps.Select((s, at) => (s, at)) : [])
        {
            yield return string.IsNullOrEmpty(step.Operation)
                ? (_, _) => Task.FromResult<PlannedStep?>(Written(step, at + 1))
                : (computed, token) => computed.OperateAsync(at + 1, step.Description, step.Operation, step.Parameters ?? [], request, token);
        }
    }

    private async Task<PlannedStep?> BatchedAsync(TSession session, IBatchedMigrations<TSession> documents, MigrationStep step, MigrationRequest request, CancellationToken cancellationToken)
    {
        var parameters = (JsonObject)(step.Parameters?.DeepClone() ?? new JsonObject());
        var type = ColumnOperation.Text(parameters, "resource_type") ?? request.ResourceType;
        var name = ColumnOperation.Text(parameters, "resource_name") ?? request.ResourceName;
        if (!types.TryResolve(type, out var resolved))
        {
            throw new ProviderException(types.Unresolved(type, null));
        }

        foreach (var member in new[] { "resource_type", "resource_name" })
        {
            parameters.Remove(member);
        }

        var plan = await documents.PlanAsync(session, step.Operation!, new ObjectReference(resolved.Name, name), parameters, request.WantsBackup(), cancellationToken);
        return new PlannedStep
        {
            Order = 1,
            Description = string.IsNullOrEmpty(step.Description) ? plan.Description : step.Description,
            Forward = [plan.Forward],
            Rollback = plan.Rollback is { } rollback ? [rollback] : null,
            RiskLevel = plan.RiskLevel,
            Hazards = plan.Hazards,
            Batched = plan,
        };
    }

    private PlannedStep Written(MigrationStep step, int order)
    {
        var statements = SqlScript.Split(step.Sql!, means.Tables!.Dialect);
        var risks = statements.Select(s => StatementRisk.Of(s, means.Tables!.Dialect)).ToList();
        IReadOnlyList<string> undoing = string.IsNullOrWhiteSpace(step.RollbackSql) ? [] : SqlScript.Split(step.RollbackSql, means.Tables!.Dialect);
        return new PlannedStep
        {
            Order = order,
            Description = string.IsNullOrEmpty(step.Description) ? Shorten(statements[0]) : step.Description,
            Forward = [.. statements.Select(s => new Statement(s))],
            Rollback = undoing.Count == 0 ? null : [.. undoing.Select(s => new Statement(s))],
            RollbackHazards = [.. undoing.SelectMany(s => StatementRisk.Of(s, means.Tables!.Dialect).Hazards)],
            RiskLevel = MigrationRisk.Highest(risks.Select(r => r.Level)),
            Hazards = [.. risks.SelectMany(r => r.Hazards)],
            Losses = [.. risks.SelectMany(r => r.Losses)],
            Tables = [.. risks.SelectMany(r => r.Tables)],
            ChangesRows = risks.Exists(r => r.ChangesRows),
        };
    }

    private async Task<List<Diagnostic>> LossFaultsAsync(TSession session, List<PlannedStep> steps, MigrationRequest request, CancellationToken cancellationToken)
    {
        var faults = new List<Diagnostic>();
        foreach (var step in steps.Where(s => s.LosesData))
        {
            if (request.Options is not { AllowDataLoss: true })
            {
                faults.Add(Diagnostic.Error(
                    DiagnosticCodes.DestroyProtected,
                    $"step {step.Order} loses data: {string.Join("; ", step.Hazards.Where(h => h.Name == HazardNames.DataLoss).Select(h => h.Detail).Distinct())}",
                    "Nothing was changed. Set allow_data_loss if that is meant, and backup_before_migration to be able to take it back."));
            }

            foreach (var loss in request.WantsBackup() ? step.Losses : [])
            {
                if (await FaultOfAsync(loss) is { } fault)
                {
                    faults.Add(fault with { Summary = $"step {step.Order}: {fault.Summary}" });
                }
            }
        }

        return faults;

        async Task<Diagnostic?> FaultOfAsync(RowLoss loss) => means.Backups is { } backups
            ? await backups.FaultOfAsync(session, loss, cancellationToken)
            : Diagnostic.Error(DiagnosticCodes.Operation, "no copy is made of what a changed resource loses", "Delete the resource with Apply, which keeps it in quarantine, or migrate without a backup.");
    }

    private static string Shorten(string text)
    {
        var line = text.ReplaceLineEndings(" ").Trim();
        return line.Length <= 100 ? line : line[..100] + "…";
    }
}

/// <param name="Diagnostics">Why it cannot be applied; empty when it can.</param>
internal sealed record PlannedMigration(IReadOnlyList<PlannedStep> Steps, IReadOnlyList<MigrationPrecheck> Prechecks, IReadOnlyList<Diagnostic> Diagnostics)
{
    /// <summary>Nothing new: what the journal holds is gone on with.</summary>
    public static PlannedMigration GoingOn { get; } = new([], [], []);
}

internal static class MigrationRisk
{
    private static readonly string[] Levels = ["low", "medium", "high", "critical"];

    public static string Highest(IEnumerable<string> levels) => Levels[levels.Select(l => Array.IndexOf(Levels, l)).Append(0).Max()];
}
