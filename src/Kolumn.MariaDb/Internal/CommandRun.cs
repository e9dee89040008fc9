using System.Data;
using System.Data.Common;

namespace MySqlConnector.Internal;

/// <summary>One execution of a command or a batch on its connection, within its limits.</summary>
internal sealed class CommandRun
{
    private readonly Cursor _cursor;
    private readonly IReadOnlyList<MySqlBatchCommand>? _batch;
    private readonly uint _limitSeconds;

    private CommandRun(MySqlConnection connection, IReadOnlyList<Execution> executions, IReadOnlyList<MySqlBatchCommand>? batch, int limitSeconds)
    {
        Connection = connection;
        _batch = batch;
        _limitSeconds = (uint)Math.Max(limitSeconds, 0);
        _cursor = new Cursor(executions) { Answered = batch is null ? null : (command, records) => batch[command].Records = (int)records };
    }

    public MySqlConnection Connection { get; }

    public Cursor Cursor => _cursor;

    /// <exception cref="InvalidOperationException">The connection is not open, or in use, or in another transaction.</exception>
    public static CommandRun For(
        MySqlConnection? connection, DbTransaction? transaction, IReadOnlyList<Execution> executions, IReadOnlyList<MySqlBatchCommand>? batch, int limitSeconds)
    {
        if (connection is not { State: ConnectionState.Open })
        {
            throw new InvalidOperationException("Connection property must be non-null and the connection must be open.");
        }

        if (connection.Reader is not null)
        {
            throw new InvalidOperationException("This MySqlConnection is already in use: it has an open reader.");
        }

        if (connection.Transaction != transaction)
        {
            throw new InvalidOperationException("The transaction associated with this command is not the connection's active transaction.");
        }

        return new CommandRun(connection, executions, batch, limitSeconds);
    }

    /// <summary>Runs calls on the cursor; an error says which command of the batch it was.</summary>
    public async Task<T> RunAsync<T>(Func<Cursor, Session, T> calls, CancellationToken cancellationToken)
    {
        try
        {
            return await Connection.Session.RunAsync(session => calls(_cursor, session), _limitSeconds, cancellationToken, _cursor.Ahead);
        }
        catch (MySqlException failure) when (_batch is not null && _cursor.Command >= 0 && _cursor.Command < _batch.Count)
        {
            failure.FailedCommand = _batch[_cursor.Command];
            throw;
        }
    }

    public async Task<int> ExecuteNonQueryAsync(CancellationToken cancellationToken)
    {
        await RunAsync((cursor, session) => cursor.MoveToEnd(session), cancellationToken);
        return (int)_cursor.RecordsAffected;
    }

    public async Task<object?> ExecuteScalarAsync(CancellationToken cancellationToken)
    {
        object? value = null;
        await RunAsync(
            (cursor, session) =>
            {
                if (cursor.MoveNext(session) && cursor.Current!.Rows.Rows > 0)
                {
                    var first = cursor.Current;
                    value = first.Rows.IsNull(0, 0) ? DBNull.Value : new Cell(first.Columns[0], first.Rows.Value(0, 0), first.IsBinary, Connection.Options).Read();
                }

                return cursor.MoveToEnd(session);
            },
            cancellationToken);
        return value;
    }

    public async Task<MySqlDataReader> ExecuteReaderAsync(CommandBehavior behavior, CancellationToken cancellationToken)
    {
        await RunAsync((cursor, session) => cursor.MoveNext(session), cancellationToken);
        return Connection.Reader = new MySqlDataReader(this, behavior);
    }
}
