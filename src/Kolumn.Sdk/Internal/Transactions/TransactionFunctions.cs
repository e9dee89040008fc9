using Kolumn.Protocol;
using Kolumn.Protocol.Payloads;

namespace Kolumn.Sdk.Internal.Transactions;

/// <summary>BeginTransaction, CommitTransaction and RollbackTransaction.</summary>
/// <param name="levels">The isolation levels that the provider has, the default first.</param>
internal sealed class TransactionFunctions<TSession>(IReadOnlyList<string> levels, bool ddlTransactional)
    where TSession : IProviderSession
{
    private const int DefaultTimeoutSeconds = 60;
    private const int MaxTimeoutSeconds = 3600;

    public async Task<TransactionResponse> BeginAsync(TransactionRequest request, Call<TSession> call, CancellationToken cancellationToken)
    {
        var isolation = request.IsolationLevel is { Length: > 0 } asked ? Fold(asked) : levels[0];
        if (!levels.Contains(isolation))
        {
            return Refuse("isolation_level", $"there is no isolation level \"{request.IsolationLevel}\" here", $"Known levels: {string.Join(", ", levels)}.");
        }

        var seconds = request.TimeoutSeconds ?? DefaultTimeoutSeconds;
        if (seconds is < 1 or > MaxTimeoutSeconds)
        {
            return Refuse("timeout_seconds", $"{seconds} s is no time that a transaction may lie idle", $"It is 1 to {MaxTimeoutSeconds} seconds.");
        }

        var begun = await call.Transactions.BeginAsync(isolation, request.ReadOnly, TimeSpan.FromSeconds(seconds), cancellationToken);
        return Answer(begun, TransactionStatuses.Active) with { Success = true, ExpiresAt = begun.ExpiresAt };
    }

    public Task<TransactionResponse> CommitAsync(TransactionRequest request, Call<TSession> call, CancellationToken cancellationToken) =>
        EndAsync(request, call, TransactionStatuses.Committed, transaction => transaction.CommitAsync(cancellationToken));

    public Task<TransactionResponse> RollbackAsync(TransactionRequest request, Call<TSession> call, CancellationToken cancellationToken) =>
        EndAsync(request, call, TransactionStatuses.RolledBack, transaction => transaction.RollbackAsync(TransactionEnd.RolledBack, cancellationToken));

    private async Task<TransactionResponse> EndAsync(TransactionRequest request, Call<TSession> call, string status, Func<OpenTransaction<TSession>, Task> end)
    {
        if (request.TransactionId is not { Length: > 0 } id)
        {
            return Refuse("transaction_id", "the transaction_id is missing", "Send the one that BeginTransaction answered.");
        }

        try
        {
            var transaction = call.Transactions.Find(id);
            await end(transaction);
            return Answer(transaction, status) with { Success = true };
        }
        catch (ProviderException refused)
        {
            return Envelope.Failure<TransactionResponse>([refused.Diagnostic]) with
            {
                TransactionId = id,
                Status = call.Transactions.StatusOf(id),
                DdlTransactional = ddlTransactional,
            };
        }
    }

    private TransactionResponse Answer(OpenTransaction<TSession> transaction, string status) => new()
    {
        TransactionId = transaction.Id,
        Status = status,
        IsolationLevel = transaction.Isolation,
        StartedAt = transaction.StartedAt,
        DdlTransactional = ddlTransactional,
    };

    private TransactionResponse Refuse(string attribute, string summary, string detail) =>
        Envelope.Failure<TransactionResponse>([Diagnostic.Error(DiagnosticCodes.InvalidValue, summary, detail) with { Attribute = AttributePath.Of(attribute) }]) with
        {
            DdlTransactional = ddlTransactional,
        };

    // "READ COMMITTED", "read-committed" and "read_committed" are one.
    private static string Fold(string level) => level.Trim().ToLowerInvariant().Replace(' ', '_').Replace('-', '_');
}
