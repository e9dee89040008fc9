using Kolumn.Protocol;
using Kolumn.Protocol.Payloads;

namespace Kolumn.Sdk.Internal.Transactions;

/// <summary>How a transaction ended.</summary>
/// <param name="Status">One of <see cref="TransactionStatuses"/>; null when nobody knows.</param>
internal sealed record TransactionEnd(string? Status)
{
    public static TransactionEnd Committed { get; } = new(TransactionStatuses.Committed);

    public static TransactionEnd RolledBack { get; } = new(TransactionStatuses.RolledBack);

    public static TransactionEnd Expired { get; } = new(TransactionStatuses.Expired);

    /// <summary>The connection was lost, which the database answers with a rollback.</summary>
    public static TransactionEnd Lost { get; } = new(TransactionStatuses.RolledBack);

    /// <summary>The connection was lost while the database may have been committing.</summary>
    public static TransactionEnd Unknown { get; } = new((string?)null);

    /// <summary>What a call hears that comes too late.</summary>
    public Diagnostic Refuse(string id, TimeSpan timeout)
    {
        var (what, next) =
            ReferenceEquals(this, Committed) ? ("was committed already", "Begin another one for further changes.")
            : ReferenceEquals(this, Expired) ? ($"was rolled back after {timeout.TotalSeconds:0} s without a call", "Begin another one and repeat its calls; a longer timeout_seconds gives more time between them.")
            : ReferenceEquals(this, Lost) ? ("ended when its connection was lost", "Begin another one and repeat its calls.")
            : ReferenceEquals(this, Unknown) ? ("lost its connection while it was being committed", "Plan again to see what exists.")
            : ("was rolled back already", "Begin another one and repeat its calls.");
        return Diagnostic.Error(DiagnosticCodes.TransactionEnded, $"transaction {id} {what}", next);
    }
}
