using Kolumn.Protocol;
using Kolumn.Protocol.Payloads;

namespace Kolumn.Core.Migrating;

/// <summary>What is to become of a project's migrations.</summary>
public enum MigrateVerb
{
    /// <summary>Tell which are applied.</summary>
    Status,

    /// <summary>Tell what the pending ones would do.</summary>
    Plan,

    /// <summary>Apply the pending ones.</summary>
    Apply,

    /// <summary>Undo the last one, or all down to the target.</summary>
    RollBack,
}

public sealed record MigrateOptions
{
    public required MigrateVerb Verb { get; init; }

    /// <summary>The last one to apply, or the first one applied that is undone; null: all pending ones, or the last one applied.</summary>
    public string? Target { get; init; }

    /// <summary>Has the provider go through everything short of doing it.</summary>
    public bool DryRun { get; init; }

    /// <summary>As of <see cref="ApplyOptions.AllowedHazards"/>.</summary>
    public IReadOnlyCollection<string> AllowedHazards { get; init; } = [];

    /// <summary>Is shown what will be done, if there is something.</summary>
    public Action<IReadOnlyList<PlannedMigration>>? Show { get; init; }

    /// <summary>Asked before anything is done; false turns it down.</summary>
    public Func<CancellationToken, Task<bool>> Approve { get; init; } = _ => Task.FromResult(true);

    internal bool MayLoseData => AllowedHazards.Contains(Hazard.DataLoss);
}

/// <summary>What a run came to.</summary>
/// <param name="Known">Every migration that a block or a ledger names: those of one instance together, in the order in which they are applied.</param>
/// <param name="Planned">What was to be done, in order.</param>
/// <param name="Results">What became of it.</param>
/// <param name="Approved">Whether anything was begun.</param>
public sealed record MigrateResult(
    IReadOnlyList<Diagnostic> Diagnostics, IReadOnlyList<KnownMigration> Known, IReadOnlyList<PlannedMigration> Planned, IReadOnlyList<MigrationResult> Results, bool Approved)
    : EngineResult(Diagnostics);

/// <param name="Instance">The provider instance in whose database the ledger is.</param>
/// <param name="Entry">What the ledger knows.</param>
/// <param name="IsDeclared">There is a block of that name.</param>
public sealed record KnownMigration(string Instance, MigrationHistoryEntry Entry, bool IsDeclared)
{
    public string Name => Entry.MigrationId;

    public bool IsApplied => Entry.Status == MigrationStatuses.Applied;

    /// <summary>Some of it is done, in a database that commits each change by itself: apply goes on with it, and so does a rollback.</summary>
    public bool IsHalfDone => Entry.Status is MigrationStatuses.Applying or MigrationStatuses.RollingBack;
}

/// <param name="Plan">What the provider said; null for one that is undone.</param>
/// <param name="Waits">Why it cannot be planned before those ahead of it are applied; null when it can.</param>
public sealed record PlannedMigration(KnownMigration Migration, MigrationPlanResponse? Plan, Diagnostic? Waits)
{
    public bool LosesData => Plan is { DataLossRisk: true };
}

/// <param name="Steps">What was executed or undone.</param>
/// <param name="Diagnostic">Why it failed, or was not attempted.</param>
public sealed record MigrationResult(KnownMigration Migration, ResourceOutcome Outcome, IReadOnlyList<MigrationStep> Steps, TimeSpan Duration, Diagnostic? Diagnostic);
