using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using Kolumn.Protocol;
using Kolumn.Providers.Postgres.Database;
using Kolumn.Sdk;
using Kolumn.Testing;
using Npgsql;

namespace Kolumn.Providers.Postgres.Tests.Database;

/// <summary>What the server and the network refuse: category, SQLSTATE, advice, and that the provider works afterwards.</summary>
public sealed class RefusalTests(PostgresDatabases databases) : PostgresTest(databases)
{
    [Fact]
    public async Task Connect_DatabaseDoesNotExist_IsAConnectionErrorThatNamesIt()
    {
        var refused = await RefusalOfAsync(new JsonObject { ["url"] = Database.Url, ["database"] = "no_such_database" });

        (refused.Code, refused.EngineCode, refused.Retryable).ShouldBe((DiagnosticCodes.Connection, "3D000", false));
        refused.Summary.ShouldBe("PostgreSQL refused: database \"no_such_database\" does not exist");
        refused.Detail.ShouldBe("Create the database first, or correct 'database' in the provider block.");
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

        var refused = await RefusalOfAsync(Configs.Json($$"""{"host":"127.0.0.1","port":{{port}},"database":"d","username":"u","password":"very-secret"}"""));

        (refused.Code, refused.EngineCode, refused.Retryable).ShouldBe((DiagnosticCodes.Connection, null, true));
        refused.Summary.ShouldStartWith($"PostgreSQL at 127.0.0.1:{port} cannot be reached: ");
        refused.ToString().ShouldNotContain("very-secret");
    }

    [Fact]
    public async Task Connect_PeerIsNoPostgres_IsAConnectionError()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var answer = AnswerAsync(listener);

        var refused = await RefusalOfAsync(Configs.Json($$"""{"host":"127.0.0.1","port":{{((IPEndPoint)listener.LocalEndpoint).Port}},"database":"d","username":"u","ssl_mode":"disable"}"""));

        refused.Code.ShouldBe(DiagnosticCodes.Connection);
        await answer;

