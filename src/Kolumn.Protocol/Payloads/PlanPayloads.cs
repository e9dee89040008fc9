using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace Kolumn.Protocol.Payloads;

// Requests and responses of Plan and Apply: provider specification, section 5.2. Both functions take the same request; Apply's
// carries the plan's hash as well and is refused when planning it again gives another one.

public sealed record PlanRequest
{
    public IReadOnlyList<PlanResource> Resources { get; init => field = value ?? []; } = [];

    public PlanOptions? Options { get; init; }

    /// <summary>For Apply: what Plan answered.</summary>
    public string? PlanHash { get; init; }

    /// <summary>The open transaction that the call belongs to; absent: one of its own.</summary>
    public string? TransactionId { get; init; }
}

public sealed record PlanOptions
{
    /// <summary>false plans from configuration and prior state alone; absent or true reads the database.</summary>
    public bool? CheckDatabase { get; init; }
}

/// <summary>What the host wants done with one resource; the provider compares with the database and may decide otherwise.</summary>
public sealed record PlanResource
{
    /// <summary>The full or the short type: <c>postgres_table</c> and <c>table</c> are the same to the postgres provider.</summary>
    public string ResourceType { get; init => field = value ?? ""; } = "";

    public string Name { get; init => field = value ?? ""; } = "";

    /// <summary>Absent for a delete.</summary>
    public JsonObject? Config { get; init; }

    /// <summary>The proposal: <c>create</c>, <c>update</c> or <c>delete</c>.</summary>
    public string Action { get; init => field = value ?? ""; } = "";

    /// <summary>What the last apply recorded, absent for what was never applied.</summary>
    public JsonObject? PriorState { get; init; }

    /// <summary>Of a delete: drop it for good.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool Force { get; init; }

    /// <summary>Addresses that must exist before this one, and must go after it.</summary>
    public IReadOnlyList<string> DependsOn { get; init => field = value ?? []; } = [];

    [JsonIgnore]
    public string Address => new ResourceAddress(ResourceType, Name).ToString();
}

public sealed record PlanResponse : Envelope
{
    /// <summary>Addresses, each after what it depends on; deletes come last, dependants first.</summary>
    public IReadOnlyList<string> ExecutionOrder { get; init => field = value ?? []; } = [];

    /// <summary>One for each resource of the request, in the request's order.</summary>
    public IReadOnlyList<PlannedResource> Resources { get; init => field = value ?? []; } = [];

    /// <summary>A fingerprint of what is to be done and of the database objects it will be done to.</summary>
    public string? PlanHash { get; init; }
}

public sealed record PlannedResource
{
    public string ResourceType { get; init => field = value ?? ""; } = "";

    public string Name { get; init => field = value ?? ""; } = "";

    /// <summary>Of its type and its name, also where a provider leaves it out: the provider specification does not name it.</summary>
    public string Address
    {
        get => ResourceAddress.Of(field, ResourceType, Name);
        init => field = value ?? "";
    } = "";

    /// <summary>One of <see cref="ResourceActions"/>.</summary>
    public string Action { get; init => field = value ?? ""; } = "";

    /// <summary>By attribute path in its shown form; values of sensitive attributes read <c>(sensitive)</c>.</summary>
    public IReadOnlyDictionary<string, AttributeChange>? Changes { get; init; }

    /// <summary>What differs between the last recorded state and the database: changes made behind Kolumn's back.</summary>
    public IReadOnlyDictionary<string, AttributeChange>? Drift { get; init; }

    public IReadOnlyList<string>? Dependencies { get; init; }

    /// <summary>Why this action and not the proposed one.</summary>
    public string? Reason { get; init; }

    /// <summary><c>low</c>, <c>medium</c>, <c>high</c> or <c>critical</c>.</summary>
    public string? RiskLevel { get; init; }

    public bool RequiresReplace { get; init; }

    /// <summary>What will be sent, in order.</summary>
    public IReadOnlyList<string>? Statements { get; init; }

    /// <summary>What would undo it, in order; data that a statement destroys does not come back.</summary>
    public IReadOnlyList<string>? RollbackStatements { get; init; }

    public IReadOnlyList<Hazard>? Hazards { get; init; }

    /// <summary>On each object that exists already the strongest lock that any of the statements takes; the strongest of all comes first.</summary>
    public IReadOnlyList<ObjectLock>? Locks { get; init; }

    /// <summary>As many as there are statements, in their order; absent when nothing is to be said about any of them.</summary>
    public IReadOnlyList<PlannedStatement>? StatementDetails { get; init; }

    public IReadOnlyList<string>? Warnings { get; init; }

    /// <summary>Of a delete: where the object is moved instead of being dropped.</summary>
    public string? QuarantineLocation { get; init; }

    /// <summary>Of a delete: the entry that it can be restored from.</summary>
    public string? QuarantineId { get; init; }
}

