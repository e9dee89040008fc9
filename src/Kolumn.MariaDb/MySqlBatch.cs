using System.Data;
using System.Data.Common;
using MySqlConnector.Internal;

namespace MySqlConnector;

/// <summary>
/// Statements that are sent together, in as few round trips as is safe. The first that fails ends the batch: nothing after it is
/// executed, and <see cref="DbException.BatchCommand"/> says which it was.
/// </summary>
public sealed class MySqlBatch : DbBatch
{
    private int? _timeout;

    public MySqlBatch(MySqlConnection? connection = null, MySqlTransaction? transaction = null) => (Connection, Transaction) = (connection, transaction);

    public new MySqlConnection? Connection { get; set; }

    public new MySqlTransaction? Transaction { get; set; }

    public new MySqlBatchCommandCollection BatchCommands { get; } = new();

    /// <summary>Seconds for the whole batch; 0 is no limit.</summary>
    public override int Timeout
    {
        get => _timeout ?? (int)(Connection?.Options.DefaultCommandTimeout ?? 30);
        set => _timeout = value >= 0 ? value : throw new ArgumentOutOfRangeException(nameof(value));
    }

    protected override DbBatchCommandCollection DbBatchCommands => BatchCommands;

    protected override DbConnection? DbConnection { get => Connection; set => Connection = (MySqlConnection?)value; }

    protected override DbTransaction? DbTransaction { get => Transaction; set => Transaction = (MySqlTransaction?)value; }

    public override int ExecuteNonQuery() => ExecuteNonQueryAsync(CancellationToken.None).GetAwaiter().GetResult();

    public override Task<int> ExecuteNonQueryAsync(CancellationToken cancellationToken = default) => NewRun().ExecuteNonQueryAsync(cancellationToken);

    public override object? ExecuteScalar() => ExecuteScalarAsync(CancellationToken.None).GetAwaiter().GetResult();

    public override Task<object?> ExecuteScalarAsync(CancellationToken cancellationToken = default) => NewRun().ExecuteScalarAsync(cancellationToken);

    public new Task<MySqlDataReader> ExecuteReaderAsync(CancellationToken cancellationToken = default) =>
        NewRun().ExecuteReaderAsync(CommandBehavior.Default, cancellationToken);

    /// <summary>Nothing: each statement is prepared as it is needed.</summary>
    public override void Prepare()
    {
    }

    public override Task PrepareAsync(CancellationToken cancellationToken = default) => Task.CompletedTask;

    /// <summary>Nothing: cancel the token of the call instead.</summary>
    public override void Cancel()
    {
    }

    protected override DbBatchCommand CreateDbBatchCommand() => new MySqlBatchCommand();

    protected override DbDataReader ExecuteDbDataReader(CommandBehavior behavior) =>
        NewRun().ExecuteReaderAsync(behavior, CancellationToken.None).GetAwaiter().GetResult();

    protected override async Task<DbDataReader> ExecuteDbDataReaderAsync(CommandBehavior behavior, CancellationToken cancellationToken) =>
        await NewRun().ExecuteReaderAsync(behavior, cancellationToken);

    private CommandRun NewRun()
    {
        var options = Connection?.Options ?? throw new InvalidOperationException("Connection property must be non-null and the connection must be open.");
        if (BatchCommands.Count == 0)
        {
            throw new InvalidOperationException("BatchCommands must contain a command.");
        }

        var statements = BatchCommands.Commands.Select(c => StatementText.From(c.CommandText, c.Parameters, options)).ToList();
        return CommandRun.For(Connection, Transaction, ExecutionPlan.For(statements), BatchCommands.Commands, Timeout);
    }
}
