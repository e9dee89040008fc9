using System.Text.Json.Nodes;
using Kolumn.Protocol;
using Kolumn.Protocol.Payloads;

namespace Kolumn.Testing;

/// <summary>Requests for migrations, and the calls that take them.</summary>
public static class MigrationCalls
{
    public static MigrationRequest Written(string id, params (string Sql, string? Rollback)[] steps) =>
        new() { MigrationId = id, Steps = [.. steps.Select(s => new MigrationStep { Sql = s.Sql, RollbackSql = s.Rollback })] };

    /// <param name="parameters">JSON.</param>
    public static MigrationStep Operation(string name, string parameters) => new() { Operation = name, Parameters = (JsonObject)JsonNode.Parse(parameters)! };

    public static Task<MigrationPlanResponse> PlanAsync(CalledProvider provider, MigrationRequest request) =>
        provider.CallAsync<MigrationRequest, MigrationPlanResponse>(FunctionNames.PlanMigration, request);

    public static Task<MigrationApplyResponse> ApplyAsync(CalledProvider provider, MigrationRequest request) =>
        provider.CallAsync<MigrationRequest, MigrationApplyResponse>(FunctionNames.ApplyMigration, request);

    public static Task<MigrationRollbackResponse> RollbackAsync(CalledProvider provider, string id, bool allowDataLoss = false) =>
        provider.CallAsync<MigrationRequest, MigrationRollbackResponse>(
            FunctionNames.RollbackMigration, new MigrationRequest { MigrationId = id, Options = new MigrationOptions { AllowDataLoss = allowDataLoss } });
}
