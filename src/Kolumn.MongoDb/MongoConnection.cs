using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Kolumn.MongoDb.Internal;

namespace Kolumn.MongoDb;

/// <summary>Whether a command changes anything: what the URI says of read preference and read concern, or of write concern, goes with it.</summary>
public enum MongoCommandKind
{
    Read,

    Write,
}

/// <summary>How a reply is written: https://www.mongodb.com/docs/manual/reference/mongodb-extended-json/.</summary>
public enum MongoReplyForm
{
    /// <summary>Numbers are numbers: easy to read.</summary>
    Relaxed,

    /// <summary>Every value names its type, so that what is sent back is what came.</summary>
    Canonical,
}

/// <summary>
/// One connection and one session of the server on it, for one user at a time. The driver's calls block, so a thread of its own makes
/// them; callers wait without one.
/// </summary>
/// <remarks>
/// A cancelled command is interrupted on the server (killSessions, which needs no right beyond the session's own) and its end is awaited
/// for a moment. When it does not end, the connection is given up: the caller goes on, and the thread gives the connection back when the driver
/// returns, which it does at the latest after socketTimeoutMS. Until then it counts as one of those in use, so that their number is bounded.
/// </remarks>
public sealed class MongoConnection : IAsyncDisposable
{
    private static readonly TimeSpan InterruptLimit = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan EndLimit = TimeSpan.FromMilliseconds(300);

    private readonly MongoClient _client;
    private readonly BlockingCollection<Action<NativeSession>> _work = [];
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile JsonObject? _sessionId;
    private bool _isGivenUp;
    private bool _isDisposed;

    internal MongoConnection(MongoClient client, SafePoolHandle pool, Action giveBack)
    {
        _client = client;
        new Thread(() => Work(pool, giveBack)) { IsBackground = true, Name = "mongodb" }.Start();
    }

    /// <summary>Runs a command: https://www.mongodb.com/docs/manual/reference/command/. Documents are extended JSON 2, replies in its relaxed form.</summary>
    /// <exception cref="MongoException">It failed, or some of its writes did.</exception>
    /// <exception cref="OperationCanceledException">Cancelled; unless the server was quick, what the command did is not known.</exception>
    public Task<JsonObject> RunAsync(string database, JsonObject command, MongoCommandKind kind, CancellationToken cancellationToken) =>
        RunAsync(database, command, kind, MongoReplyForm.Relaxed, cancellationToken);

    /// <summary>The same, with the reply in one form or the other.</summary>
    /// <exception cref="MongoException">As there.</exception>
    /// <exception cref="OperationCanceledException">As there.</exception>
    public async Task<JsonObject> RunAsync(string database, JsonObject command, MongoCommandKind kind, MongoReplyForm form, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(command);
        cancellationToken.ThrowIfCancellationRequested();
        var bytes = BsonEncoder.Encode(command);
        var running = DoAsync(session => session.Run(database, bytes, kind, form));
        if (await Task.WhenAny(running, Cancellation(cancellationToken, out var registration)) == running || running.IsCompleted)
        {
            await registration.DisposeAsync();
            return await running;
        }

        await registration.DisposeAsync();
        await InterruptAsync(running);
        throw new OperationCanceledException("The command was cancelled.", cancellationToken);
    }

    /// <summary>Begins a transaction; every command from here to its end is a part of it.</summary>
    /// <exception cref="MongoException">The deployment has no transactions, or one is open.</exception>
    public Task BeginAsync() => DoAsync(session => session.Begin());

    /// <exception cref="MongoException">It was not committed, or with <see cref="MongoFailure.Lost"/> nobody knows.</exception>
    public Task CommitAsync() => DoAsync(session => session.Commit());

    public Task AbortAsync() => DoAsync(session => session.Abort());

    public async ValueTask DisposeAsync()
    {
        if (_isDisposed)
        {
            return;
        }

        _isDisposed = true;
        _work.CompleteAdding();
        if (!_isGivenUp)
        {
            await _ended.Task;
        }
    }

    internal Task<JsonObject> RunUninterruptedAsync(string database, JsonObject command)
    {
        var bytes = BsonEncoder.Encode(command);
        return DoAsync(session => session.Run(database, bytes, MongoCommandKind.Read));
    }

    private static Task Cancellation(CancellationToken cancellationToken, out CancellationTokenRegistration registration)
    {
        var cancelled = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        registration = cancellationToken.Register(() => cancelled.TrySetResult());
        return cancelled.Task;
    }

    private async Task InterruptAsync(Task running)
    {
        if (_sessionId is { } id)
        {
            await _client.InterruptAsync(id, InterruptLimit);
        }

        try
        {
            await running.WaitAsync(EndLimit);
        }
        catch (TimeoutException)
        {
            _isGivenUp = true;
            _ = running.ContinueWith(late => late.Exception, TaskScheduler.Default);
        }
        catch (MongoException)
        {
            // Interrupted, as it was asked to be.
        }
    }

    private Task<JsonObject> DoAsync(Func<NativeSession, JsonObject> work)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        if (_isGivenUp)
        {
            throw new MongoException(MongoFailure.Lost, "the connection was given up after a cancelled command that did not end");
        }

        var done = new TaskCompletionSource<JsonObject>(TaskCreationOptions.RunContinuationsAsynchronously);
        _work.Add(session =>
        {
            try
            {
                session.Open();
                _sessionId ??= session.Id;
                done.SetResult(work(session));
            }
            catch (Exception failure)
            {
                done.SetException(failure);
            }
        });
        return done.Task;
    }

    private void Work(SafePoolHandle pool, Action giveBack)
    {
        try
        {
            using var session = new NativeSession(pool);
            foreach (var work in _work.GetConsumingEnumerable())
            {
                work(session);
            }
        }
        finally
        {
            _work.Dispose();
            giveBack();
            _ended.SetResult();
        }
    }
}
