using System.Data;
using System.Data.Common;
using System.Diagnostics.CodeAnalysis;
using MySqlConnector.Internal;

namespace MySqlConnector;

/// <summary>
/// A statement, or several divided by semicolons. With parameters, and after <see cref="Prepare"/>, the server prepares it and both sides
/// speak binary; otherwise text goes out and text comes back.
/// </summary>
public sealed class MySqlCommand : DbCommand
{
    private PreparedStatement? _prepared;
    private int? _timeout;

    public MySqlCommand()
        : this("")
    {
    }

    public MySqlCommand(string? commandText, MySqlConnection? connection = null, MySqlTransaction? transaction = null) =>
        (CommandText, Connection, Transaction) = (commandText, connection, transaction);

    [AllowNull]
    public override string CommandText { get; set => field = value ?? ""; }

    /// <summary>Seconds; 0 is no limit. Without a value of its own the connection's.</summary>
    public override int CommandTimeout
    {
        get => _timeout ?? (int)(Connection?.Options.DefaultCommandTimeout ?? 30);
        set => _timeout = value >= 0 ? value : throw new ArgumentOutOfRangeException(nameof(value));
    }

    /// <exception cref="NotSupportedException">Anything but text.</exception>
    public override CommandType CommandType
    {
        get => CommandType.Text;
        set => StatementsOnly.Check(value);
    }

    public new MySqlConnection? Connection { get; set; }

    public new MySqlTransaction? Transaction { get; set; }

    public new MySqlParameterCollection Parameters { get; } = new();

    /// <summary>What the last execution gave to an AUTO_INCREMENT column first.</summary>
    public long LastInsertedId { get; private set; }

    public override bool DesignTimeVisible { get; set; }

    public override UpdateRowSource UpdatedRowSource { get; set; }

    protected override DbConnection? DbConnection { get => Connection; set => Connection = (MySqlConnection?)value; }

    protected override DbTransaction? DbTransaction { get => Transaction; set => Transaction = (MySqlTransaction?)value; }

    protected override DbParameterCollection DbParameterCollection => Parameters;

    /// <summary>Nothing: cancel the token of the call instead.</summary>
    public override void Cancel()
    {
    }

    public override void Prepare() => PrepareAsync().GetAwaiter().GetResult();

    /// <summary>Has the server prepare the statement, until the command is disposed or its connection closed.</summary>
    public override async Task PrepareAsync(CancellationToken cancellationToken = default)
    {
        var connection = Connection ?? throw new InvalidOperationException("Connection property must be non-null and the connection must be open.");
        var text = StatementText.From(CommandText, Parameters, connection.Options).Text;
        await ForgetPreparedAsync();
        _prepared = await connection.RunAsync(session => session.Prepare(text), (uint)CommandTimeout, cancellationToken);
    }

    public override int ExecuteNonQuery() => ExecuteNonQueryAsync(CancellationToken.None).GetAwaiter().GetResult();

    /// <returns>How many rows were found, or changed, by everything in the text; -1 when nothing in it changes rows.</returns>
    public override async Task<int> ExecuteNonQueryAsync(CancellationToken cancellationToken)
    {
        var run = NewRun();
        var affected = await run.ExecuteNonQueryAsync(cancellationToken);
        LastInsertedId = run.Cursor.LastInsertedId;
        return affected;
    }

    public override object? ExecuteScalar() => ExecuteScalarAsync(CancellationToken.None).GetAwaiter().GetResult();

    /// <returns>The first value of the first result; null when it has no row.</returns>
    public override Task<object?> ExecuteScalarAsync(CancellationToken cancellationToken) => NewRun().ExecuteScalarAsync(cancellationToken);

    public new MySqlDataReader ExecuteReader() => ExecuteReader(CommandBehavior.Default);

    public new MySqlDataReader ExecuteReader(CommandBehavior behavior) => ExecuteReaderAsync(behavior, CancellationToken.None).GetAwaiter().GetResult();

    public new Task<MySqlDataReader> ExecuteReaderAsync(CancellationToken cancellationToken = default) => ExecuteReaderAsync(CommandBehavior.Default, cancellationToken);

    public new async Task<MySqlDataReader> ExecuteReaderAsync(CommandBehavior behavior, CancellationToken cancellationToken = default)
    {
        var run = NewRun();
        var reader = await run.ExecuteReaderAsync(behavior, cancellationToken);
        LastInsertedId = run.Cursor.LastInsertedId;
        return reader;
    }

    public override async ValueTask DisposeAsync()
    {
        await ForgetPreparedAsync();
        await base.DisposeAsync();
    }

    protected override DbParameter CreateDbParameter() => new MySqlParameter();

    protected override DbDataReader ExecuteDbDataReader(CommandBehavior behavior) => ExecuteReader(behavior);

    protected override async Task<DbDataReader> ExecuteDbDataReaderAsync(CommandBehavior behavior, CancellationToken cancellationToken) =>
        await ExecuteReaderAsync(behavior, cancellationToken);

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            ForgetPreparedAsync().GetAwaiter().GetResult();
        }

        base.Dispose(disposing);
    }

    private CommandRun NewRun()
    {
        if (string.IsNullOrWhiteSpace(CommandText))
        {
            throw new InvalidOperationException("CommandText must be specified.");
        }

        var statement = StatementText.From(CommandText, Parameters, Connection?.Options ?? throw new InvalidOperationException("Connection property must be non-null and the connection must be open."));
        IReadOnlyList<Execution> executions = _prepared is { IsClosed: false } prepared && prepared.Text == statement.Text
            ? [new PreparedExecution(statement.Text, statement.Values, prepared)]
            : ExecutionPlan.For([statement]);
        return CommandRun.For(Connection, Transaction, executions, null, CommandTimeout);
    }

    // A reader that is still open needs its statement: it goes with the connection then.
    private async Task ForgetPreparedAsync()
    {
        if (_prepared is { IsClosed: false } prepared && Connection is { State: ConnectionState.Open, Reader: null } connection)
        {
            await connection.RunAsync(
                _ =>
                {
                    prepared.Close();
                    return true;
                },
                (uint)CommandTimeout,
                CancellationToken.None);
        }

        _prepared = null;
    }
}
