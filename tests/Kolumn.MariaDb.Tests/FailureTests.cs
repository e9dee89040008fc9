using System.Data;
using Kolumn.Servers;
using Kolumn.Testing;
using MySqlConnector;
using MySqlConnector.Native;

namespace Kolumn.MariaDb.Tests;

/// <summary>What goes wrong: the server's number and SQLSTATE arrive, no secret is told, and the connection, or a new one, still works.</summary>
public sealed class FailureTests(MariaDbDatabases databases) : MariaDbTest(databases)
{
    [Theory]
    [InlineData("SELEC 1", 1064, "42000")]
    [InlineData("SELECT * FROM missing", 1146, "42S02")]
    [InlineData("INSERT INTO t VALUES (1)", 1062, "23000")]
    [InlineData("INSERT INTO t VALUES ('x')", 1366, "22007")]
    [InlineData("INSERT INTO t VALUES (3000000000)", 1264, "22003")]
    [InlineData("CREATE TABLE t (a INT)", 1050, "42S01")]
    [InlineData("SELECT 1; SELEC 2", 1064, "42000")]
    public async Task Statement_Refused_GivesNumberAndSqlState(string sql, int number, string sqlState)
    {
        await ExecuteAsync("CREATE TABLE t (a INT PRIMARY KEY); INSERT INTO t VALUES (1)");

        var failure = await Should.ThrowAsync<MySqlException>(() => ExecuteAsync(sql));

        (failure.Number, failure.SqlState).ShouldBe((number, sqlState));
        failure.IsTransient.ShouldBeFalse();
        await ShouldWorkAsync(Connection);
    }

    [Fact]
    public async Task Statement_RefusedWhilePreparedOrExecuted_LeavesTheConnectionUsable()
    {
        await ExecuteAsync("CREATE TABLE t (a INT PRIMARY KEY)");
        (await Should.ThrowAsync<MySqlException>(() => ExecuteAsync("SELEC ?", 1))).Number.ShouldBe(1064);
        (await ExecuteAsync("INSERT INTO t VALUES (?)", 1)).ShouldBe(1);
        (await Should.ThrowAsync<MySqlException>(() => ExecuteAsync("INSERT INTO t VALUES (?)", 1))).Number.ShouldBe(1062);
        await ShouldWorkAsync(Connection);
    }

    [Fact]
    public async Task Rows_FailingHalfWay_AreAnErrorThere()
    {
        await using (var command = new MySqlCommand("SELECT seq, IF(seq = 30000, (SELECT 1 UNION SELECT 2), 0) FROM seq_1_to_40000", Connection))
        await using (var reader = await command.ExecuteReaderAsync(Token))
        {
            var failure = await Should.ThrowAsync<MySqlException>(async () =>
            {
                while (await reader.ReadAsync(Token))
                {
                }
            });
            failure.Number.ShouldBe(1242);
        }

        await ShouldWorkAsync(Connection);
    }

    // Nobody reads these rows, but that they failed must not be lost.
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task NonQuery_WhoseRowsFail_Fails(bool prepared)
    {
        var sql = "SELECT IF(seq = 5000, (SELECT 1 UNION SELECT 2), 0) FROM seq_1_to_6000" + (prepared ? " WHERE ? = 1" : "");

        (await Should.ThrowAsync<MySqlException>(() => ExecuteAsync(sql, prepared ? [1] : []))).Number.ShouldBe(1242);

        await ShouldWorkAsync(Connection);
        await using var hasty = CommandFor(Connection, prepared ? "SELECT SLEEP(?)" : "SELECT SLEEP(60)", prepared ? [60] : []);
        hasty.CommandTimeout = 1;
        (await Should.ThrowAsync<MySqlException>(() => hasty.ExecuteNonQueryAsync(Token))).Number.ShouldBe(-1);
        await ShouldWorkAsync(Connection);
    }

    [Fact]
    public async Task Packet_TooLarge_IsRefusedAndANewConnectionWorks()
    {
        var limit = Convert.ToInt32(await ScalarAsync("SELECT @@max_allowed_packet"), System.Globalization.CultureInfo.InvariantCulture);

        var failure = await Should.ThrowAsync<MySqlException>(() => ExecuteAsync($"SELECT LENGTH('{new string('x', limit)}')"));

        // The server says so, or hangs up before we have read it.
        failure.Number.ShouldBeOneOf(1153, 2006, 2013);
        await using var another = await OpenAsync();
        await ShouldWorkAsync(another);
    }

    [Fact]
    public async Task Login_WithAWrongPassword_IsRefusedWithoutTellingIt()
    {
        await using var connection = new MySqlConnection($"{Database.ConnectionString};Password=TopSecret42;Pooling=false");

        var failure = await Should.ThrowAsync<MySqlException>(() => connection.OpenAsync(Token));

        failure.Number.ShouldBe(1045);
        failure.SqlState.ShouldBe("28000");
        failure.ToString().ShouldNotContain("TopSecret42");
        connection.State.ShouldBe(ConnectionState.Closed);
        await ShouldWorkAsync(Connection);
    }

    [Fact]
    public async Task Login_ToAnUnknownDatabase_IsRefused()
    {
        await using var connection = new MySqlConnection($"{Database.ConnectionString};Database=missing;Pooling=false");

        (await Should.ThrowAsync<MySqlException>(() => connection.OpenAsync(Token))).Number.ShouldBe(1049);
    }

