namespace Kolumn.Protocol.Payloads;

// BeginTransaction, CommitTransaction, RollbackTransaction: provider specification, section 3.3.2.

public sealed record TransactionRequest
{
    /// <summary>For commit and rollback: what begin answered.</summary>
    public string? TransactionId { get; init; }

    /// <summary>For begin: <c>read_committed</c>, <c>repeatable_read</c>, <c>serializable</c>; absent: the provider's own.</summary>
    public string? IsolationLevel { get; init; }

    /// <summary>For begin: nothing can be changed in it.</summary>
    public bool ReadOnly { get; init; }

    /// <summary>For begin: how long it may lie idle between two calls before it is rolled back; absent: 60.</summary>
    public int? TimeoutSeconds { get; init; }
}

public sealed record TransactionResponse : Envelope
{
    public string? TransactionId { get; init; }

    /// <summary>One of <see cref="TransactionStatuses"/>; absent when there is no such transaction.</summary>
    public string? Status { get; init; }

    public string? IsolationLevel { get; init; }

    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>When it is rolled back unless it is used before.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>Whether a rollback takes back changes of objects, and not only of rows.</summary>
    public bool DdlTransactional { get; init; }
}

public static class TransactionStatuses
{
    public const string Active = "active";
    public const string Committed = "committed";
    public const string RolledBack = "rolled_back";

    /// <summary>Rolled back because nobody used it.</summary>
    public const string Expired = "expired";
}