        static async Task AnswerAsync(TcpListener listener)
        {
            using var peer = await listener.AcceptTcpClientAsync(Token);
            await peer.GetStream().ReadAtLeastAsync(new byte[8], 8, throwOnEndOfStream: false, Token);
        }
    }

    [Fact]
    public async Task Connect_RoleDoesNotExist_SaysWhatToCheckAndNoPassword()
    {
        var refused = await RefusalOfAsync(new JsonObject { ["url"] = Database.Url, ["username"] = "no_such_role", ["password"] = "very-secret" });

        refused.Code.ShouldBe(DiagnosticCodes.Connection);
        refused.EngineCode.ShouldBeOneOf("28000", "28P01");
        refused.Detail!.ShouldContain($"(server {Database.Host}:{Database.Port}, user 'no_such_role')");
        refused.ToString().ShouldNotContain("very-secret");
    }

    [Fact]
    public async Task Connect_WrongPassword_IsAConnectionErrorWithoutIt()
    {
        Diagnostic refused;
        try
        {
            await using var trusted = await PostgresConnection.ConnectAsync(
                PostgresOptions.FromConfig(new JsonObject { ["url"] = Database.Url, ["password"] = "very-secret-and-wrong" }), Loggers, Token);
            Assert.Skip("The server trusts this connection and asks for no password.");
            return;
        }
        catch (ProviderException wrong)
        {
            refused = wrong.Diagnostic;
        }

        (refused.Code, refused.EngineCode).ShouldBe((DiagnosticCodes.Connection, "28P01"));
        refused.Summary.ShouldBe($"PostgreSQL refused: password authentication failed for user \"{Database.Username}\"");
        refused.ToString().ShouldNotContain("very-secret");
    }

    [Fact]
    public void ToDiagnostic_WrongPassword_IsAConnectionErrorWithoutIt()
    {
        // Not every server asks for a password, so this answer is made up.
        using var options = PostgresOptions.FromConfig(new JsonObject { ["url"] = "postgres://me:very-secret@db/shop" });

        var refused = PostgresErrors.ToDiagnostic(new PostgresException("password authentication failed for user \"me\"", "FATAL", "FATAL", "28P01"), options);

        (refused.Code, refused.EngineCode).ShouldBe((DiagnosticCodes.Connection, "28P01"));
        refused.Summary.ShouldBe("PostgreSQL refused: password authentication failed for user \"me\"");
        refused.Detail.ShouldBe("Check username and password of the provider block and the server's pg_hba.conf (server db:5432, user 'me').");
    }

    [Theory]
    [InlineData("42501", DiagnosticCodes.Permission, false)]
    [InlineData("53300", DiagnosticCodes.Connection, true)]
    [InlineData("57P03", DiagnosticCodes.Connection, true)]
    [InlineData("08006", DiagnosticCodes.Connection, true)]
    [InlineData("40001", DiagnosticCodes.Operation, true)]
    [InlineData("40P01", DiagnosticCodes.Operation, true)]
    [InlineData("57014", DiagnosticCodes.Operation, false)]
    [InlineData("53200", DiagnosticCodes.Operation, false)]
    [InlineData("23505", DiagnosticCodes.Operation, false)]
    [InlineData("25006", DiagnosticCodes.Operation, false)]
    [InlineData("42601", DiagnosticCodes.Validation, false)]
    [InlineData("22P02", DiagnosticCodes.Validation, false)]
    [InlineData("XX000", DiagnosticCodes.Operation, false)]
    public void ToDiagnostic_SqlState_HasItsCategory(string state, string code, bool retryable)
    {
        using var options = PostgresOptions.FromConfig(new JsonObject { ["url"] = "postgres://me@db/shop" });

        var diagnostic = PostgresErrors.ToDiagnostic(new PostgresException("m", "ERROR", "ERROR", state), options);

        (diagnostic.Code, diagnostic.EngineCode, diagnostic.Retryable).ShouldBe((code, state, retryable));
    }

    [Fact]
    public async Task Execute_AnotherSessionHoldsTheLock_GivesUpAndWorksAfterwards()
    {
        await Database.ExecuteAsync("CREATE TABLE busy (id int)", Token);
        await using var other = new NpgsqlConnection(Database.ConnectionString);
        await other.OpenAsync(Token);
        await using (var holding = await other.BeginTransactionAsync(Token))
        {
            await using var hold = new NpgsqlCommand("LOCK TABLE busy", other, holding);
            await hold.ExecuteNonQueryAsync(Token);

            var refused = await Should.ThrowAsync<StatementFailedException>(
                ApplyAsync([new Statement("CREATE TABLE free (id int)"), new Statement("ALTER TABLE busy ADD x int")]));

            refused.Index.ShouldBe(1);
            (refused.Diagnostic.Code, refused.Diagnostic.EngineCode, refused.Diagnostic.Retryable).ShouldBe((DiagnosticCodes.Operation, "55P03", true));
            refused.Diagnostic.Detail!.ShouldStartWith(
                $"Another session holds a lock on the object for more than 3 s; everything was rolled back. Session {other.ProcessID} of {other.UserName} (idle in transaction, in its transaction since ");
            refused.Diagnostic.Detail.ShouldEndWith($" holds it: end that transaction, or SELECT pg_terminate_backend({other.ProcessID}), and try again.");
        }

        await ApplyAsync([new Statement("ALTER TABLE busy ADD x int")]);
        (await Database.QueryAsync("SELECT to_regclass('free')::text", Token)).ShouldBe([null]);
    }

    [Fact]
    public async Task Execute_ManyBatches_NamesTheStatementThatFailed()
    {
        var statements = Enumerable.Range(0, 1000).Select(number => new Statement(number == 777 ? "SELECT 1 FROM nothing_there" : $"SELECT {number}")).ToList();

        var refused = await Should.ThrowAsync<StatementFailedException>(ApplyAsync(statements));

        refused.Index.ShouldBe(777);
        refused.Diagnostic.Detail.ShouldBe("At: nothing_there.");
        await Connection.PingAsync(Token);
    }

    [Fact]
    public async Task Execute_Cancelled_EndsAtOnceAndTheNextSessionWorks()
    {
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(Token);
        await using var session = await Connection.OpenAsync(SessionMode.Write, Token);
        var running = session.ExecuteAsync([new Statement("SELECT pg_sleep(100)")], cancel.Token);
        await UntilAsync("SELECT count(*) FROM pg_stat_activity WHERE query LIKE '%pg_sleep(100)%' AND state = 'active' AND pid <> pg_backend_pid()", "1");

        await cancel.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(running);
        await UntilAsync("SELECT count(*) FROM pg_stat_activity WHERE query LIKE '%pg_sleep(100)%' AND state = 'active' AND pid <> pg_backend_pid()", "0");
        await ApplyAsync([new Statement("SELECT 1")]);
    }

    [Fact]
    public async Task Execute_LongerThanTheQueryTimeout_IsEndedByTheServer()
    {
        await using var hasty = await PostgresConnection.ConnectAsync(PostgresOptions.FromConfig(new JsonObject { ["url"] = Database.Url, ["query_timeout"] = 1 }), Loggers, Token);
        await using var session = await hasty.OpenAsync(SessionMode.Write, Token);

        var refused = await Should.ThrowAsync<StatementFailedException>(session.ExecuteAsync([new Statement("SELECT pg_sleep(100)")], Token));

        (refused.Diagnostic.Code, refused.Diagnostic.EngineCode).ShouldBe((DiagnosticCodes.Operation, "57014"));
        refused.Diagnostic.Detail!.ShouldContain("query_timeout (1 s)");
    }

    [Fact]
    public async Task Execute_ServerEndsTheConnection_IsRetryableAndTheNextSessionWorks()
    {
        await using (var session = await Connection.OpenAsync(SessionMode.Write, Token))
        {
            await session.ExecuteAsync([new Statement("CREATE TABLE lost (id int)")], Token);
            await Database.QueryAsync("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'kolumn' AND datname = current_database()", Token);

            var refused = await Should.ThrowAsync<StatementFailedException>(session.ExecuteAsync([new Statement("SELECT 1")], Token));

            (refused.Diagnostic.Code, refused.Diagnostic.Retryable).ShouldBe((DiagnosticCodes.Connection, true));
        }

        await ApplyAsync([new Statement("CREATE TABLE lost (id int)")]);
    }

    [Fact]
    public async Task Commit_DeferredConstraintIsViolated_FailsWithoutAStatement()
    {
        await Database.ExecuteAsync("CREATE TABLE t (id int UNIQUE DEFERRABLE INITIALLY DEFERRED)", Token);
        await using var session = await Connection.OpenAsync(SessionMode.Write, Token);
        await session.ExecuteAsync([new Statement("INSERT INTO t VALUES (1), (1)")], Token);

        var refused = await Should.ThrowAsync<StatementFailedException>(session.CommitAsync(Token));

        (refused.Index, refused.Diagnostic.EngineCode).ShouldBe((-1, "23505"));
    }

    [Fact]
    public async Task Execute_TwoStatementsInOne_AreRefusedByTheServer()
    {
        var refused = await Should.ThrowAsync<StatementFailedException>(ApplyAsync([new Statement("CREATE TABLE a (x int); CREATE TABLE b (x int)")]));

        refused.Diagnostic.EngineCode.ShouldBe("42601");
        (await Database.QueryAsync("SELECT to_regclass('a')::text", Token)).ShouldBe([null]);
    }

    [Fact]
    public async Task RoleWithoutRights_MayNotCreate_IsAPermissionErrorThatSaysWhatToDo()
    {
        await Database.ExecuteAsync("CREATE TABLE t (id int)", Token);
        await using var session = await Connection.OpenAsync(SessionMode.Write, Token);
        await session.ExecuteAsync([new Statement("SET LOCAL ROLE pg_monitor")], Token);

        var refused = await Should.ThrowAsync<StatementFailedException>(session.ExecuteAsync([new Statement("ALTER TABLE t ADD x int")], Token));

        (refused.Diagnostic.Code, refused.Diagnostic.EngineCode).ShouldBe((DiagnosticCodes.Permission, "42501"));
        refused.Diagnostic.Detail!.ShouldContain("lacks a privilege");
    }

    private static async Task<Diagnostic> RefusalOfAsync(JsonObject config) =>
        (await Should.ThrowAsync<ProviderException>(PostgresConnection.ConnectAsync(PostgresOptions.FromConfig(config), Loggers, Token))).Diagnostic;

    private Task UntilAsync(string query, string expected) =>
        Eventually.IsSoAsync(async token => (await Database.QueryAsync(query, token))[0] == expected, Token, query);
}
