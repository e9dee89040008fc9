using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using Kolumn.Protocol;
using Kolumn.Providers.MySql.Database;
using Kolumn.Sdk;
using Kolumn.Sdk.Telemetry;
using Kolumn.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Kolumn.Providers.MySql.Tests.Database;

/// <summary>What the server and the network refuse: category, error number, advice, and that the provider works afterwards.</summary>
public sealed class RefusalTests(MariaDbDatabases databases) : MySqlTest(databases)
{
    private static readonly ProviderLoggers Loggers = new("mysql", NullLoggerFactory.Instance);

    [Fact]
    public async Task Connect_DatabaseDoesNotExist_IsAConnectionErrorThatNamesIt()
    {
        var refused = await RefusalOfAsync(new JsonObject { ["database"] = "no_such_database" });

        (refused.Code, refused.EngineCode, refused.Retryable).ShouldBe((DiagnosticCodes.Connection, "1049 (42000)", false));
        refused.Summary.ShouldBe("MySQL refused: Unknown database 'no_such_database'");
        refused.Detail!.ShouldStartWith("Create the database first, or correct 'database' in the provider block");
    }

    [Fact]
    public async Task Connect_NobodyListens_IsRetryableAndSaysWhere()
    {
        // A port that was free a moment ago.
        int port;
        using (var listener = new TcpListener(IPAddress.Loopback, 0))
        {
            listener.Start();
            port = ((IPEndPoint)listener.LocalEndpoint).Port;
        }

        var refused = await RefusalOfAsync(new JsonObject { ["host"] = "127.0.0.1", ["port"] = port, ["password"] = "very-secret" });

        (refused.Code, refused.Retryable).ShouldBe((DiagnosticCodes.Connection, true));
        refused.Summary.ShouldStartWith($"MySQL at 127.0.0.1:{port} cannot be reached: ");
        refused.ToString().ShouldNotContain("very-secret");
    }

    [Fact]
    public async Task Connect_WrongPassword_IsAConnectionErrorWithoutIt()
    {
        var refused = await RefusalOfAsync(new JsonObject { ["password"] = "very-secret-and-wrong" });

        (refused.Code, refused.EngineCode, refused.Retryable).ShouldBe((DiagnosticCodes.Connection, "1045 (28000)", false));
        refused.Detail.ShouldBe($"Check username and password of the provider block (server {Database.Parts.Host}:{Database.Parts.Port}, user '{Database.Parts.User}').");
        refused.ToString().ShouldNotContain("very-secret");
    }

    [Fact]
    public async Task Connect_AuthorityIsAnother_IsAConnectionErrorOfTls()
    {
        var refused = await RefusalOfAsync(new JsonObject { ["ssl_mode"] = "verify-full" });

        refused.Code.ShouldBe(DiagnosticCodes.Connection);
        refused.Summary.ShouldContain("certificate");
        refused.Detail!.ShouldContain("ssl_mode");
    }

    [Fact]
    public async Task Execute_ServerEndsTheConnection_IsRetryableAndTheNextSessionWorks()
    {
        await using var connection = await ConnectAsync();
        await using (var session = await connection.OpenAsync(SessionMode.Write, Token))
        {
            await session.ExecuteAsync([new Statement("CREATE TABLE kept (id int)")], Token);
            await KillAsync();

            var refused = await Should.ThrowAsync<StatementFailedException>(session.ExecuteAsync([new Statement("CREATE TABLE lost (id int)")], Token));

            (refused.Index, refused.Diagnostic.Code, refused.Diagnostic.Retryable).ShouldBe((0, DiagnosticCodes.Connection, true));
        }

        await ExecuteAsync(connection, "CREATE TABLE after_it (id int)");
        (await TablesAsync()).ShouldBe(["after_it", "kept"]);
    }

    [Fact]
    public async Task Execute_ManyStatements_NamesTheOneThatFailedAndKeepsThoseBefore()
    {
        await using var connection = await ConnectAsync();
        var statements = Enumerable.Range(0, 40).Select(number => new Statement(number == 20 ? "SELECT 1 FROM nothing_there" : number < 3 ? $"CREATE TABLE t{number} (id int)" : $"DO {number}")).ToList();
        await using var session = await connection.OpenAsync(SessionMode.Write, Token);

        var refused = await Should.ThrowAsync<StatementFailedException>(session.ExecuteAsync(statements, Token));

        (refused.Index, refused.Diagnostic.EngineCode, refused.Diagnostic.Code).ShouldBe((20, "1146 (42S02)", DiagnosticCodes.Validation));
        (await TablesAsync()).ShouldBe(["t0", "t1", "t2"]);
        await session.ExecuteAsync([new Statement("DROP TABLE t0, t1, t2")], Token);
    }

    /// <summary>A server quotes from where it could not read on, as much as it likes of it.</summary>
    [Fact]
    public async Task Execute_StatementWithASecretIsRefused_QuotesNothingOfIt()
    {
        await using var connection = await ConnectAsync();
        await using var session = await connection.OpenAsync(SessionMode.Write, Token);
        var statement = new Statement("CREATE USER nobody IDENTIFIED BI '(redacted)'") { WithSecret = () => "CREATE USER nobody IDENTIFIED BI 'hush-hush'" };

        var refused = await Should.ThrowAsync<StatementFailedException>(session.ExecuteAsync([statement], Token));

        refused.Diagnostic.EngineCode.ShouldBe("1064 (42000)");
        refused.Diagnostic.ToString().ShouldNotContain("hush");
        refused.Diagnostic.Summary.ShouldEndWith("in a part that is not shown because it may be secret");
        (await Should.ThrowAsync<StatementFailedException>(session.ExecuteAsync([new Statement("CREATE USER nobody IDENTIFIED BI 'open'")], Token))).Diagnostic.Summary.ShouldContain("near 'BI 'open''");
    }

