using Kolumn.Protocol;

namespace Kolumn.Compliance;

/// <summary>What a kind of database has to offer: provider specification, sections 3.3 and 14 and appendix A.</summary>
/// <param name="Name">As <c>--profile</c> spells it.</param>
/// <param name="Functions">Beside those that every provider has.</param>
/// <param name="Types">The resource types at least, without the provider's prefix.</param>
public sealed record Profile(string Name, IReadOnlyList<string> Functions, IReadOnlyList<string> Types)
{
    private static readonly string[] Streams = ["stream_sink", "stream_route", "stream_outbox"];

    /// <summary>The functions of section 3.2: one resource at a time, which is what a host can build the others from.</summary>
    public static IReadOnlyList<string> ResourceFunctions { get; } =
    [
        FunctionNames.CreateResource, FunctionNames.ReadResource, FunctionNames.UpdateResource, FunctionNames.DeleteResource, FunctionNames.DiscoverResources,
    ];

    /// <summary>Sections 3.2, 3.4 and 4.3: what the specification demands of every provider.</summary>
    public static IReadOnlyList<string> UniversalFunctions { get; } =
    [
        .. ResourceFunctions,
        FunctionNames.Plan, FunctionNames.Apply, FunctionNames.GetState, FunctionNames.SetState, FunctionNames.Ping, FunctionNames.Version,
        FunctionNames.PlanMigration, FunctionNames.ApplyMigration, FunctionNames.RollbackMigration,
        FunctionNames.OutboxHealthMetrics, FunctionNames.OutboxCleanupRetention,
    ];

    public static IReadOnlyList<Profile> All { get; } =
    [
        new(
            "sql",
            [
                FunctionNames.DetectDrift, FunctionNames.ValidateState, FunctionNames.GetAuditLog,
                FunctionNames.BeginTransaction, FunctionNames.CommitTransaction, FunctionNames.RollbackTransaction,
            ],
            ["schema", "table", "view", "index", "function", "trigger", "sequence", .. Streams]),
        new("analytical", [FunctionNames.DetectDrift, FunctionNames.ValidateState], ["schema", "table", "view", .. Streams]),
        new("nosql", [], Streams),
        new("timeseries", [], ["bucket", "measurement", "retention_policy", "task", "check", "notification_endpoint", .. Streams]),
    ];

    public static Profile? Find(string name) => All.FirstOrDefault(p => p.Name == name);
}
