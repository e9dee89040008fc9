using System.Data.Common;
using Kolumn.Testing;
using MySqlConnector;
using MySqlConnector.Internal;

namespace Kolumn.MariaDb.Tests;

/// <summary>Batches: few round trips, and the statement that failed is known.</summary>
public sealed class BatchTests(MariaDbDatabases databases) : MariaDbTest(databases)
{
    [Fact]
    public async Task Batch_OfAThousandStatements_IsOneRoundTrip()
    {
        await using var batch = BatchOf(Enumerable.Range(0, 1000).Select(i => $"INSERT INTO t VALUES ({i}) -- {i}"));
        await ExecuteAsync("CREATE TABLE t (a INT)");
        ExecutionPlan.For([.. batch.BatchCommands.Select(c => new StatementText(c.CommandText, []))]).Count.ShouldBe(1);

        (await batch.ExecuteNonQueryAsync(Token)).ShouldBe(1000);

        (await ScalarAsync("SELECT COUNT(*) FROM t")).ShouldBe(1000L);
        batch.BatchCommands[999].RecordsAffected.ShouldBe(1);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(19)]
    public async Task Batch_WithAFailure_NamesItAndStopsThere(int failing)
    {
        await ExecuteAsync("CREATE TABLE t (a INT)");
        await using var batch = BatchOf(Enumerable.Range(0, 20).Select(i => i == failing ? "INSERT INTO missing VALUES (1)" : $"INSERT INTO t VALUES ({i})"));

        var failure = await Should.ThrowAsync<MySqlException>(() => batch.ExecuteNonQueryAsync(Token));

        failure.Number.ShouldBe(1146);
        failure.SqlState.ShouldBe("42S02");
        failure.BatchCommand.ShouldBeSameAs(batch.BatchCommands[failing]);
        (await ScalarAsync("SELECT COUNT(*) FROM t")).ShouldBe((long)failing);
        await ShouldWorkAsync(Connection);
    }

    [Fact]
    public async Task Batch_WithAllKinds_CountsThemRight()
    {
        await using var batch = BatchOf(
            "CREATE TABLE t (a INT, b TEXT);",
            "CREATE PROCEDURE p() BEGIN SELECT 1; SELECT 2; END",
            "CALL p()",
            "INSERT INTO t VALUES (1, 'a;b'), (2, 'c\\'d')",
            "/* first */ INSERT INTO t VALUES (3, NULL)",
            "INSERT INTO t VALUES (?, ?)",
            "CREATE TRIGGER tr BEFORE INSERT ON t FOR EACH ROW BEGIN SET NEW.b = 'x'; SET NEW.a = NEW.a; END",
            "INSERT INTO t VALUES (5, 'y')",
            "INSERT INTO t VALUES (6, 'y') -- said nobody",
            "UPDATE t SET b = 'all'",
            "SELECT nonsense FROM t",
            "DROP TABLE t");
        batch.BatchCommands[5].Parameters.AddWithValue("", 4);
        batch.BatchCommands[5].Parameters.AddWithValue("", "four");

        var failure = await Should.ThrowAsync<MySqlException>(() => batch.ExecuteNonQueryAsync(Token));

        failure.Number.ShouldBe(1054);
        failure.BatchCommand.ShouldBeSameAs(batch.BatchCommands[10]);
        batch.BatchCommands.Select(c => c.RecordsAffected).ShouldBe([0, 0, 0, 2, 1, 1, 0, 1, 1, 6, -1, -1]);
        (await ScalarAsync("SELECT COUNT(*) FROM t WHERE b = 'all'")).ShouldBe(6L);
    }

    [Fact]
    public async Task Batch_OfQueries_GivesTheirResultsInOrder()
    {
        await using var batch = BatchOf("SELECT 1", "SELECT ? + 1", "SELECT 'three'");
        batch.BatchCommands[1].Parameters.AddWithValue("", 1);
        var values = new List<object>();

        await using (var reader = await batch.ExecuteReaderAsync(Token))
        {
            do
            {
                (await reader.ReadAsync(Token)).ShouldBeTrue();
                values.Add(reader.GetValue(0));
                (await reader.ReadAsync(Token)).ShouldBeFalse();
            }
            while (await reader.NextResultAsync(Token));
        }

        values.ShouldBe([1, 2L, "three"]);
        await ShouldWorkAsync(Connection);
    }

    // What would end the text too early, or never, must not reach what follows it.
    [Theory]
    [InlineData("SELECT 1 /* open")]
    [InlineData("SELECT 'open")]
    [InlineData("SELECT 1; SELECT 2")]
    [InlineData("SELECT 1 #")]
    [InlineData("SELECT '\\'")]
    public async Task Batch_WithAnUnclearEnd_LeavesTheNextAlone(string unclear)
    {
        await using var batch = BatchOf("SELECT 0", unclear, "CREATE TABLE after_it (a INT)");
        DbBatchCommand? failed = null;
        try
        {
            await batch.ExecuteNonQueryAsync(Token);
        }
        catch (MySqlException failure)
        {
            failed = failure.BatchCommand;
        }

        var made = await ScalarAsync("SELECT COUNT(*) FROM information_schema.tables WHERE table_schema = DATABASE()");
        (failed is null ? 1L : 0L).ShouldBe(made);
        (failed is null || ReferenceEquals(failed, batch.BatchCommands[1])).ShouldBeTrue();
        await ShouldWorkAsync(Connection);
    }

    private MySqlBatch BatchOf(params IEnumerable<string> statements)
    {
        var batch = new MySqlBatch(Connection);
        foreach (var statement in statements)
        {
            batch.BatchCommands.Add(new MySqlBatchCommand(statement));
        }

        return batch;
    }
}
