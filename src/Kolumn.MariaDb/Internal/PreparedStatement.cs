using System.Runtime.InteropServices;
using System.Text;
using MySqlConnector.Native;

namespace MySqlConnector.Internal;

/// <summary>A statement that the server has prepared, as blocking calls on its session's thread.</summary>
internal sealed class PreparedStatement
{
    private const int NoMoreRows = 100;
    private const int Truncated = 101;
    private const int NoMoreResults = -1;

    private readonly Session _session;
    private readonly ConnectionHandle _connection;
    private readonly SessionOptions _options;
    private readonly StatementHandle _statement;
    private ResultBinding? _binding;
    private bool _hasResult;

    private PreparedStatement(Session session, ConnectionHandle connection, SessionOptions options, StatementHandle statement, string text)
    {
        _session = session;
        _connection = connection;
        _options = options;
        _statement = statement;
        Text = text;
    }

    public string Text { get; }

    public int Parameters => (int)MariaDbApi.ParameterCount(_statement.Value).Value;

    /// <summary>Its connection was reset or has gone.</summary>
    public bool IsClosed => _statement.Value == 0 || _connection.IsClosed;

    /// <exception cref="MySqlException">The server does not understand it, or does not prepare such statements.</exception>
    public static unsafe PreparedStatement Prepare(Session session, ConnectionHandle connection, SessionOptions options, string text)
    {
        var statement = new PreparedStatement(session, connection, options, connection.AddStatement(), text);
        try
        {
            var bytes = Encoding.UTF8.GetBytes(text);
            fixed (byte* first = bytes)
            {
                statement.Check(MariaDbApi.Prepare(statement._statement.Value, first, new CULong((nuint)bytes.Length)));
            }

            return statement;
        }
        catch
        {
            statement.Close();
            throw;
        }
    }

    /// <exception cref="InvalidOperationException">It has another number of parameters.</exception>
    public unsafe ResultHeader Execute(IReadOnlyList<object?> values)
    {
        if (values.Count != Parameters)
        {
            throw new InvalidOperationException($"The statement has {Parameters} parameters, and {values.Count} values are there for them.");
        }

        using var parameters = new ParameterBinding(values);
        if (values.Count > 0)
        {
            Check(MariaDbApi.BindParameters(_statement.Value, parameters.Binds));
        }

        Check(MariaDbApi.Execute(_statement.Value));
        return ReadHeader();
    }

    /// <summary>The next result of a CALL; null when there is none left.</summary>
    public ResultHeader? Next()
    {
        if (!_hasResult)
        {
            return null;
        }

        _hasResult = false;
        SkipRows();
        Check(MariaDbApi.FreeStatementResult(_statement.Value));
        var next = MariaDbApi.NextStatementResult(_statement.Value);
        if (next == NoMoreResults)
        {
            return null;
        }

        Check(next);
        return ReadHeader();
    }

    public void Fetch(RowChunk chunk)
    {
        while (!chunk.IsFull)
        {
            var fetched = MariaDbApi.FetchStatement(_statement.Value);
            if (fetched == NoMoreRows)
            {
                chunk.IsLast = true;
                return;
            }

            Check(fetched is 0 or Truncated ? 0 : 1);
            _binding!.CopyRow(_statement.Value, chunk);
        }
    }

    public void Close() => _connection.CloseStatement(_statement);

    // As with the rows of a text: they may end in an error.
    private void SkipRows()
    {
        if (MariaDbApi.StatementFieldCount(_statement.Value) == 0)
        {
            return;
        }

        int fetched;
        do
        {
            fetched = MariaDbApi.FetchStatement(_statement.Value);
        }
        while (fetched is 0 or Truncated);
        Check(fetched == NoMoreRows ? 0 : 1);
    }

    private unsafe ResultHeader ReadHeader()
    {
        _hasResult = true;
        var count = (int)MariaDbApi.StatementFieldCount(_statement.Value);
        if (count == 0)
        {
            return new ResultHeader(
                [],
                unchecked((long)MariaDbApi.StatementAffectedRows(_statement.Value)),
                unchecked((long)MariaDbApi.StatementInsertId(_statement.Value)));
        }

        var metadata = MariaDbApi.StatementMetadata(_statement.Value);
        Check(metadata == 0 ? 1 : 0);
        IReadOnlyList<Column> columns;
        try
        {
            columns = Column.Read(metadata, count, _options);
        }
        finally
        {
            MariaDbApi.FreeResult(metadata);
        }

        _binding = new ResultBinding(columns);
        Check(MariaDbApi.BindResult(_statement.Value, _binding.Binds));
        return new ResultHeader(columns, -1, 0);
    }

    private void Check(int failed)
    {
        if (failed != 0)
        {
            if (MariaDbApi.StatementErrorNumber(_statement.Value) == 0)
            {
                // What goes wrong between rows the library keeps with the connection.
                _session.Check(failed);
            }

            _session.Fail(
                MariaDbApi.StatementErrorNumber(_statement.Value),
                MariaDbApi.StatementSqlState(_statement.Value),
                MariaDbApi.StatementErrorMessage(_statement.Value));
        }
    }
}
