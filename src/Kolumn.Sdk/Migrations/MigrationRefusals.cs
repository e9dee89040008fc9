using Kolumn.Protocol;
using Kolumn.Protocol.Payloads;

namespace Kolumn.Sdk.Migrations;

/// <summary>Why a migration is refused by what the ledger knows of it: before anything is touched, with what to do instead.</summary>
internal static class MigrationRefusals
{
    /// <summary>null when what has begun can go on.</summary>
    public static Diagnostic? ToGoOn(MigrationRecord record, string checksum) => record switch
    {
        { Status: MigrationStatuses.RollingBack } => Diagnostic.Error(
            DiagnosticCodes.State, $"the rollback of migration {record.MigrationId} has begun and is not at its end", "Nothing was changed. Roll it back, which goes on where that came to a stop."),
        _ when record.Checksum != checksum => Diagnostic.Error(
            DiagnosticCodes.MigrationChanged,
            $"migration {record.MigrationId} has begun as something else and is not at its end",
            $"The ledger has checksum {record.Checksum}, this one has {checksum}. Apply it as it was, or roll back what was done of it and apply it as it is now."),
        _ => null,
    };

    /// <summary>Empty when what these steps did can be undone.</summary>
    public static IEnumerable<Diagnostic> ToUndo(IReadOnlyList<LedgerStep> steps, MigrationRequest request)
    {
        foreach (var step in steps)
        {
            if (step is { Done: not null, IsComplete: false, HasBegun: true, Operation: null } && step.Done < step.Forward.Count)
            {
                yield return Diagnostic.Error(
                    DiagnosticCodes.Irreversible, $"step {step.Order} ({step.Description}) came to a stop after {step.Done} of its {step.Forward.Count} statements", "Nothing was changed. Nothing undoes a part of a step: apply the migration again to finish it, then roll it back.");
            }
            else if (step.Rollback is null)
            {
                yield return Diagnostic.Error(DiagnosticCodes.Irreversible, $"nothing undoes step {step.Order} ({step.Description})", "Nothing was changed. Write a migration that does, or give the step a rollback_sql before it is applied.");
            }
            else if (!step.IsReversible && request.Options is not { AllowDataLoss: true })
            {
                yield return Diagnostic.Error(
                    DiagnosticCodes.Irreversible, $"step {step.Order} ({step.Description}) lost data that was not backed up", "Nothing was changed. Set allow_data_loss to undo the rest of it: the data stays lost.");
            }
            else if (request.Options is not { AllowDataLoss: true } && LossOfUndoing(step) is { } loss)
            {
                yield return Diagnostic.Error(DiagnosticCodes.DestroyProtected, $"undoing step {step.Order} loses what was written since: {loss}", "Nothing was changed. Set allow_data_loss if that is meant.");
            }
        }
    }

    public static Diagnostic Changed(MigrationRecord record, string checksum) => Diagnostic.Error(
        DiagnosticCodes.MigrationChanged,
        $"migration {record.MigrationId} was applied at {record.ChangedAt:u} and did something else",
        $"The ledger has checksum {record.Checksum}, this one has {checksum}. Put the change into a migration of its own.");

    public static Diagnostic Unknown(MigrationRequest request) => Diagnostic.Error(
        DiagnosticCodes.MigrationUnknown, $"there is no migration \"{request.MigrationId}\" in the ledger", "Nothing was changed. Check the id, and the database.");

    // A copy brings back what was there before, and nothing of what came since.
    private static string? LossOfUndoing(LedgerStep step) => step.RollbackHazards.FirstOrDefault(h => h.Name == HazardNames.DataLoss)?.Detail;
}
