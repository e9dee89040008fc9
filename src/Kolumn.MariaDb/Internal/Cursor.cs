using System.Runtime.ExceptionServices;

namespace MySqlConnector.Internal;

/// <summary>
/// Goes through the results of some executions, one after the other. What takes a <see cref="Session"/> runs on its thread;
/// each such call is one hop to it and back, and brings as many small results along as fit into a portion.
/// </summary>
internal sealed class Cursor(IReadOnlyList<Execution> executions)
{
    private const int EnoughResults = 1024;

    private readonly Queue<FetchedResult> _fetched = new();
    private int _execution = -1;
    private ResultHeader? _header;
    private ExceptionDispatchInfo? _failure;

    /// <summary>The result that is being read; null before the first and after the last.</summary>
    public FetchedResult? Current { get; private set; }

    /// <summary>Rows changed by all statements so far; -1 when none of them changes rows.</summary>
    public long RecordsAffected { get; private set; } = -1;

    public long LastInsertedId { get; private set; }

    /// <summary>The command whose answer was read last, counted from the first of the first execution.</summary>
    public int Command { get; private set; } = -1;

    /// <summary>Hears what each command changed.</summary>
    public Action<int, long>? Answered { get; init; }

    /// <summary>What the first call will send, when nothing is sent after it.</summary>
    public byte[]? Ahead => _execution < 0 && executions.Count == 1 ? executions[0].Ahead : null;

    private bool IsAtEnd => _execution >= executions.Count;

    /// <summary>Goes to the next result, where no hop is needed for that: it was brought along, or there is none.</summary>
    /// <returns>Whether that was possible.</returns>
    public bool TryMoveNext()
    {
        if (_fetched.TryDequeue(out var next))
        {
            Current = next;
            return true;
        }

        if (IsAtEnd && _failure is null)
        {
            Current = null;
            return true;
        }

        return false;
    }

    /// <summary>Goes to the next result with columns, and fetches its first rows and small results that follow.</summary>
    /// <returns>Whether there is one.</returns>
    public bool MoveNext(Session session)
    {
        if (_failure is null)
        {
            Fetch(session);
        }

        if (_fetched.Count == 0 && _failure is { } failure)
        {
            _failure = null;
            Current = null;
            failure.Throw();
        }

        TryMoveNext();
        return Current is not null;
    }

    /// <summary>The next rows of the same result.</summary>
    public bool MoveToRows(Session session)
    {
        Current!.Rows.Clear();
        executions[_execution].Fetch(session, Current.Rows, Current.Columns.Count);
        return true;
    }

    /// <summary>Runs everything that is left, without looking at rows.</summary>
    public bool MoveToEnd(Session session)
    {
        Current = null;
        _fetched.Clear();
        _failure?.Throw();
        while (Advance(session))
        {
        }

        return true;
    }

    /// <summary>Leaves the rest: nothing more is sent, and what was sent is drained.</summary>
    public bool Leave(Session session)
    {
        if (_execution >= 0)
        {
            EndQuietly(session);
        }

        _execution = executions.Count;
        Current = null;
        _fetched.Clear();
        return true;
    }

    // A failure behind results that were fetched waits until they have been read.
    private void Fetch(Session session)
    {
        try
        {
            var bytes = 0;
            while (bytes < RowChunk.EnoughBytes && _fetched.Count < EnoughResults && Advance(session))
            {
                if (!_header!.HasRows)
                {
                    continue;
                }

                var rows = new RowChunk(_header.Columns.Count);
                executions[_execution].Fetch(session, rows, _header.Columns.Count);
                _fetched.Enqueue(new FetchedResult(_header.Columns, rows, executions[_execution].IsBinary, RecordsAffected));
                bytes += rows.IsLast ? rows.Bytes : RowChunk.EnoughBytes;
            }
        }
        catch (MySqlException failure)
        {
            _failure = ExceptionDispatchInfo.Capture(failure);
        }
    }

    private bool Advance(Session session)
    {
        try
        {
            return Move(session);
        }
        catch
        {
            // The rest is not sent, and the session is left as the next command wants it.
            EndQuietly(session);
            _execution = executions.Count;
            throw;
        }
    }

    private void EndQuietly(Session session)
    {
        if (IsAtEnd || session.IsBroken)
        {
            return;
        }

        try
        {
            executions[_execution].End(session);
        }
        catch (MySqlException)
        {
            // Nobody wants to know any more: it was left, or the first failure says what happened.
        }
    }

    private bool Move(Session session)
    {
        _header = null;
        if (_execution >= 0 && !IsAtEnd)
        {
            Command += executions[_execution].Commands > 1 ? 1 : 0;
            _header = executions[_execution].Next(session);
            if (_header is null)
            {
                executions[_execution].End(session);
            }
        }

        if (_header is null)
        {
            if (_execution + 1 >= executions.Count)
            {
                _execution = executions.Count;
                return false;
            }

            // With several commands the one after the last was counted when it did not come.
            Command += _execution < 0 || executions[_execution].Commands == 1 ? 1 : 0;
            _execution++;
            _header = executions[_execution].Start(session);
        }

        LastInsertedId = _header.LastInsertedId == 0 ? LastInsertedId : _header.LastInsertedId;
        if (!_header.HasRows)
        {
            RecordsAffected = Math.Max(RecordsAffected, 0) + _header.RecordsAffected;
            Answered?.Invoke(Command, _header.RecordsAffected);
        }

        return true;
    }
}
