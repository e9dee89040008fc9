namespace Kolumn.Compliance.Rules;

/// <summary>Every rule there is: docs/verify.md is made from this table.</summary>
public static partial class RuleTable
{
    /// <summary>In the order in which they are reported.</summary>
    /// <remarks>Made when it is asked for: the rules are in other files, which may be initialised after this one.</remarks>
    public static IReadOnlyList<Rule> All => field ??=
    [
        Starts, QuietStart, Alone, Lives,
        SchemaAnswers, SchemaTypes, SchemaStable, SchemaSensitive, SchemaConfig,
        ConfigureAccepts, ConfigureValidates, ConfigureAgain, NeedsConfiguration,
        Advertises, ProfileFunctions, ProfileTypes, Routes, Unadvertised, UnknownFunction,
        Envelope, SaysWhy, ErrorCode, Ping, Version,
        ReadAbsent, Creates, Reads, TypeSpelling, Discovers, CreatesAgain, Conflict, Updates, UpdatesAgain, Deletes, DeletesAgain, Restores, Purges,
        UnknownType, Validates,
        PlanOrders, PlanOnlyReads, PlanRepeats, PlanEmpty, PlanChanges, PlanCycle, PlanAction, ApplyCreates, ApplyUpdates, ApplyDeletes, ApplyAgain, ApplySummary, ApplyStale, ApplyTruth,
        StateEmpty, StateReturns, StateRefuses, StateOld, StateFollows, ValidatesState, DriftInSync, DriftSees, DriftMissing,
        Audit, BatchStops,
        TransactionRollsBack, TransactionCommits, TransactionFailure, TransactionEnds,
        MigrationPlans, MigrationDryRun, MigrationApplies, MigrationOnce, MigrationRollsBack, MigrationUnknown,
        OutboxHealth, OutboxCleanup, OutboxLoad, OutboxEvents,
        HostileJson, HostileDepth, HostileSize, HostileDuplicates, HostileTypes, Forgiving, Injection,
        SecretAnswers, SecretLogs,
        ConcurrentReads, ConcurrentChanges, Cancels, Deadlines, Burst, Slow, Lifeline, Terminates, Killed, Quiet,
        CloseTwice, Stops,
    ];

    /// <summary>Rules by id or by group, <c>schema</c> for all that begin with <c>schema.</c></summary>
    public static IReadOnlyList<Rule> Find(string name) =>
        [.. All.Where(r => r.Id == name || r.Id.StartsWith(name + ".", StringComparison.Ordinal))];
}
