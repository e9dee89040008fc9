using Kolumn.Compliance.Rules;

namespace Kolumn.Compliance.Checks;

/// <summary>Every check, in the order of its running.</summary>
internal static class CheckTable
{
    /// <summary>Before all others, which go by what it finds.</summary>
    public static Check Schema { get; } = new(false, SchemaChecks.ReadAsync, RuleTable.Starts, RuleTable.QuietStart, RuleTable.SchemaAnswers, RuleTable.SchemaStable);

    public static IReadOnlyList<Check> All { get; } =
    [
        new(false, SchemaChecks.InspectAsync, RuleTable.SchemaTypes, RuleTable.SchemaSensitive, RuleTable.SchemaConfig),
        new(false, FunctionChecks.AdvertisedAsync, RuleTable.Advertises, RuleTable.ProfileFunctions, RuleTable.ProfileTypes),
        new(false, ConfigureChecks.BeforeAsync, RuleTable.NeedsConfiguration),
        new(false, ChaosChecks.AloneAsync, RuleTable.Alone),
        new(true, SchemaChecks.CompareConfiguredAsync, RuleTable.ConfigureAccepts, RuleTable.SchemaStable),
        new(true, ConfigureChecks.InvalidAsync, RuleTable.ConfigureValidates),
        new(true, FunctionChecks.RoutedAsync, RuleTable.Routes, RuleTable.Unadvertised),
        new(true, FunctionChecks.UnknownAsync, RuleTable.UnknownFunction),
        new(true, FunctionChecks.AboutAsync, RuleTable.Ping, RuleTable.Version),
        new(true, ResourceChecks.LivesAsync, ResourceChecks.Rules),
        new(true, PlanFaultChecks.UnknownTypeAsync, RuleTable.UnknownType),
        new(true, PlanFaultChecks.InvalidAsync, RuleTable.Validates),
        new(true, PlanChecks.TogetherAsync, PlanChecks.Rules),
        new(true, PlanFaultChecks.CycleAsync, RuleTable.PlanCycle, RuleTable.PlanAction),
        new(true, PlanFaultChecks.TruthAsync, RuleTable.ApplyTruth),
        new(true, StateChecks.RoundTripAsync, StateChecks.Rules),
        new(true, StateChecks.ValidateAsync, RuleTable.ValidatesState),
        new(true, AuditChecks.AuditAsync, RuleTable.Audit),
        new(true, AuditChecks.BatchAsync, RuleTable.BatchStops),
        new(true, TransactionChecks.RunAsync, TransactionChecks.Rules),
        new(true, MigrationChecks.RunAsync, MigrationChecks.Rules),
        new(true, OutboxChecks.RunAsync, RuleTable.OutboxHealth, RuleTable.OutboxCleanup, RuleTable.OutboxLoad, RuleTable.OutboxEvents),
        new(true, HostileChecks.MalformedAsync, RuleTable.HostileJson),
        new(true, HostileChecks.OversizedAsync, RuleTable.HostileDepth, RuleTable.HostileSize),
        new(true, HostileChecks.ForgivingAsync, RuleTable.Forgiving, RuleTable.HostileDuplicates, RuleTable.HostileTypes),
        new(true, HostileChecks.InjectAsync, RuleTable.Injection),
        new(true, SecretChecks.ConfigureAsync, RuleTable.SecretAnswers, RuleTable.SecretLogs),
        new(true, CrowdChecks.ReadAsync, RuleTable.ConcurrentReads),
        new(true, CrowdChecks.WriteAsync, RuleTable.ConcurrentChanges),
        new(true, CrowdChecks.CancelAsync, RuleTable.Cancels),
        new(true, CrowdChecks.DeadlineAsync, RuleTable.Deadlines),
        new(true, CrowdChecks.BurstAsync, RuleTable.Burst),
        new(true, ChaosChecks.SlowAsync, RuleTable.Slow),
        new(true, ChaosChecks.LifelineAsync, RuleTable.Lifeline, RuleTable.Terminates),
        new(true, ChaosChecks.KillAsync, RuleTable.Killed),
        new(true, ConfigureChecks.AgainAsync, RuleTable.ConfigureAgain),
        new(true, EndChecks.CloseAsync, RuleTable.CloseTwice, RuleTable.Stops),
    ];
}