/// <summary>What a planned statement may do to a live system.</summary>
/// <param name="Name">For example <c>data_loss</c>, <c>table_rewrite</c>, <c>long_lock</c>, <c>index_build</c>.</param>
/// <param name="Detail">Which object, and why.</param>
public sealed record Hazard(string Name, string Detail)
{
    /// <summary>Rows or values are lost: the one hazard that a host lets happen only to somebody who has named it.</summary>
    public const string DataLoss = "data_loss";
}

/// <summary>What is to be known about one statement of a change.</summary>
public sealed record PlannedStatement
{
    /// <summary>On objects that exist already; the strongest comes first.</summary>
    public IReadOnlyList<ObjectLock>? Locks { get; init; }

    /// <summary>It runs after the commit of the transaction that makes all changes: a failure there leaves what was committed.</summary>
    public bool OutsideTransaction { get; init; }
}

/// <summary>A lock on something that others may be using.</summary>
/// <param name="Mode">In the database's own words: <c>ACCESS EXCLUSIVE</c>.</param>
/// <param name="Object">The object's name: <c>public.orders</c>.</param>
/// <param name="Blocks">Who waits while it is held: <c>readers</c> (and writers), <c>writers</c>, or <c>changes</c> of the object's definition alone; absent: nobody.</param>
public sealed record ObjectLock(string Mode, string Object, string? Blocks)
{
    /// <summary>Readers and writers.</summary>
    public const string Readers = "readers";

    public const string Writers = "writers";

    /// <summary>Other changes of what the object is.</summary>
    public const string Changes = "changes";

    /// <summary>The stronger, the greater. Compares modes of one provider; not in the payload.</summary>
    [JsonIgnore]
    public int Strength { get; init; }
}

/// <summary>One attribute's change, shown to people and stored in plan files.</summary>
public sealed record AttributeChange
{
    /// <summary><c>create</c>, <c>update</c> or <c>delete</c> of the attribute.</summary>
    public string Action { get; init => field = value ?? ResourceActions.Update; } = ResourceActions.Update;

    public JsonNode? OldValue { get; init; }

    public JsonNode? NewValue { get; init; }

    public bool RequiresReplace { get; init; }

    public bool Sensitive { get; init; }

    public string? Description { get; init; }
}

public sealed record ApplyResponse : Envelope
{
    /// <summary>One for each resource of the request that was reached, in the order of execution.</summary>
    public IReadOnlyList<ApplyResult> Results { get; init => field = value ?? []; } = [];

    public ApplySummary Summary { get; init => field = value ?? new(); } = new();

    /// <summary>Everything ran in one transaction that was rolled back: the database is as it was.</summary>
    public bool RolledBack { get; init; }
}

public sealed record ApplyResult
{
    public string ResourceType { get; init => field = value ?? ""; } = "";

    public string Name { get; init => field = value ?? ""; } = "";

    /// <summary>Of its type and its name, also where a provider leaves it out: the provider specification does not name it.</summary>
    public string Address
    {
        get => ResourceAddress.Of(field, ResourceType, Name);
        init => field = value ?? "";
    } = "";

    public string Action { get; init => field = value ?? ""; } = "";

    public bool Success { get; init; }

    /// <summary>What to record; absent after a delete. After a failure what there is of the object, where that is known: its change was made in part.</summary>
    public JsonObject? State { get; init; }

    public string? Error { get; init; }

    public Diagnostic? Diagnostic { get; init; }

    /// <summary>Of a delete: where the object is now.</summary>
    public string? QuarantineLocation { get; init; }

    /// <summary>Of a delete: the entry that it can be restored from.</summary>
    public string? QuarantineId { get; init; }

    /// <summary>Of a delete: what was there.</summary>
    public JsonObject? BeforeState { get; init; }

    /// <summary>Not attempted, because a dependency failed or the transaction was rolled back.</summary>
    public bool Skipped { get; init; }

    public long DurationMs { get; init; }
}

/// <summary>Counts by outcome; skipped resources count as failed too, so that the five numbers add up to the requested ones.</summary>
public sealed record ApplySummary
{
    public int Created { get; init; }

    public int Updated { get; init; }

    public int Deleted { get; init; }

    public int Unchanged { get; init; }

    public int Failed { get; init; }

    public int Skipped { get; init; }
}

/// <summary>One message of the events stream.</summary>
public sealed record ProviderEvent
{
    /// <summary><c>progress</c>, <c>log</c> or <c>resource</c>.</summary>
    public string Type { get; init => field = value ?? ""; } = "";

    public string? RequestId { get; init; }

    public string? Address { get; init; }

    public string? Stage { get; init; }

    public long? Current { get; init; }

    public long? Total { get; init; }

    public string? Level { get; init; }

    public string? Message { get; init; }

    public ApplyResult? Result { get; init; }
}
