using Kolumn.Testing;
using MySqlConnector;

namespace Kolumn.MariaDb.Tests;

/// <summary>Queries: rows, results, what is left behind.</summary>
public sealed class QueryTests(MariaDbDatabases databases) : MariaDbTest(databases)
{
    [Fact]
    public async Task Query_Rows_ComeInOrder()
    {
        await using var command = new MySqlCommand("SELECT seq, REPEAT('x', seq MOD 7) FROM seq_1_to_20000", Connection);
        await using var reader = await command.ExecuteReaderAsync(Token);
        reader.FieldCount.ShouldBe(2);
        reader.HasRows.ShouldBeTrue();
        var expected = 0;
        while (await reader.ReadAsync(Token))
        {
            expected++;
            reader.GetInt32(0).ShouldBe(expected);
            reader.GetString(1).Length.ShouldBe(expected % 7);
        }

        expected.ShouldBe(20_000);
        (await reader.ReadAsync(Token)).ShouldBeFalse();
    }

    [Fact]
    public async Task Query_WithParameters_Prepares()
    {
        (await ScalarAsync("SELECT CONCAT(?, ?)", "a'b", 7)).ShouldBe("a'b7");
        await ShouldWorkAsync(Connection);
    }
}
