using Kolumn.Protocol;
using Kolumn.Sdk.Telemetry;
using Microsoft.Extensions.Logging;

namespace Kolumn.Sdk.Internal.Transactions;

/// <summary>
/// The transactions of one configured connection, by id. A bounded number is open at a time, and of a bounded number of
/// ended ones is remembered how they ended.
/// </summary>
internal sealed class TransactionTable<TSession>(IProviderConnection<TSession> connection, bool ddlTransactional, TimeProvider time, ILogger logger)
    where TSession : IProviderSession
{
    private const int MaxRemembered = 256;

    /// <summary>How long closing waits for a call that still uses a transaction.</summary>
    private static readonly TimeSpan CloseLimit = TimeSpan.FromSeconds(2);

    private readonly Lock _gate = new();
    private readonly Dictionary<string, OpenTransaction<TSession>> _open = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (TransactionEnd End, TimeSpan Timeout)> _ended = new(StringComparer.Ordinal);
    private readonly Queue<string> _order = new();
    private int _places;
    private bool _closed;

    /// <exception cref="ProviderException">Too many are open, or the database cannot be reached.</exception>
    public async Task<OpenTransaction<TSession>> BeginAsync(string isolation, bool readOnly, TimeSpan timeout, CancellationToken cancellationToken)
    {
        TakePlace();
        TSession session;
        try
        {
            session = await connection.OpenTransactionAsync(readOnly ? SessionMode.Read : SessionMode.Write, isolation, cancellationToken);
        }
        catch
        {
            FreePlace();
            throw;
        }

        var transaction = new OpenTransaction<TSession>(session, isolation, readOnly, timeout, ddlTransactional, time, (ended, how) => Remember(ended, how, timeout));
        var tooLate = false;
        lock (_gate)
        {
            tooLate = _closed;
            _open[transaction.Id] = transaction;
        }

        if (tooLate)
        {
            await transaction.RollbackAsync(TransactionEnd.RolledBack, CancellationToken.None);
            throw new OperationCanceledException("The connection was closed meanwhile.");
        }

        Log.TransactionBegun(logger, transaction.Id, isolation);
        return transaction;
    }

    /// <exception cref="ProviderException">There is no such transaction, or it has ended.</exception>
    public OpenTransaction<TSession> Find(string id)
    {
        lock (_gate)
        {
            return _open.GetValueOrDefault(id) ?? throw new ProviderException(_ended.TryGetValue(id, out var known)
                ? known.End.Refuse(id, known.Timeout)
                : Diagnostic.Error(
                    DiagnosticCodes.TransactionEnded,
                    $"there is no transaction \"{(id.Length <= 64 ? id : id[..64] + "…")}\"",
                    "Use the transaction_id that BeginTransaction answered. Configure and Close end every transaction."));
        }
    }

    /// <summary>How an ended transaction ended; null for others, and when nobody knows.</summary>
    public string? StatusOf(string id)
    {
        lock (_gate)
        {
            return _ended.TryGetValue(id, out var known) ? known.End.Status : null;
        }
    }

    /// <summary>Rolls back whatever is open; from now on none begins.</summary>
    public async Task CloseAsync()
    {
        List<OpenTransaction<TSession>> open;
        lock (_gate)
        {
            _closed = true;
            open = [.. _open.Values];
        }

        using var limit = new CancellationTokenSource(CloseLimit);
        foreach (var transaction in open)
        {
            try
            {
                await transaction.RollbackAsync(TransactionEnd.RolledBack, limit.Token);
            }
            catch (Exception over) when (over is ProviderException or OperationCanceledException)
            {
                // It has ended by itself, or ends when the connection is closed under its last call.
            }
        }
    }

    private void TakePlace()
    {
        lock (_gate)
        {
            if (_places >= connection.MaxTransactions)
            {
                throw new ProviderException(Diagnostic.Error(
                    DiagnosticCodes.Operation,
                    $"no further transaction can begin: the limit is {_places}",
                    "Commit or roll back one of them, or wait until one expires.") with
                {
                    Retryable = true,
                });
            }

            _places++;
        }
    }

    private void FreePlace()
    {
        lock (_gate)
        {
            _places--;
        }
    }

    private void Remember(OpenTransaction<TSession> transaction, TransactionEnd end, TimeSpan timeout)
    {
        lock (_gate)
        {
            _places--;
            _open.Remove(transaction.Id);
            _ended[transaction.Id] = (end, timeout);
            _order.Enqueue(transaction.Id);
            if (_order.Count > MaxRemembered)
            {
                _ended.Remove(_order.Dequeue());
            }
        }

        Log.TransactionOver(logger, transaction.Id, end.Status ?? "unknown");
    }
}
