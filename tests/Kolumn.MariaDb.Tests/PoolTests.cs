using Kolumn.Testing;
using MySqlConnector;

namespace Kolumn.MariaDb.Tests;

/// <summary>Sessions that are used again: reset, fit, and no more than allowed.</summary>
public sealed class PoolTests(MariaDbDatabases databases) : MariaDbTest(databases)
{
    [Fact]
    public async Task Session_TakenAgain_IsTheSameAndAsNew()
    {
        await using var source = new MySqlDataSource(Database.ConnectionString + ";Allow User Variables=true");
        int first;
        await using (var connection = await source.OpenConnectionAsync(Token))
        {
            first = connection.ServerThread;
            await using var dirty = new MySqlCommand("SET @x = 1, sql_mode = 'ANSI', character_set_results = latin1; CREATE TEMPORARY TABLE tt (a INT); USE mysql; START TRANSACTION", connection);
            await dirty.ExecuteNonQueryAsync(Token);
        }

        await using var again = await source.OpenConnectionAsync(Token);
        again.ServerThread.ShouldBe(first);
        await using var command = new MySqlCommand("SELECT CAST(CONCAT_WS('|', IF(@x IS NULL, 'none', 'kept'), @@sql_mode = @@global.sql_mode, @@character_set_results, DATABASE(), @@in_transaction, 'ß') AS CHAR)", again);
        (await command.ExecuteScalarAsync(Token)).ShouldBe($"none|1|utf8mb4|{Database.Name}|0|ß");
        command.CommandText = "SELECT * FROM tt";
        (await Should.ThrowAsync<MySqlException>(() => command.ExecuteScalarAsync(Token))).Number.ShouldBe(1146);
    }

    [Fact]
    public async Task Session_KilledWhileIdle_IsReplaced()
    {
        await using var source = new MySqlDataSource(Database.ConnectionString);
        int first;
        await using (var connection = await source.OpenConnectionAsync(Token))
        {
            first = connection.ServerThread;
        }

        await ExecuteAsync($"KILL {first}");

        await using var again = await source.OpenConnectionAsync(Token);
        again.ServerThread.ShouldNotBe(first);
        await ShouldWorkAsync(again);
    }

    [Fact]
    public async Task Pool_Exhausted_LetsTheNextWaitUntilOneIsFreeOrTheTimeout()
    {
        await using var source = new MySqlDataSource(Database.ConnectionString + ";Maximum Pool Size=1;Connection Timeout=1");
        var only = await source.OpenConnectionAsync(Token);
        var refused = await Should.ThrowAsync<MySqlException>(async () => await source.OpenConnectionAsync(Token));
        refused.Message.ShouldBe("Connect Timeout expired: all 1 connections of the pool are in use.");

        var waiting = source.OpenConnectionAsync(Token);
        waiting.IsCompleted.ShouldBeFalse();
        await only.DisposeAsync();
        await using var next = await waiting;
        await ShouldWorkAsync(next);
    }

    [Fact]
    public async Task Source_Disposed_EndsItsSessions()
    {
        var source = new MySqlDataSource(Database.ConnectionString);
        int thread;
        await using (var connection = await source.OpenConnectionAsync(Token))
        {
            thread = connection.ServerThread;
        }

        (await ScalarAsync($"SELECT COUNT(*) FROM information_schema.processlist WHERE id = {thread}")).ShouldBe(1L);
        await source.DisposeAsync();
        await Eventually.IsSoAsync(async _ => await ScalarAsync($"SELECT COUNT(*) FROM information_schema.processlist WHERE id = {thread}") is 0L, Token);
    }
}
