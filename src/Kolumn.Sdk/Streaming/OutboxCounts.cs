namespace Kolumn.Sdk.Streaming;

/// <summary>How an outbox is doing.</summary>
/// <param name="OldestPending">When the oldest pending event was written; null without one.</param>
/// <param name="LastProcessed">When the last event was delivered; null before the first.</param>
public sealed record OutboxCounts(long Total, long Pending, long Processed, long Failed, DateTimeOffset? OldestPending, DateTimeOffset? LastProcessed);
