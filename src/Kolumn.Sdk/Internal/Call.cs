using Kolumn.Sdk.Engine;
using Kolumn.Sdk.Internal.Transactions;
using Kolumn.Sdk.Streaming;

namespace Kolumn.Sdk.Internal;

/// <summary>What a function that needs the database gets beside its request.</summary>
internal readonly record struct Call<TSession>(IProviderConnection<TSession> Connection, KeptState State, TransactionTable<TSession> Transactions, AuditTrail<TSession> Audit, OutboxRunners Runners, QuarantinePolicy<TSession> Quarantine)
    where TSession : IProviderSession
{
    /// <summary>A session for this call: one of its own, or that of the transaction it belongs to.</summary>
    /// <exception cref="ProviderException">The database cannot be reached, or there is no such transaction.</exception>
    public Task<SessionLease<TSession>> OpenAsync(SessionMode mode, string? transactionId, CancellationToken cancellationToken) =>
        string.IsNullOrEmpty(transactionId)
            ? OwnSession<TSession>.OpenAsync(Connection, mode, cancellationToken)
            : Transactions.Find(transactionId).EnterAsync(mode, cancellationToken);
}
