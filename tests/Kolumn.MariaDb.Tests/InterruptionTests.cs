using System.Data;
using System.Diagnostics;
using Kolumn.Testing;
using MySqlConnector;

namespace Kolumn.MariaDb.Tests;

/// <summary>Cancelled and late statements end within a second, on the server too, and the connection goes on.</summary>
public sealed class InterruptionTests(MariaDbDatabases databases) : MariaDbTest(databases)
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(5);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Statement_Cancelled_EndsOnTheServerToo(bool prepared)
    {
        await using var other = await OpenAsync();
        await using var command = CommandFor(other, prepared ? "SELECT SLEEP(?)" : "SELECT SLEEP(60)", prepared ? [60] : []);
        using var cancellation = new CancellationTokenSource();
        var running = command.ExecuteScalarAsync(cancellation.Token);
        await UntilRunningAsync(other, Connection);
        var watch = Stopwatch.StartNew();

        await cancellation.CancelAsync();

        var cancelled = await Should.ThrowAsync<OperationCanceledException>(() => running.WaitAsync(Limit, Token));
        watch.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(3));
        cancelled.CancellationToken.ShouldBe(cancellation.Token);
        (await CountRunningAsync(other, Connection)).ShouldBe(0L);
        await ShouldWorkAsync(other);
        await ShouldWorkAsync(other);
    }

    [Fact]
    public async Task Rows_CancelledBetween_EndAndTheConnectionGoesOn()
    {
        using var cancellation = new CancellationTokenSource();
        await using (var command = new MySqlCommand("SELECT seq, REPEAT('x', 1000), IF(seq > 3000, SLEEP(30), 0) FROM seq_1_to_4000", Connection))
        await using (var reader = await command.ExecuteReaderAsync(cancellation.Token))
        {
            (await reader.ReadAsync(cancellation.Token)).ShouldBeTrue();
            var reading = ReadAllAsync(reader, cancellation.Token);
            await cancellation.CancelAsync();
            await Should.ThrowAsync<OperationCanceledException>(() => reading.WaitAsync(Limit, Token));
        }

        await ShouldWorkAsync(Connection);
    }

    [Fact]
    public async Task Batch_Cancelled_LeavesTheRestUnexecuted()
    {
        await ExecuteAsync("CREATE TABLE t (a INT)");
        await using var other = await OpenAsync();
        await using var batch = new MySqlBatch(other);
        batch.BatchCommands.Add(new MySqlBatchCommand("INSERT INTO t VALUES (1)"));
        batch.BatchCommands.Add(new MySqlBatchCommand("INSERT INTO t SELECT SLEEP(60)"));
        batch.BatchCommands.Add(new MySqlBatchCommand("INSERT INTO t VALUES (3)"));
        using var cancellation = new CancellationTokenSource();
        var running = batch.ExecuteNonQueryAsync(cancellation.Token);
        await UntilRunningAsync(other, Connection);

        await cancellation.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(() => running.WaitAsync(Limit, Token));
        (await ScalarAsync("SELECT GROUP_CONCAT(a) FROM t")).ShouldBe("1");
        await ShouldWorkAsync(other);
    }

    [Fact]
    public async Task Statement_WaitingForALock_CanBeCancelled()
    {
        await ExecuteAsync("CREATE TABLE t (a INT PRIMARY KEY)");
        await using var holder = await OpenAsync();
        await using (var locking = new MySqlCommand("LOCK TABLES t WRITE", holder))
        {
            await locking.ExecuteNonQueryAsync(Token);
        }

        using var cancellation = new CancellationTokenSource();
        await using var command = new MySqlCommand("ALTER TABLE t ADD COLUMN b INT /* SLEEP */", Connection);
        await using var watching = await OpenAsync();
        var running = command.ExecuteNonQueryAsync(cancellation.Token);
        await UntilRunningAsync(Connection, watching);

        await cancellation.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(() => running.WaitAsync(Limit, Token));
        await ShouldWorkAsync(Connection);
        await ShouldWorkAsync(holder);
    }

    [Fact]
    public async Task Statement_OverItsTimeout_FailsAndTheConnectionGoesOn()
    {
        await using var command = new MySqlCommand("SELECT SLEEP(60)", Connection) { CommandTimeout = 1 };

        var failure = await Should.ThrowAsync<MySqlException>(() => command.ExecuteScalarAsync(Token).WaitAsync(Limit, Token));

        failure.Number.ShouldBe(-1);
        failure.Message.ShouldBe("The Command Timeout expired before the operation completed.");
        await ShouldWorkAsync(Connection);
    }

    [Fact]
    public async Task Token_CancelledBefore_SendsNothing()
    {
        await using var command = new MySqlCommand("CREATE TABLE t (a INT)", Connection);

        await Should.ThrowAsync<OperationCanceledException>(() => command.ExecuteNonQueryAsync(new CancellationToken(canceled: true)));

        (await ScalarAsync("SELECT COUNT(*) FROM information_schema.tables WHERE table_schema = DATABASE()")).ShouldBe(0L);
    }

    // A kill that comes after the statement's end must not hit the next.
    [Fact]
    public async Task Statement_CancelledAtItsEnd_NeverHitsTheNext()
    {
        for (var i = 0; i < 40; i++)
        {
            using var cancellation = new CancellationTokenSource();
            await using var command = new MySqlCommand("DO SLEEP(0.001)", Connection);
            var running = command.ExecuteNonQueryAsync(cancellation.Token);
            await Task.Yield();
            await cancellation.CancelAsync();
            try
            {
                await running.WaitAsync(Limit, Token);
            }
            catch (OperationCanceledException)
            {
                // In time.
            }

            await ShouldWorkAsync(Connection);
        }
    }

    [Fact]
    public async Task Connections_Many_WaitWithoutThreadsOfThePool()
    {
        await using var source = new MySqlDataSource(Database.ConnectionString + ";Maximum Pool Size=40");
        var connections = await Task.WhenAll(Enumerable.Range(0, 40).Select(_ => source.OpenConnectionAsync(Token).AsTask()));
        ThreadPool.GetAvailableThreads(out var before, out _);

        var sleeping = connections.Select(async connection =>
        {
            await using var command = new MySqlCommand("SELECT SLEEP(0.5)", connection);
            return await command.ExecuteScalarAsync(Token);
        }).ToList();

        ThreadPool.GetAvailableThreads(out var during, out _);
        (before - during).ShouldBeLessThan(10);
        var watch = Stopwatch.StartNew();
        (await Task.WhenAll(sleeping)).ShouldAllBe(slept => Equals(slept, 0));
        watch.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(10));
        foreach (var connection in connections)
        {
            await ShouldWorkAsync(connection);
            await connection.DisposeAsync();
            connection.State.ShouldBe(ConnectionState.Closed);
        }
    }

    private static async Task ReadAllAsync(MySqlDataReader reader, CancellationToken cancellationToken)
    {
        while (await reader.ReadAsync(cancellationToken))
        {
        }
    }
}
