namespace MySqlConnector.Internal;

/// <summary>
/// The thread on which a session talks to its server: the library's calls block, and a blocked thread of the pool is one that
/// everybody else lacks. One piece of work at a time; docs/decisions/0012-mariadb-client.md says why not the library's non-blocking calls.
/// </summary>
internal sealed class SessionThread
{
    // The library needs little, TLS and login plugins some more.
    private const int StackBytes = 512 * 1024;

    private readonly object _gate = new();
    private Action? _work;
    private bool _isBusy;
    private bool _ends;

    public SessionThread() => new Thread(Run, StackBytes) { IsBackground = true, Name = "MariaDB session" }.Start();

    /// <summary>Runs the work on this thread; nothing else may be under way on it.</summary>
    /// <exception cref="InvalidOperationException">Something is.</exception>
    public Task<T> RunAsync<T>(Func<T> work)
    {
        Enter();
        return RunEnteredAsync(work);
    }

    /// <summary>Keeps everybody else from posting work, until <see cref="Leave"/> or the end of the work that is posted then.</summary>
    /// <exception cref="InvalidOperationException">Something is under way.</exception>
    public void Enter()
    {
        lock (_gate)
        {
            if (_isBusy)
            {
                throw new InvalidOperationException("This MySqlConnection is already in use: it does one thing at a time.");
            }

            _isBusy = true;
        }
    }

    public void Leave()
    {
        lock (_gate)
        {
            _isBusy = false;
            _work = null;
        }
    }

    /// <summary>Runs the work on this thread, for whoever has entered.</summary>
    public Task<T> RunEnteredAsync<T>(Func<T> work)
    {
        var done = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_gate)
        {
            _work = () => Run(work, done);
            Monitor.Pulse(_gate);
        }

        return done.Task;
    }

    /// <summary>The thread ends after the work that is under way.</summary>
    public void End()
    {
        lock (_gate)
        {
            _ends = true;
            Monitor.Pulse(_gate);
        }
    }

    private void Run()
    {
        while (true)
        {
            Action? work;
            lock (_gate)
            {
                while (_work is null && !_ends)
                {
                    Monitor.Wait(_gate);
                }

                work = _work;
            }

            if (work is null)
            {
                return;
            }

            work();
        }
    }

    // Whoever awaits the result may post again at once: the place must be free by then.
    private void Run<T>(Func<T> work, TaskCompletionSource<T> done)
    {
        try
        {
            var result = work();
            Leave();
            done.SetResult(result);
        }
        catch (Exception failure)
        {
            Leave();
            done.SetException(failure);
        }
    }
}
