namespace MySqlConnector.Internal;

/// <summary>
/// Goes through the results of some executions, one after the other. Everything but the properties runs on the session's
/// thread; each call is one hop to it and back, however many statements it passes.
/// </summary>
internal sealed class Cursor(IReadOnlyList<Execution> executions)
{
    private int _execution = -1;
    private ResultHeader? _header;

    /// <summary>Of the result that has rows and is being read; null after the last.</summary>
    public IReadOnlyList<Column>? Columns { get; private set; }

    public bool IsBinary => _execution >= 0 && _execution < executions.Count && executions[_execution].IsBinary;

    public RowChunk Chunk { get; private set; } = new(0);

    /// <summary>Rows changed by all statements so far; -1 when none of them changes rows.</summary>
    public long RecordsAffected { get; private set; } = -1;

    public long LastInsertedId { get; private set; }

    /// <summary>The command whose answer is being read, counted from the first of the first execution.</summary>
    public int Command { get; private set; } = -1;

    /// <summary>Hears what each command changed.</summary>
    public Action<int, long>? Answered { get; init; }

    /// <summary>Goes to the next result with rows and fetches the first of them.</summary>
    /// <returns>Whether there is one.</returns>
    public bool MoveToRows(Session session)
    {
        while (MoveNext(session))
        {
            if (_header!.HasRows)
            {
                Columns = _header.Columns;
                Chunk = new RowChunk(Columns.Count);
                executions[_execution].Fetch(session, Chunk, Columns.Count);
                return true;
            }
        }

        Columns = null;
        Chunk = new RowChunk(0);
        return false;
    }

    /// <summary>The next rows of the same result.</summary>
    public RowChunk MoveToChunk(Session session)
    {
        Chunk.Clear();
        executions[_execution].Fetch(session, Chunk, Columns!.Count);
        return Chunk;
    }

    /// <summary>Runs everything that is left, without looking at rows.</summary>
    public bool MoveToEnd(Session session)
    {
        while (MoveNext(session))
        {
        }

        Columns = null;
        return true;
    }

    /// <summary>Leaves the rest: nothing more is sent, and what was sent is drained.</summary>
    public bool Leave(Session session)
    {
        if (_execution >= 0 && _execution < executions.Count)
        {
            executions[_execution].End(session);
        }

        _execution = executions.Count;
        Columns = null;
        return true;
    }

    private bool MoveNext(Session session)
    {
        try
        {
            return Move(session);
        }
        catch
        {
            // The rest is not sent, and the session is left as the next command wants it.
            EndFailed(session);
            _execution = executions.Count;
            throw;
        }
    }

    private void EndFailed(Session session)
    {
        if (_execution >= executions.Count || session.IsBroken)
        {
            return;
        }

        try
        {
            executions[_execution].End(session);
        }
        catch (MySqlException)
        {
            // The first failure is the one that says what happened.
        }
    }

    private bool Move(Session session)
    {
        _header = null;
        if (_execution >= 0 && _execution < executions.Count)
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
