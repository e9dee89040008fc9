using System.Text.Json.Nodes;

namespace Kolumn.Protocol.Payloads;

// PlanMigration, ApplyMigration, RollbackMigration: provider specification, sections 3.4 and 5.4.

/// <summary>
/// A named change that is made once. What it does is said in exactly one way: by <see cref="Steps"/>, by two states of one
/// resource, or by the new type of one column.
/// </summary>
public sealed record MigrationRequest
{
    /// <summary>What the database remembers it by: 1 to 200 characters.</summary>
    public string MigrationId { get; init => field = value ?? ""; } = "";

    public string? Description { get; init; }

    public string ResourceType { get; init => field = value ?? ""; } = "";

    public string ResourceName { get; init => field = value ?? ""; } = "";

    /// <summary>The resource as it has to be before, as a configuration or as recorded; absent or empty: it does not exist.</summary>
    public JsonObject? FromState { get; init; }

    /// <summary>The resource as it shall be; absent or empty: it shall not exist.</summary>
    public JsonObject? ToState { get; init; }

    public IReadOnlyList<MigrationStep> Steps { get; init => field = value ?? []; } = [];

    /// <summary>What has to be true of the database, or nothing is done.</summary>
    public IReadOnlyList<MigrationPrecheck> Prechecks { get; init => field = value ?? []; } = [];

    /// <summary>With <see cref="ToType"/>: the column of the resource whose type changes.</summary>
    public string? Column { get; init; }

    /// <summary>The type that the column has to have before.</summary>
    public string? FromType { get; init; }

    public string? ToType { get; init; }

    public MigrationOptions? Options { get; init; }

    public MigrationSafety? Safety { get; init; }

    /// <summary><c>forward</c>, which is meant where it is absent. RollbackMigration is what goes <c>backward</c>.</summary>
    public string? Direction { get; init; }

    /// <summary>
    /// To PlanMigration, instead of everything else: what does the ledger know of these, and of all others? Answered by
    /// <see cref="MigrationPlanResponse.History"/>; an empty list asks for what the ledger holds.
    /// </summary>
    public IReadOnlyList<MigrationRequest>? Migrations { get; init; }

    /// <summary>The open transaction that the call belongs to; absent: one of its own.</summary>
    public string? TransactionId { get; init; }
}

public sealed record MigrationOptions
{
    /// <summary>Says what would be done and does nothing.</summary>
    public bool DryRun { get; init; }

    /// <summary>Lets steps lose rows or values.</summary>
    public bool AllowDataLoss { get; init; }

    /// <summary>Copies the rows of a table before a step loses some of them, and puts them back when the migration is rolled back.</summary>
    public bool BackupBeforeMigration { get; init; }

    /// <summary>1 to 86400; absent: 600.</summary>
    public int? TimeoutSeconds { get; init; }
}

public sealed record MigrationSafety
{
    /// <summary>The same as <see cref="MigrationOptions.BackupBeforeMigration"/>.</summary>
    public bool RequireBackup { get; init; }

    /// <summary>Keeps everybody else away from the tables that the migration names, from before its prechecks to its end.</summary>
    public bool LockTable { get; init; }

    /// <summary>A text such as <c>90s</c>, <c>10m</c> or <c>1h30m</c>: the same as <see cref="MigrationOptions.TimeoutSeconds"/>, which wins.</summary>
    public JsonNode? Timeout { get; init; }

    /// <summary>Refused: a migration moves nothing aside, it keeps what it loses by <see cref="RequireBackup"/>.</summary>
    public bool Quarantine { get; init; }

    /// <summary>Refused like <see cref="Quarantine"/>.</summary>
    public JsonNode? QuarantineTtl { get; init; }
}

/// <summary>A query whose first value has to be true, or not zero.</summary>
public sealed record MigrationPrecheck
{
    public string Name { get; init => field = value ?? ""; } = "";

    /// <summary>Only in requests.</summary>
    public string? Sql { get; init; }

    /// <summary>Only in answers.</summary>
    public bool? Passed { get; init; }

    /// <summary>Why it did not pass.</summary>
    public string? Detail { get; init; }
}

/// <summary>In a request either <see cref="Sql"/> or <see cref="Operation"/>; in an answer everything that is known of it.</summary>
public sealed record MigrationStep
{
    /// <summary>From 1.</summary>
    public int Order { get; init; }

    public string? Description { get; init; }

    /// <summary>One statement or several, divided by semicolons.</summary>
    public string? Sql { get; init; }

    /// <summary>What undoes <see cref="Sql"/>.</summary>
    public string? RollbackSql { get; init; }

    /// <summary>One of <see cref="MigrationOperations"/>, made with the resource that <see cref="Parameters"/> or the request names.</summary>
    public string? Operation { get; init; }

    public JsonObject? Parameters { get; init; }

    public bool Reversible { get; init; }

    /// <summary><c>low</c>, <c>medium</c>, <c>high</c> or <c>critical</c>.</summary>
    public string? RiskLevel { get; init; }

    public IReadOnlyList<Hazard>? Hazards { get; init; }

    /// <summary>Tables whose rows were copied before the step.</summary>
    public IReadOnlyList<string>? Backups { get; init; }

    public long? DurationMs { get; init; }

