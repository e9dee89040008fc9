using Npgsql;

namespace Kolumn.MongoGateway;

/// <summary>One connection for each transaction of a session, from its first command to commitTransaction or abortTransaction.</summary>
internal sealed class PinnedTransactions(NpgsqlDataSource source) : IAsyncDisposable
{
    private readonly Dictionary<(string Session, long Number), NpgsqlConnection> _open = [];
    private readonly Lock _gate = new();

    public async Task<NpgsqlConnection> BeginAsync((string Session, long Number) id, CancellationToken cancellationToken)
    {
        var connection = await source.OpenConnectionAsync(cancellationToken);
        await ExecuteAsync(connection, "BEGIN ISOLATION LEVEL REPEATABLE READ", cancellationToken);
        lock (_gate)
        {
            _open[id] = connection;
        }

        return connection;
    }

    /// <exception cref="GatewayError">There is no such transaction.</exception>
    public NpgsqlConnection Find((string Session, long Number) id)
    {
        lock (_gate)
        {
            return _open.GetValueOrDefault(id) ?? throw Missing(id.Number);
        }
    }

    public async Task EndAsync((string Session, long Number) id, bool commit, CancellationToken cancellationToken)
    {
        NpgsqlConnection? connection;
        lock (_gate)
        {
            _open.Remove(id, out connection);
        }

        await using (connection ?? throw Missing(id.Number))
        {
            await ExecuteAsync(connection, commit ? "COMMIT" : "ROLLBACK", cancellationToken);
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var connection in _open.Values)
        {
            await connection.DisposeAsync();
        }
    }

    private static GatewayError Missing(long number) => new(251, "NoSuchTransaction", $"Given transaction number {number} does not match any in-progress transactions");

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