    [Fact]
    public async Task Execute_AnotherSessionHoldsTheTable_GivesUpAndWorksAfterwards()
    {
        await using var connection = await ConnectAsync();
        await ExecuteAsync(connection, "CREATE TABLE busy (id int)");
        await using var holder = new MySqlConnector.MySqlConnection(Database.ConnectionString);
        await holder.OpenAsync(Token);
        await using var command = holder.CreateCommand();
        command.CommandText = "LOCK TABLES busy WRITE";
        await command.ExecuteNonQueryAsync(Token);

        var refused = await Should.ThrowAsync<StatementFailedException>(ExecuteAsync(connection, "ALTER TABLE busy ADD x int"));

        (refused.Diagnostic.Code, refused.Diagnostic.EngineCode, refused.Diagnostic.Retryable).ShouldBe((DiagnosticCodes.Operation, "1205 (HY000)", true));
        refused.Diagnostic.Detail!.ShouldStartWith("Another session has used the table in a transaction for more than 3 s.");
        command.CommandText = "UNLOCK TABLES";
        await command.ExecuteNonQueryAsync(Token);
        await ExecuteAsync(connection, "ALTER TABLE busy ADD x int");
    }

    [Fact]
    public async Task Execute_Cancelled_EndsAtOnceAndTheSameSessionWorks()
    {
        await using var connection = await ConnectAsync();
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(Token);
        await using var session = await connection.OpenAsync(SessionMode.Write, Token);
        var running = session.ExecuteAsync([new Statement("SELECT SLEEP(100)")], cancel.Token);
        await UntilAsync("SELECT COUNT(*) FROM information_schema.processlist WHERE info LIKE '%SLEEP(100)' AND db = DATABASE()", "1");

        await cancel.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(running);
        await UntilAsync("SELECT COUNT(*) FROM information_schema.processlist WHERE info LIKE '%SLEEP(100)' AND db = DATABASE()", "0");
        await session.ExecuteAsync([new Statement("CREATE TABLE after_it (id int)")], Token);
    }

    [Fact]
    public async Task Execute_LongerThanTheQueryTimeout_IsEndedAndSaysWhichLimit()
    {
        await using var hasty = await ConnectAsync(new JsonObject { ["query_timeout"] = 1 });

        var refused = await Should.ThrowAsync<StatementFailedException>(ExecuteAsync(hasty, "SELECT SLEEP(100)"));

        (refused.Diagnostic.Code, refused.Diagnostic.Retryable).ShouldBe((DiagnosticCodes.Operation, false));
        refused.Diagnostic.Detail!.ShouldContain("query_timeout (1 s)");
        await ExecuteAsync(hasty, "DO 1");
    }

    [Fact]
    public async Task Execute_UserWithoutRights_IsAPermissionErrorThatSaysWhatToDo()
    {
        var user = $"u_{Database.Name}";
        await Database.ExecuteAsync($"CREATE TABLE t (id int); CREATE USER {user} IDENTIFIED BY 'pw'; GRANT SELECT ON {Database.Name}.* TO {user}", Token);
        try
        {
            await using var connection = await ConnectAsync(new JsonObject { ["username"] = user, ["password"] = "pw" });

            var refused = await Should.ThrowAsync<StatementFailedException>(ExecuteAsync(connection, "ALTER TABLE t ADD x int"));

            (refused.Diagnostic.Code, refused.Diagnostic.EngineCode).ShouldBe((DiagnosticCodes.Permission, "1142 (42000)"));
            refused.Diagnostic.Detail.ShouldBe($"The user '{user}' lacks a privilege: grant it, or use one that has it.");
        }
        finally
        {
            await Database.ExecuteAsync($"DROP USER {user}", CancellationToken.None);
        }
    }

    private async Task<Diagnostic> RefusalOfAsync(JsonObject settings) => (await Should.ThrowAsync<ProviderException>(ConnectAsync(settings))).Diagnostic;

    private Task<MySqlDatabase> ConnectAsync(JsonObject? settings = null)
    {
        settings ??= [];
        settings["url"] = Database.Url;
        return MySqlDatabase.ConnectAsync(MySqlOptions.FromConfig(settings), Loggers, Token);
    }

    private static async Task ExecuteAsync(MySqlDatabase connection, string sql)
    {
        await using var session = await connection.OpenAsync(SessionMode.Write, Token);
        await session.ExecuteAsync([new Statement(sql)], Token);
    }

    private Task<IReadOnlyList<string?>> TablesAsync() => Database.QueryAsync("SELECT table_name FROM information_schema.tables WHERE table_schema = DATABASE() ORDER BY 1", Token);

    // Everybody who is in this test's database, but for ourselves.
    private async Task KillAsync()
    {
        foreach (var id in await Database.QueryAsync("SELECT id FROM information_schema.processlist WHERE db = DATABASE() AND id <> CONNECTION_ID()", Token))
        {
            await Database.ExecuteAsync($"KILL {id}", Token);
        }
    }

    private Task UntilAsync(string query, string expected) =>
        Eventually.IsSoAsync(async token => (await Database.QueryAsync(query, token))[0] == expected, Token, query);
}
