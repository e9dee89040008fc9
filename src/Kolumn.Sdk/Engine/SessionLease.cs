namespace Kolumn.Sdk.Engine;

/// <summary>
/// The session of one call: its own, or one lent by a transaction that lasts longer. Disposed without
/// <see cref="CommitAsync"/> it leaves everything as it was before the call.
/// </summary>
internal abstract class SessionLease<TSession>(TSession session) : IAsyncDisposable
    where TSession : IProviderSession
{
    public TSession Session { get; } = session;

    /// <summary>Whether more can follow the commit: not in a transaction that somebody else will end.</summary>
    public virtual bool CanContinue => false;

    /// <exception cref="ProviderException">As of <see cref="IProviderSession.CommitAsync"/>.</exception>
    public abstract Task CommitAsync(CancellationToken cancellationToken);

    /// <summary>Does it now, or when the transaction is committed. What is rolled back is never certain.</summary>
    public abstract void OnceCertain(Action action);

    public abstract ValueTask DisposeAsync();
}

/// <summary>A session that begins and ends with its call.</summary>
internal sealed class OwnSession<TSession>(TSession session) : SessionLease<TSession>(session)
    where TSession : IProviderSession
{
    public static async Task<SessionLease<TSession>> OpenAsync(IProviderConnection<TSession> connection, SessionMode mode, CancellationToken cancellationToken) =>
        new OwnSession<TSession>(await connection.OpenAsync(mode, cancellationToken));

    public override bool CanContinue => Session is IContinuingSession;

    public override Task CommitAsync(CancellationToken cancellationToken) => Session.CommitAsync(cancellationToken);

    public override void OnceCertain(Action action) => action();

    public override ValueTask DisposeAsync() => Session.DisposeAsync();
}
