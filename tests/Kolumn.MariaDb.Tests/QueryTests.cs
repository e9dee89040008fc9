using Kolumn.Testing;
using MySqlConnector;

namespace Kolumn.MariaDb.Tests;

/// <summary>Queries: rows, results, and in what state each leaves its connection.</summary>
public sealed class QueryTests(MariaDbDatabases databases) : MariaDbTest(databases)
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Query_ManyRows_ComeInOrderInPortions(bool prepared)
    {
        await using var command = CommandFor(
            Connection, "SELECT seq, REPEAT('x', seq MOD 7) FROM seq_1_to_20000" + (prepared ? " WHERE ? = 1" : ""), prepared ? [1] : []);
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
    public async Task Reader_LeftInTheMiddle_FreesTheConnection()
    {
        await using (var command = new MySqlCommand("SELECT seq FROM seq_1_to_50000; SELECT 2", Connection))
        await using (var reader = await command.ExecuteReaderAsync(Token))
        {
            (await reader.ReadAsync(Token)).ShouldBeTrue();
            var busy = await Should.ThrowAsync<InvalidOperationException>(() => ShouldWorkAsync(Connection));
            busy.Message.ShouldBe("This MySqlConnection is already in use: it has an open reader.");
        }

        await ShouldWorkAsync(Connection);
    }

    [Fact]
    public async Task Text_WithSeveralStatements_GivesResultsWithColumnsOneByOne()
    {
        await using var command = new MySqlCommand("CREATE TABLE t (a INT); INSERT INTO t VALUES (1),(2); SELECT a FROM t; UPDATE t SET a = a + 1; SELECT 'end'", Connection);
        await using var reader = await command.ExecuteReaderAsync(Token);

        (await reader.ReadAsync(Token)).ShouldBeTrue();
        reader.GetName(0).ShouldBe("a");
        (await reader.NextResultAsync(Token)).ShouldBeTrue();
        (await reader.ReadAsync(Token)).ShouldBeTrue();
        reader.GetString(0).ShouldBe("end");
        reader.RecordsAffected.ShouldBe(4);
        (await reader.NextResultAsync(Token)).ShouldBeFalse();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Call_ProcedureWithSeveralResults_GivesThemAll(bool prepared)
    {
        await ExecuteAsync("CREATE PROCEDURE p(n INT) BEGIN SELECT n AS first; SELECT n + 1 AS second, 'x' AS more; END");
        await using var command = CommandFor(Connection, prepared ? "CALL p(?)" : "CALL p(5)", prepared ? [5] : []);
        await using (var reader = await command.ExecuteReaderAsync(Token))
        {
            (await reader.ReadAsync(Token)).ShouldBeTrue();
            reader.GetInt32(0).ShouldBe(5);
            (await reader.NextResultAsync(Token)).ShouldBeTrue();
            (await reader.ReadAsync(Token)).ShouldBeTrue();
            (reader.GetInt64(0), reader.GetString(1)).ShouldBe((6, "x"));
            (await reader.NextResultAsync(Token)).ShouldBeFalse();
        }

        await ShouldWorkAsync(Connection);
    }

    [Fact]
    public async Task Prepared_ExecutedAgain_TakesNewValues()
    {
        await ExecuteAsync("CREATE TABLE t (id INT AUTO_INCREMENT PRIMARY KEY, a VARCHAR(100), b BIGINT UNSIGNED)");
        await using var command = new MySqlCommand("INSERT INTO t (a, b) VALUES (@a, @b)", Connection);
        command.Parameters.AddWithValue("@a", "");
        command.Parameters.AddWithValue("b", 0ul);
        await command.PrepareAsync(Token);
        for (var i = 1; i <= 50; i++)
        {
            command.Parameters[0].Value = i % 10 == 0 ? null : new string('x', i);
            command.Parameters["b"].Value = ulong.MaxValue - (ulong)i;
            (await command.ExecuteNonQueryAsync(Token)).ShouldBe(1);
            command.LastInsertedId.ShouldBe(i);
        }

        (await ScalarAsync("SELECT COUNT(a) * 1000 + MAX(LENGTH(a)) FROM t")).ShouldBe(45_049L);
        (await ScalarAsync("SELECT COUNT(*) FROM information_schema.session_status WHERE variable_name = 'COM_STMT_PREPARE' AND variable_value = 1")).ShouldBe(1L);
    }

    [Fact]
    public async Task Parameter_NamesInQuotesAndComments_AreNone()
    {
        await using var command = new MySqlCommand("SELECT '@a ?', `x``?`, \"@a\", @a /* @a ? */ + 1 -- @a ?\n, @@session.autocommit # ?", Connection);
        command.CommandText = command.CommandText.Replace("`x``?`", "1 AS `x``?`", StringComparison.Ordinal);
        command.Parameters.AddWithValue("@a", 41);
        await using var reader = await command.ExecuteReaderAsync(Token);
        (await reader.ReadAsync(Token)).ShouldBeTrue();
        (reader.GetString(0), reader.GetName(1), reader.GetString(2), reader.GetInt64(3), reader.GetInt64(4)).ShouldBe(("@a ?", "x`?", "@a", 42, 1));
    }

    [Fact]
    public async Task Parameter_Missing_SaysWhichAndHowToMeanAVariable()
    {
        var missing = await Should.ThrowAsync<InvalidOperationException>(() => ScalarAsync("SELECT @x"));
        missing.Message.ShouldBe("Parameter '@x' must be defined. To use this as a variable, set 'Allow User Variables=true' in the connection string.");
        var fewer = await Should.ThrowAsync<InvalidOperationException>(() => ScalarAsync("SELECT ?, ?", 1));
        fewer.Message.ShouldBe("The statement has more parameters than the 1 that are defined.");

        await using var variables = await OpenAsync("Pooling=false;Allow User Variables=true");
        await using var command = new MySqlCommand("SET @x = 5; SELECT @x + 0", variables);
        (await command.ExecuteScalarAsync(Token)).ShouldBe(5L);
        await ShouldWorkAsync(Connection);
    }

    [Fact]
    public async Task Scalar_OfNothing_IsNullAndOfNullIsDBNull()
    {
        (await ScalarAsync("SELECT 1 FROM dual WHERE FALSE")).ShouldBeNull();
        (await ScalarAsync("SELECT NULL")).ShouldBe(DBNull.Value);
        (await ScalarAsync("DO 1")).ShouldBeNull();
        (await ExecuteAsync("SELECT 1")).ShouldBe(-1);
    }

    [Fact]
    public async Task Transaction_RolledBackDisposedAndCommitted_KeepsOnlyTheLast()
    {
        await ExecuteAsync("CREATE TABLE t (a INT)");
        await using (var first = await Connection.BeginTransactionAsync(Token))
        {
            (await InAsync(first, "INSERT INTO t VALUES (1)")).ShouldBe(1);
            await first.RollbackAsync(Token);
            first.Connection.ShouldBeNull();
        }

        await using (var second = await Connection.BeginTransactionAsync(System.Data.IsolationLevel.ReadCommitted, Token))
        {
            (await InAsync(second, "INSERT INTO t VALUES (2)")).ShouldBe(1);
            (await InAsync(second, "INSERT INTO t VALUES (3)")).ShouldBe(1);
            var nested = await Should.ThrowAsync<InvalidOperationException>(async () => await Connection.BeginTransactionAsync(Token));
            nested.Message.ShouldBe("Transactions may not be nested.");
            await Should.ThrowAsync<InvalidOperationException>(() => ScalarAsync("SELECT 1"));
        }

        await using (var third = await Connection.BeginTransactionAsync(Token))
        {
            (await InAsync(third, "INSERT INTO t VALUES (4)")).ShouldBe(1);
            await third.CommitAsync(Token);
        }

        (await ScalarAsync("SELECT SUM(a) FROM t")).ShouldBe(4m);

        async Task<int> InAsync(MySqlTransaction transaction, string sql)
        {
            await using var command = new MySqlCommand(sql, Connection, transaction);
            return await command.ExecuteNonQueryAsync(Token);
        }
    }

    [Fact]
    public async Task Connection_ChangedDatabase_IsThere()
    {
        Connection.Database.ShouldBe(Database.Name);
        await Connection.ChangeDatabaseAsync("information_schema", Token);
        (await ScalarAsync("SELECT DATABASE()")).ShouldBe("information_schema");
        Connection.Database.ShouldBe("information_schema");
        Connection.ServerVersion.ShouldStartWith((string)(await ScalarAsync("SELECT VERSION()"))!);
        (await Connection.PingAsync(Token)).ShouldBeTrue();
    }

    [Fact]
    public void SynchronousMethods_DoTheSame()
    {
        using var connection = new MySqlConnection($"{Database.ConnectionString};Pooling=false");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT 1 UNION SELECT 2";
        using (var reader = command.ExecuteReader())
        {
            reader.Read().ShouldBeTrue();
            reader.GetInt32(0).ShouldBe(1);
            reader.NextResult().ShouldBeFalse();
        }

        command.ExecuteScalar().ShouldBe(1);
        connection.Close();
        connection.State.ShouldBe(System.Data.ConnectionState.Closed);
    }
}
