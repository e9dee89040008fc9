using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;

namespace MySqlConnector.Internal;

/// <summary>
/// A session whose calls are awaited. What takes too long, or is cancelled, is interrupted by KILL QUERY over a second
/// connection, after which the session can be used again; where that does not help, the transport is shut down.
/// </summary>
internal sealed class AsyncSession : IAsyncDisposable
{
    private static readonly TimeSpan KillLimit = TimeSpan.FromSeconds(5);

    private readonly SessionThread _thread;
    private readonly Session _session;
    private readonly SessionOptions _options;

    private AsyncSession(SessionThread thread, Session session, SessionOptions options) => (_thread, _session, _options) = (thread, session, options);

    public ulong ThreadId => _session.ThreadId;

    public string ServerVersion => _session.ServerVersion;

    public bool IsBroken => _session.IsBroken;

    /// <exception cref="MySqlException">The server cannot be reached in time, or refuses.</exception>
    public static async Task<AsyncSession> OpenAsync(SessionOptions options, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var limit = options.ConnectionTimeout == 0 ? Timeout.InfiniteTimeSpan : TimeSpan.FromSeconds(options.ConnectionTimeout);
        var thread = new SessionThread();
        var connecting = thread.RunAsync(() => Session.Connect(options));
        try
        {
            return new AsyncSession(thread, await connecting.WaitAsync(limit, cancellationToken), options);
        }
        catch (TimeoutException)
        {
            Abandon(thread, connecting);
            throw MySqlException.ForConnectTimeout(limit);
        }
        catch
        {
            Abandon(thread, connecting);
            throw;
        }
    }

    /// <summary>
    /// Runs calls on the session's thread:
    /// 1. where the answer to what they send comes at once, they need not go there;
    /// 2. wait for them, as long as nobody minds;
    /// 3. interrupt them;
    /// 4. wait for their end, which is near;
    /// 5. say what became of them: an interruption that came too late is none.
    /// </summary>
    /// <param name="limitSeconds">0 is no limit.</param>
    /// <param name="ahead">All that the calls will send, one statement; null when that is not known.</param>
    public async Task<T> RunAsync<T>(Func<Session, T> calls, uint limitSeconds, CancellationToken cancellationToken, byte[]? ahead = null)
    {
        cancellationToken.ThrowIfCancellationRequested();

        // 1
        _thread.Enter();
        if (ahead is not null && TryRunHere(ahead, calls, out var result))
        {
            return result;
        }

        var running = _thread.RunEnteredAsync(() => calls(_session));

        // 2
        var limit = limitSeconds == 0 ? Timeout.InfiniteTimeSpan : TimeSpan.FromSeconds(limitSeconds);
        await ((Task)running).WaitAsync(limit, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (running.IsCompleted)
        {
            return await running;
        }

        // 3
        await InterruptAsync(running);

        // 4
        await ((Task)running).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await ForgetInterruptionAsync();

        // 5
        try
        {
            return await running;
        }
        catch (MySqlException interrupted) when (interrupted.Number == MySqlException.Interrupted || IsBroken)
        {
            throw cancellationToken.IsCancellationRequested
                ? new OperationCanceledException("The statement was interrupted.", interrupted, cancellationToken)
                : MySqlException.ForCommandTimeout(interrupted);
        }
    }

    public async ValueTask DisposeAsync()
    {
        // Saying goodbye writes to a socket that may hang; a thread that is left behind ends with it.
        await ((Task)_thread.RunAsync(() =>
        {
            _session.Dispose();
            return true;
        })).WaitAsync(KillLimit).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _thread.End();
    }

    // The calls wait for nothing when the answer is there already; a thread that waited for another to make them would cost more than they do.
    private bool TryRunHere<T>(byte[] ahead, Func<Session, T> calls, [MaybeNullWhen(false)] out T result)
    {
        result = default;
        var leaves = true;
        try
        {
            if (_session.CanSendAhead(ahead.Length) && _session.SendAhead(ahead))
            {
                result = calls(_session);
                return true;
            }

            leaves = false;
            return false;
        }
        finally
        {
            if (leaves)
            {
                _thread.Leave();
            }
        }
    }

    private async Task InterruptAsync(Task running)
    {
        using var limit = new CancellationTokenSource(KillLimit);
        try
        {
            await using var second = await OpenAsync(_options with { ConnectionTimeout = (uint)KillLimit.TotalSeconds }, limit.Token);
            var kill = Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"KILL QUERY {ThreadId}"));
            await second._thread.RunAsync(() => second._session.Query(kill)).WaitAsync(limit.Token);
            await running.WaitAsync(limit.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        catch (Exception failed) when (failed is MySqlException or OperationCanceledException)
        {
            // No second connection, or no answer there: then there is only the hard way.
        }

        if (!running.IsCompleted)
        {
            _session.Abort();
        }
    }

    // A KILL that came after the statement's end would hit the next one: an empty one takes it.
    private async Task ForgetInterruptionAsync()
    {
        if (!IsBroken)
        {
            await ((Task)_thread.RunAsync(() => _session.Query("DO SLEEP(0)"u8))).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    // Where we did not wait for it the thread is still inside the library: it cleans up by itself, within the library's own limit.
    private static void Abandon(SessionThread thread, Task<Session> connecting)
    {
        _ = DisposeLaterAsync(connecting);
        thread.End();
    }

    private static async Task DisposeLaterAsync(Task<Session> connecting)
    {
        await ((Task)connecting).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (connecting.IsCompletedSuccessfully)
        {
            (await connecting).Dispose();
        }
    }
}
