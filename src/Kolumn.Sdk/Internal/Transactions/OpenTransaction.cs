using Kolumn.Protocol;
using Kolumn.Protocol.Payloads;
using Kolumn.Sdk.Engine;

namespace Kolumn.Sdk.Internal.Transactions;

/// <summary>
/// A session that lasts over several calls, one at a time. Between two calls a timer runs; during one it does not. It ends once:
/// committed, rolled back, expired, or because its connection was lost.
/// </summary>
[System.Diagnostics.CodeAnalysis.SuppressMessage(
    "Design", "CA1001", Justification = "The timer goes when the transaction ends; the semaphore has no handle, and late callers still ask it.")]
internal sealed class OpenTransaction<TSession>
    where TSession : IProviderSession
{
    private readonly TSession _session;
    private readonly bool _ddlTransactional;
    private readonly TimeSpan _timeout;
    private readonly TimeProvider _time;
    private readonly Action<OpenTransaction<TSession>, TransactionEnd> _ended;
    private readonly List<Action> _onCommit = [];
    private readonly ITimer _idle;

    // Held by the call that uses the session, and by whoever ends it.
    private readonly SemaphoreSlim _turn = new(1, 1);
    private TransactionEnd? _end;

    public OpenTransaction(
        TSession session, string isolation, bool readOnly, TimeSpan timeout, bool ddlTransactional, TimeProvider time, Action<OpenTransaction<TSession>, TransactionEnd> ended)
    {
        (_session, Isolation, ReadOnly, _timeout, _ddlTransactional, _time, _ended) = (session, isolation, readOnly, timeout, ddlTransactional, time, ended);
        StartedAt = time.GetUtcNow();
        ExpiresAt = StartedAt + timeout;
        _idle = time.CreateTimer(_ => Expire(), null, timeout, Timeout.InfiniteTimeSpan);
    }

    public string Id { get; } = Guid.CreateVersion7().ToString("N");

    public string Isolation { get; }

    public bool ReadOnly { get; }

    public DateTimeOffset StartedAt { get; }

    public DateTimeOffset ExpiresAt { get; private set; }

    /// <summary>Lends the session to one call; the next one waits until that has ended.</summary>
    /// <exception cref="ProviderException">The transaction has ended, or its connection was lost.</exception>
    public async Task<SessionLease<TSession>> EnterAsync(SessionMode mode, CancellationToken cancellationToken)
    {
        await TakeTurnAsync(cancellationToken);
        if (mode == SessionMode.Write && ReadOnly)
        {
            PassTurn();
            throw new ProviderException(Diagnostic.Error(
                DiagnosticCodes.Permission, $"transaction {Id} is read only", "Begin one without read_only to change something."));
        }

        try
        {
            // Cancelled halfway, nobody would know what there is to go back to.
            await Savepoints.SaveAsync(CancellationToken.None);
            return new Lease(this);
        }
        catch
        {
            await EndAsync(TransactionEnd.Lost);
            throw;
        }
    }

    /// <exception cref="ProviderException">The transaction has ended already, or the database refuses.</exception>
    public async Task CommitAsync(CancellationToken cancellationToken)
    {
        await TakeTurnAsync(cancellationToken);
        var end = TransactionEnd.RolledBack;
        try
        {
            if (!ReadOnly)
            {
                // Cancelling a commit would leave nobody knowing whether it happened.
                await _session.CommitAsync(CancellationToken.None);
            }

            end = TransactionEnd.Committed;
        }
        catch (ProviderException lost) when (lost is not StatementFailedException)
        {
            end = TransactionEnd.Unknown;
            throw new ProviderException(CommitFailure.OutcomeUnknown(lost.Diagnostic), lost);
        }
        finally
        {
            await EndAsync(end);
        }

        _onCommit.ForEach(action => action());
    }

    /// <exception cref="ProviderException">The transaction has ended already.</exception>
    public async Task RollbackAsync(TransactionEnd end, CancellationToken cancellationToken)
    {
        await TakeTurnAsync(cancellationToken);
        await EndAsync(end);
    }

    private ITransactionSession Savepoints => (ITransactionSession)(object)_session;

    private async Task TakeTurnAsync(CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        if (_end is { } end)
        {
            _turn.Release();
            throw new ProviderException(end.Refuse(Id, _timeout));
        }

        _idle.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    private void PassTurn()
    {
        ExpiresAt = _time.GetUtcNow() + _timeout;
        _idle.Change(_timeout, Timeout.InfiniteTimeSpan);
        _turn.Release();
    }

    private async ValueTask LeaveAsync(bool keep)
    {
        try
        {
            if (!keep)
            {
                await Savepoints.RestoreAsync(CancellationToken.None);
            }

            PassTurn();
        }
        catch (ProviderException)
        {
            // What the call has to say about it is said already.
            await EndAsync(TransactionEnd.Lost);
        }
    }

    // Runs on the timer's thread; when a call has the turn, its end starts the timer again.
    private void Expire()
    {
        if (!_turn.Wait(0))
        {
            return;
        }

        if (_end is not null)
        {
            _turn.Release();
        }
        else if (_time.GetUtcNow() < ExpiresAt)
        {
            PassTurn();
        }
        else
        {
            _ = EndAsync(TransactionEnd.Expired);
        }
    }

    /// <summary>Called by whoever has the turn. From the first line on nobody gets in any more.</summary>
    private async Task EndAsync(TransactionEnd end)
    {
        _end = end;
        await _idle.DisposeAsync();
        _ended(this, end);
        try
        {
            await _session.DisposeAsync();
        }
        catch (ProviderException)
        {
            // A session that cannot even be closed takes its changes with it.
        }
        finally
        {
            _turn.Release();
        }
    }

    private sealed class Lease(OpenTransaction<TSession> transaction) : SessionLease<TSession>(transaction._session)
    {
        private bool _keep;
        private bool _left;

        public override Task CommitAsync(CancellationToken cancellationToken)
        {
            _keep = true;
            return Task.CompletedTask;
        }

        public override void OnceCertain(Action action)
        {
            if (transaction._ddlTransactional)
            {
                transaction._onCommit.Add(action);
            }
            else
            {
                action();
            }
        }

        public override async ValueTask DisposeAsync()
        {
            if (!_left)
            {
                _left = true;
                await transaction.LeaveAsync(_keep);
            }
        }
    }
}
