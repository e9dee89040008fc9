using System.Data;
using System.Data.Common;

namespace MySqlConnector;

/// <summary>A transaction. Rolled back when disposed without a commit. A DDL statement commits it behind its back: servers work that way.</summary>
public sealed class MySqlTransaction : DbTransaction
{
    private MySqlConnection? _connection;

    private MySqlTransaction(MySqlConnection connection, IsolationLevel isolationLevel) => (_connection, IsolationLevel) = (connection, isolationLevel);

    /// <summary>null once the transaction has ended.</summary>
    public new MySqlConnection? Connection => _connection;

    public override IsolationLevel IsolationLevel { get; }

    protected override DbConnection? DbConnection => _connection;

    // Plain queries: MySQL does not prepare START TRANSACTION.
    public override void Commit() => CommitAsync(CancellationToken.None).GetAwaiter().GetResult();

    public override Task CommitAsync(CancellationToken cancellationToken = default) => EndAsync("COMMIT", cancellationToken);

    public override void Rollback() => RollbackAsync(CancellationToken.None).GetAwaiter().GetResult();

    public override Task RollbackAsync(CancellationToken cancellationToken = default) => EndAsync("ROLLBACK", cancellationToken);

    public override async ValueTask DisposeAsync()
    {
        if (_connection is { State: ConnectionState.Open })
        {
            await RollbackAsync();
        }

        Forget();
        await base.DisposeAsync();
    }

    internal static async Task<MySqlTransaction> BeginAsync(MySqlConnection connection, IsolationLevel isolationLevel, CancellationToken cancellationToken)
    {
        if (connection.Transaction is not null)
        {
            throw new InvalidOperationException("Transactions may not be nested.");
        }

        var level = isolationLevel switch
        {
            IsolationLevel.Unspecified or IsolationLevel.RepeatableRead => "REPEATABLE READ",
            IsolationLevel.ReadUncommitted => "READ UNCOMMITTED",
            IsolationLevel.ReadCommitted => "READ COMMITTED",
            IsolationLevel.Serializable => "SERIALIZABLE",
            _ => throw new NotSupportedException($"IsolationLevel.{isolationLevel} is not supported."),
        };
        await ExecuteAsync(connection, $"SET TRANSACTION ISOLATION LEVEL {level}; START TRANSACTION", cancellationToken);
        return connection.Transaction = new MySqlTransaction(connection, isolationLevel == IsolationLevel.Unspecified ? IsolationLevel.RepeatableRead : isolationLevel);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing && _connection is not null)
        {
            DisposeAsync().AsTask().GetAwaiter().GetResult();
        }

        base.Dispose(disposing);
    }

    private static async Task ExecuteAsync(MySqlConnection connection, string text, CancellationToken cancellationToken)
    {
        await using var command = new MySqlCommand(text, connection, connection.Transaction);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private async Task EndAsync(string text, CancellationToken cancellationToken)
    {
        var connection = _connection ?? throw new InvalidOperationException("The transaction has already ended.");
        await ExecuteAsync(connection, text, cancellationToken);
        Forget();
    }

    private void Forget()
    {
        if (_connection is { } connection)
        {
            connection.Transaction = null;
            _connection = null;
        }
    }
}
