using Kolumn.Testing;
using MySqlConnector;

namespace Kolumn.MariaDb.Tests;

/// <summary>A test with an empty database of its own and an open connection to it.</summary>
public abstract class MariaDbTest(MariaDbDatabases databases) : IAsyncLifetime
{
    private MariaDbDatabase? _database;
    private MySqlConnection? _connection;

    protected static CancellationToken Token => TestContext.Current.CancellationToken;

    protected MariaDbDatabases Databases => databases;

    protected MariaDbDatabase Database => _database!;

    protected MySqlConnection Connection => _connection!;

    public virtual async ValueTask InitializeAsync()
    {
        _database = await databases.CreateAsync(Token);
        _connection = await OpenAsync();
    }

    public virtual async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        await (_connection?.DisposeAsync() ?? ValueTask.CompletedTask);
        await (_database?.DisposeAsync() ?? ValueTask.CompletedTask);
    }

    /// <summary>Another connection to the same database.</summary>
    protected async Task<MySqlConnection> OpenAsync(string settings = "Pooling=false")
    {
        var connection = new MySqlConnection($"{Database.ConnectionString};{settings}");
        await connection.OpenAsync(Token);
        return connection;
    }

    protected async Task<int> ExecuteAsync(string sql, params object?[] values)
    {
        await using var command = CommandFor(Connection, sql, values);
        return await command.ExecuteNonQueryAsync(Token);
    }

    protected async Task<object?> ScalarAsync(string sql, params object?[] values)
    {
        await using var command = CommandFor(Connection, sql, values);
        return await command.ExecuteScalarAsync(Token);
    }

    /// <summary>Until the server runs a statement with SLEEP in it for the connection.</summary>
    protected static Task UntilRunningAsync(MySqlConnection other, MySqlConnection watching) =>
        Eventually.IsSoAsync(async _ => await CountRunningAsync(other, watching) > 0, Token);

    protected static async Task<long> CountRunningAsync(MySqlConnection other, MySqlConnection watching)
    {
        await using var command = new MySqlCommand(
            $"SELECT COUNT(*) FROM information_schema.processlist WHERE id = {other.ServerThread} AND info LIKE '%SLEEP%'", watching);
        return (long)(await command.ExecuteScalarAsync(Token))!;
    }

    /// <summary>Proof that a connection has survived what came before.</summary>
    protected static async Task ShouldWorkAsync(MySqlConnection connection)
    {
        await using var command = CommandFor(connection, "SELECT 6 * 7");
        (await command.ExecuteScalarAsync(Token)).ShouldBe(42);
    }

    protected static MySqlCommand CommandFor(MySqlConnection connection, string sql, params object?[] values)
    {
        var command = new MySqlCommand(sql, connection);
        foreach (var value in values)
        {
            command.Parameters.AddWithValue("", value);
        }

        return command;
    }
}