    /// <summary>Rows that it inserted, updated or deleted; absent where the database does not count, as for a change of a table's shape.</summary>
    public long? RowsAffected { get; init; }
}

/// <summary>What a step may do to a resource with columns, or to the documents of one, without saying it in the database's language.</summary>
public static class MigrationOperations
{
    /// <summary><c>column</c> and any attribute of a column: <c>type</c>, <c>nullable</c>, <c>default</c> …</summary>
    public const string AddColumn = "add_column";

    /// <summary><c>column</c>.</summary>
    public const string DropColumn = "drop_column";

    /// <summary><c>column</c>, <c>new_name</c>.</summary>
    public const string RenameColumn = "rename_column";

    /// <summary><c>column</c>, <c>to_type</c>, and <c>from_type</c> where it is to be checked.</summary>
    public const string ChangeType = "change_type";

    /// <summary><c>column</c> and the attributes that change; null takes one away.</summary>
    public const string AlterColumn = "alter_column";

    /// <summary>Of documents: <c>field</c>, <c>value</c>. Sets the field where it is missing.</summary>
    public const string Backfill = "backfill";

    /// <summary>Of documents: <c>field</c>, <c>new_name</c>.</summary>
    public const string RenameField = "rename_field";

    /// <summary>Of documents: <c>field</c>, <c>to_type</c>, and <c>from_type</c> where only values of one type are meant.</summary>
    public const string ConvertType = "convert_type";

    /// <summary>Of documents: <c>field</c>.</summary>
    public const string DropField = "drop_field";
}

/// <summary>What the audit log calls them.</summary>
public static class MigrationActions
{
    public const string Migrate = "migrate";
    public const string Rollback = "rollback";
}

public static class MigrationStatuses
{
    /// <summary>Nothing is known of it.</summary>
    public const string Pending = "pending";

    public const string Applied = "applied";

    /// <summary>It was tried, and the database is as it was before. Where each change of an object commits by itself, what was done until then stays: applying it again goes on from there.</summary>
    public const string Failed = "failed";

    public const string RolledBack = "rolled_back";

    /// <summary>It has begun where each change commits by itself, and is not at its end: it is running, or came to a stop.</summary>
    public const string Applying = "applying";

    /// <summary>As <see cref="Applying"/>, of a rollback.</summary>
    public const string RollingBack = "rolling_back";
}

/// <summary>What all three answers say.</summary>
public abstract record MigrationResponse : Envelope
{
    public string MigrationId { get; init => field = value ?? ""; } = "";

    /// <summary>One of <see cref="MigrationStatuses"/>.</summary>
    public string? Status { get; init; }

    /// <summary>SHA-256 of what the migration does; the same id with another one is refused once it is applied.</summary>
    public string? Checksum { get; init; }
}

public sealed record MigrationPlanResponse : MigrationResponse
{
    public IReadOnlyList<MigrationStep> Steps { get; init => field = value ?? []; } = [];

    public bool DataLossRisk { get; init; }

    /// <summary>The highest of the steps'.</summary>
    public string? RiskLevel { get; init; }

    public IReadOnlyList<MigrationPrecheck> Prechecks { get; init => field = value ?? []; } = [];

    /// <summary>How many rows the tables that are changed hold, by what the database knows without counting; absent where it does not know.</summary>
    public long? EstimatedRows { get; init; }

    /// <summary>Answers <see cref="MigrationRequest.Migrations"/>: what the ledger knows, the last changed last, and after that what is pending.</summary>
    public IReadOnlyList<MigrationHistoryEntry>? History { get; init; }
}

/// <summary>What a ledger knows of a migration.</summary>
public sealed record MigrationHistoryEntry
{
    public string MigrationId { get; init => field = value ?? ""; } = "";

    public string? Description { get; init; }

    /// <summary>One of <see cref="MigrationStatuses"/>.</summary>
    public string Status { get; init => field = value ?? ""; } = "";

    /// <summary>Of what was done; of one that is pending, of what was asked about.</summary>
    public string? Checksum { get; init; }

    /// <summary>It is applied, and what was asked about under its id does something else.</summary>
    public bool HasChanged { get; init; }

    /// <summary>When it became what it is; null of one that is pending.</summary>
    public DateTimeOffset? ChangedAt { get; init; }

    public long? DurationMs { get; init; }

    public string? Actor { get; init; }

    /// <summary>Why it failed.</summary>
    public string? Error { get; init; }
}

public sealed record MigrationApplyResponse : MigrationResponse
{
    /// <summary>Empty when there was nothing to do, in a dry run, and after a failure, which leaves nothing behind.</summary>
    public IReadOnlyList<MigrationStep> ExecutedSteps { get; init => field = value ?? []; } = [];

    /// <summary>It was applied before.</summary>
    public bool AlreadyApplied { get; init; }

    /// <summary>The tables that hold copied rows, divided by commas.</summary>
    public string? BackupPath { get; init; }

    /// <summary>Nanoseconds.</summary>
    public long Duration { get; init; }
}

public sealed record MigrationRollbackResponse : MigrationResponse
{
    /// <summary>In the order in which they were undone.</summary>
    public IReadOnlyList<MigrationStep> RolledBackSteps { get; init => field = value ?? []; } = [];

    /// <summary>Nanoseconds.</summary>
    public long Duration { get; init; }
}