    [Theory]
    [InlineData("Port=1")]
    [InlineData("Server=host.invalid")]
    [InlineData("Server=/nowhere/mariadb.sock;Protocol=unix")]
    public async Task Open_WhereNobodyAnswers_HasOneNumber(string settings)
    {
        await using var connection = new MySqlConnection($"{Database.ConnectionString};{settings};Pooling=false");

        var failure = await Should.ThrowAsync<MySqlException>(() => connection.OpenAsync(Token));

        (failure.Number, failure.SqlState, failure.IsTransient).ShouldBe((1042, "08001", true));
    }

    [Fact]
    public async Task Open_WhereSomebodyListensAndSaysNothing_EndsAtTheTimeout()
    {
        using var silent = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        silent.Start();
        var port = ((System.Net.IPEndPoint)silent.LocalEndpoint).Port;
        await using var connection = new MySqlConnection($"Server=127.0.0.1;Port={port};User ID=u;Connection Timeout=1;Pooling=false");

        var failure = await Should.ThrowAsync<MySqlException>(() => connection.OpenAsync(Token));

        failure.Number.ShouldBe(1042);
        connection.State.ShouldBe(ConnectionState.Closed);
    }

    [Fact]
    public async Task Open_Cancelled_EndsAtOnce()
    {
        using var silent = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        silent.Start();
        var port = ((System.Net.IPEndPoint)silent.LocalEndpoint).Port;
        await using var connection = new MySqlConnection($"Server=127.0.0.1;Port={port};User ID=u;Connection Timeout=15;Pooling=false");
        using var cancellation = new CancellationTokenSource();
        var opening = connection.OpenAsync(cancellation.Token);
        using var client = await silent.AcceptTcpClientAsync(Token);

        await cancellation.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(() => opening.WaitAsync(TimeSpan.FromSeconds(5), Token));
    }

    [Fact]
    public async Task Connection_KilledWhileIdle_IsClosedAtTheNextStatementAndOpensAgain()
    {
        await using var victim = await OpenAsync();
        await ExecuteAsync($"KILL {victim.ServerThread}");

        var failure = await Should.ThrowAsync<MySqlException>(() => ShouldWorkAsync(victim));

        failure.Number.ShouldBeOneOf(2006, 2013);
        victim.State.ShouldBe(ConnectionState.Closed);
        await victim.OpenAsync(Token);
        await ShouldWorkAsync(victim);
    }

    [Fact]
    public async Task Connection_KilledInTheMiddle_FailsThere()
    {
        await using var victim = await OpenAsync();
        await using var command = new MySqlCommand("SELECT SLEEP(60)", victim);
        var running = command.ExecuteScalarAsync(Token);
        await UntilRunningAsync(victim, Connection);

        await ExecuteAsync($"KILL {victim.ServerThread}");

        var failure = await Should.ThrowAsync<MySqlException>(() => running.WaitAsync(TimeSpan.FromSeconds(10), Token));
        failure.Number.ShouldBeOneOf(2006, 2013);
        await using var another = await OpenAsync();
        await ShouldWorkAsync(another);
    }

    [Fact]
    public async Task Server_StoppedInTheMiddle_IsALostConnection()
    {
        var server = await MariaDbServers.AcquireOwnAsync(Token);
        Assert.SkipWhen(server.Url is null, server.Description);
        await using var connection = new MySqlConnection(MariaDbUrl.Parse(server.Url!).ToConnectionString() + ";Pooling=false");
        await connection.OpenAsync(Token);
        await using var command = new MySqlCommand("SELECT SLEEP(60)", connection);
        var running = command.ExecuteScalarAsync(Token);
        await server.DisposeAsync();

        var failure = await Should.ThrowAsync<MySqlException>(() => running.WaitAsync(TimeSpan.FromSeconds(30), Token));

        failure.Number.ShouldBeOneOf(2006, 2013, 1053);
        (await Should.ThrowAsync<Exception>(() => ShouldWorkAsync(connection))).ShouldBeAssignableTo<Exception>();
        connection.State.ShouldBe(ConnectionState.Closed);
        await ShouldWorkAsync(Connection);
    }

    [Fact]
    public async Task Command_OnAClosedConnection_SaysSo()
    {
        await using var closed = new MySqlConnection(Database.ConnectionString);
        await using var command = new MySqlCommand("SELECT 1", closed);

        (await Should.ThrowAsync<InvalidOperationException>(() => command.ExecuteScalarAsync(Token))).Message
            .ShouldBe("Connection property must be non-null and the connection must be open.");
    }

    [Fact]
    public void Library_Missing_SaysWhatToInstallWhere()
    {
        var failure = Should.Throw<MySqlException>(() => MariaDbLibrary.Load(["libabsent.so.3"]));

        failure.InnerException.ShouldBeOfType<DllNotFoundException>();
        failure.Message.ShouldBe(
            "MariaDB Connector/C is not installed on this system: none of libabsent.so.3 can be loaded. Install it: Debian and Ubuntu: apt-get install libmariadb3; "
            + "Fedora: dnf install mariadb-connector-c; Alpine: apk add mariadb-connector-c; macOS: brew install mariadb-connector-c; "
            + "Windows: the MariaDB Connector/C installer, or libmariadb.dll beside the program.");
    }
}
