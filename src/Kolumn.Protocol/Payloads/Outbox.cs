namespace Kolumn.Protocol.Payloads;

// OutboxHealthMetrics and OutboxCleanupRetention: provider specification, section 4. Exchange of the companion service
// ProviderOutbox: docs/decisions/0016-outbox-relay.md.

public sealed record OutboxHealthMetricsRequest
{
    /// <summary>The outbox's name, or that of its table; absent: <c>stream_outbox</c>.</summary>
    public string? Outbox { get; init; }

    /// <summary>Of a table that no outbox is declared for; absent: the database's default.</summary>
    public string? Schema { get; init; }

    /// <summary>So many pending messages are unhealthy; absent: 1000.</summary>
    public long? MaxPending { get; init; }
}

public sealed record OutboxHealthMetrics : Envelope
{
    public long TotalMessages { get; init; }

    public long PendingMessages { get; init; }

    public long ProcessedMessages { get; init; }

    public long FailedMessages { get; init; }

    public DateTimeOffset? OldestPending { get; init; }

    public DateTimeOffset? LastProcessed { get; init; }

    public bool Healthy { get; init; }

    /// <summary><c>healthy</c>, <c>degraded</c> or <c>absent</c>.</summary>
    public string Status { get; init => field = value ?? ""; } = "";
}

public sealed record OutboxCleanupRetentionRequest
{
    /// <summary>The outbox's name, or that of its table; absent: <c>stream_outbox</c>.</summary>
    public string? Outbox { get; init; }

    public string? Schema { get; init; }

    /// <summary>Absent, like <see cref="RetentionHours"/>: what the outbox says, else 7.</summary>
    public double? RetentionDays { get; init; }

    public double? RetentionHours { get; init; }

    /// <summary>Of <c>processed</c> and <c>failed</c>; none: processed ones.</summary>
    public IReadOnlyList<string> Statuses { get; init => field = value ?? []; } = [];

    /// <summary>How many messages one transaction deletes; absent: 1000.</summary>
    public int? BatchSize { get; init; }

    /// <summary>Absent: 1000.</summary>
    public int? MaxBatches { get; init; }

    /// <summary>Counts what would be deleted and deletes nothing.</summary>
    public bool DryRun { get; init; }
}

public sealed record OutboxCleanupRetentionResponse : Envelope
{
    /// <summary>Deleted; of a dry run what would be.</summary>
    public long DeletedCount { get; init; }

    /// <summary>What is old enough and still there: more batches were needed than allowed.</summary>
    public long RemainingCount { get; init; }

    /// <summary>Older messages go.</summary>
    public DateTimeOffset Cutoff { get; init; }

    public int Batches { get; init; }

    public bool DryRun { get; init; }
}

/// <summary>
/// One step of a relay: says what became of the events it holds and takes further ones. Events of one order key are held by one
/// runner at a time.
/// </summary>
public sealed record OutboxExchangeRequest
{
    /// <summary>Chosen by the relay; what it holds is held under this name.</summary>
    public required string Runner { get; init; }

    /// <summary>A <c>stream_outbox</c> by its name.</summary>
    public required string Outbox { get; init; }

    public IReadOnlyList<OutboxSettlement> Settled { get; init => field = value ?? []; } = [];

    /// <summary>How many further events to hand out; 0 only settles.</summary>
    public int MaxEvents { get; init; }

    /// <summary>Payloads of this many bytes end the batch; one event is always handed out.</summary>
    public long MaxBytes { get; init; }

    /// <summary>How long to wait for an event when there is none.</summary>
    public long WaitMs { get; init; }

    /// <summary>Lets go of everything after settling: the relay ends.</summary>
    public bool Release { get; init; }
}

/// <summary>What became of one event.</summary>
public sealed record OutboxSettlement
{
    public required long Position { get; init; }

    /// <summary>One of <see cref="OutboxOutcomes"/>.</summary>
    public required string Outcome { get; init; }

    /// <summary>Why it was not delivered.</summary>
    public string? Error { get; init; }

    /// <summary>Of <see cref="OutboxOutcomes.Retry"/>: when the next attempt may be made.</summary>
    public long? RetryAfterMs { get; init; }
}

/// <summary>What becomes of an event that was handed out.</summary>
public static class OutboxOutcomes
{
    /// <summary>Delivered.</summary>
    public const string Processed = "processed";

    /// <summary>Not delivered and not tried again: a dead letter.</summary>
    public const string Failed = "failed";

    /// <summary>Not delivered; it is tried again, and later events of its key wait.</summary>
    public const string Retry = "retry";

    /// <summary>Given back without an attempt.</summary>
    public const string Released = "released";
}

public sealed record OutboxExchangeResponse : Envelope
{
    /// <summary>In the order of delivery.</summary>
    public IReadOnlyList<OutboxEvent> Events { get; init => field = value ?? []; } = [];

    /// <summary>Without events: whether some are pending all the same, held by another runner or waiting for their next attempt.</summary>
    public bool HasPending { get; init; }

    /// <summary>Within this time the runner has to exchange again, or what it holds is handed out to others.</summary>
    public long LeaseMs { get; init; }
}

public sealed record OutboxEvent
{
    /// <summary>The number of the event in its outbox, the same whenever it is handed out.</summary>
    public long Position { get; init; }

    public string Id { get; init => field = value ?? ""; } = "";

    [System.Text.Json.Serialization.JsonPropertyName("aggregatetype")]
    public string AggregateType { get; init => field = value ?? ""; } = "";

    [System.Text.Json.Serialization.JsonPropertyName("aggregateid")]
    public string AggregateId { get; init => field = value ?? ""; } = "";

    public string Type { get; init => field = value ?? ""; } = "";

    public string? Topic { get; init; }

    public string? Key { get; init; }

    /// <summary>Events with the same one are delivered one after the other.</summary>
    public string OrderKey { get; init => field = value ?? ""; } = "";

    /// <summary>JSON; null where the row has none.</summary>
    public string? Payload { get; init; }

    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>Made before.</summary>
    public int Attempts { get; init; }
}
