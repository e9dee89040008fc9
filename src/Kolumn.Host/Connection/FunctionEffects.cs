using Kolumn.Protocol;

namespace Kolumn.Host.Connection;

/// <summary>Which functions only read: those may be sent again after a crash. Every other one may have changed something.</summary>
internal static class FunctionEffects
{
    private static readonly HashSet<string> Reading = new(StringComparer.Ordinal)
    {
        FunctionNames.ReadResource,
        FunctionNames.DiscoverResources,
        FunctionNames.Plan,
        FunctionNames.GetState,
        FunctionNames.SetState,
        FunctionNames.Ping,
        FunctionNames.Version,
        FunctionNames.DetectDrift,
        FunctionNames.ValidateState,
        FunctionNames.GetAuditLog,
        FunctionNames.DiscoverDatabase,
        FunctionNames.Introspect,
        FunctionNames.PlanMigration,
        FunctionNames.OutboxHealthMetrics,

        // Of the specification's later tiers.
        "GetTypeConversion",
    };

    /// <remarks>SetState counts as reading: it replaces what the provider's memory holds, and a restarted provider has none.</remarks>
    public static bool IsRead(string function) => Reading.Contains(function);
}
