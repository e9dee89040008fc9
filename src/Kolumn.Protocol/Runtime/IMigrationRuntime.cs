using Kolumn.Protocol.Payloads;

namespace Kolumn.Protocol.Runtime;

/// <summary>A runtime whose provider may have the migration functions: <see cref="Capabilities.SupportedFunctions"/> tells.</summary>
public interface IMigrationRuntime
{
    /// <summary>What a migration would do, or what the ledger knows of many: <see cref="MigrationRequest.Migrations"/>.</summary>
    Task<MigrationPlanResponse> PlanMigrationAsync(MigrationRequest request, CancellationToken cancellationToken);

    Task<MigrationApplyResponse> ApplyMigrationAsync(MigrationRequest request, CancellationToken cancellationToken);

    Task<MigrationRollbackResponse> RollbackMigrationAsync(MigrationRequest request, CancellationToken cancellationToken);
}
