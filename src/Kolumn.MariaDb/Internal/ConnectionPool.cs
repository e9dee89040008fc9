using System.Collections.Concurrent;

namespace MySqlConnector.Internal;

/// <summary>
/// Sessions that wait for the next who wants one. At most as many as the connection string says exist at once; who comes then waits, within the
/// connection's timeout. A session is reset when it is taken again: who gave it back need not wait for that.
/// </summary>
internal sealed class ConnectionPool(MySqlConnectionStringBuilder settings) : IAsyncDisposable
{
    private static readonly ConcurrentDictionary<string, ConnectionPool> Pools = new();

    // Servers close what was silent for eight hours; long before that it only costs memory there and a thread here.
    private static readonly TimeSpan MaximumIdleTime = TimeSpan.FromMinutes(3);

    private readonly SessionOptions _options = settings.ToOptions();
    private readonly SemaphoreSlim _free = new((int)Math.Max(settings.MaximumPoolSize, 1));
    private readonly Lock _lock = new();
    private readonly Stack<(AsyncSession Session, long Since)> _idle = new();
    private bool _ended;

    /// <summary>The pool that all connections with this connection string share.</summary>
    public static ConnectionPool For(MySqlConnectionStringBuilder settings) => Pools.GetOrAdd(settings.ConnectionString, _ => new ConnectionPool(settings));

    /// <exception cref="MySqlException">No session became free, the server cannot be reached, or refuses.</exception>
    public async Task<AsyncSession> TakeAsync(CancellationToken cancellationToken)
    {
        var limit = _options.ConnectionTimeout == 0 ? Timeout.InfiniteTimeSpan : TimeSpan.FromSeconds(_options.ConnectionTimeout);
        if (!await _free.WaitAsync(limit, cancellationToken))
        {
            throw new MySqlException($"Connect Timeout expired: all {settings.MaximumPoolSize} connections of the pool are in use.");
        }

        try
        {
            while (TakeIdle() is { } idle)
            {
                if (await IsFitAsync(idle, cancellationToken))
                {
                    return idle;
                }

                await idle.DisposeAsync();
            }

            return await AsyncSession.OpenAsync(_options, cancellationToken);
        }
        catch
        {
            _free.Release();
            throw;
        }
    }

    public async ValueTask GiveBackAsync(AsyncSession session)
    {
        var old = new List<AsyncSession>();
        lock (_lock)
        {
            if (session.IsBroken || _ended)
            {
                old.Add(session);
            }
            else
            {
                _idle.Push((session, Environment.TickCount64));
            }

            // Who waits longest is at the bottom: when that one is too old, so may be others.
            if (_idle.Any(IsOld))
            {
                var young = _idle.Where(i => !IsOld(i)).Reverse().ToList();
                old.AddRange(_idle.Where(IsOld).Select(i => i.Session));
                _idle.Clear();
                young.ForEach(_idle.Push);
            }
        }

        _free.Release();
        foreach (var unfit in old)
        {
            await unfit.DisposeAsync();
        }
    }

    /// <summary>A session that was taken does not come back.</summary>
    public void Forget() => _free.Release();

    public async ValueTask DisposeAsync()
    {
        lock (_lock)
        {
            _ended = true;
        }

        while (TakeIdle() is { } idle)
        {
            await idle.DisposeAsync();
        }
    }

    private static bool IsOld((AsyncSession Session, long Since) idle) => Environment.TickCount64 - idle.Since > MaximumIdleTime.TotalMilliseconds;

    private AsyncSession? TakeIdle()
    {
        lock (_lock)
        {
            return _idle.TryPop(out var idle) ? idle.Session : null;
        }
    }

    // The reset is also the proof that the server still knows us.
    private async Task<bool> IsFitAsync(AsyncSession session, CancellationToken cancellationToken)
    {
        try
        {
            return await session.RunAsync(
                native =>
                {
                    native.Reset();
                    return true;
                },
                _options.ConnectionTimeout,
                cancellationToken);
        }
        catch (MySqlException)
        {
            return false;
        }
    }
}
