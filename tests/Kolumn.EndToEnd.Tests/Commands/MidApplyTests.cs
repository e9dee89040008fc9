using Kolumn.Servers;
using Kolumn.Testing;
using Npgsql;

namespace Kolumn.EndToEnd.Tests.Commands;

/// <summary>
/// A PostgreSQL server that stops helping in the middle of an apply: each time the error says what to do, what was there is still there, and
/// an apply succeeds once that has been done.
/// </summary>
[Collection(OwnServer.Name)]
public sealed class MidApplyTests(OwnPostgresServer server) : IAsyncLifetime
{
    private const string Before = "create \"postgres_table\" \"users\" {\n  columns = [{ name = \"id\", type = \"int\" }]\n}\n";

    /// <summary>A new table first, then a change of the one that is there.</summary>
    private const string After = """
        create "postgres_table" "orders" {
          columns = [{ name = "id", type = "int", primary_key = true }]
        }
        create "postgres_table" "users" {
          columns = [{ name = "id", type = "int" }, { name = "age", type = "int" }]
          depends_on = [postgres_table.orders]
        }

        """;

    private readonly KolumnProject _project = new();
    private TestDatabase? _database;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private TestDatabase Database => _database!;

    public async ValueTask InitializeAsync()
    {
        _database = await server.CreateAsync(Token);
        Write(Database.Url, Before);
        await _project.ExpectAsync(0, "init");
        await _project.ExpectAsync(0, "apply", "--auto-approve");
    }

    public async ValueTask DisposeAsync()
    {
        await Database.DisposeAsync();
        _project.Dispose();
    }

    [Fact]
    public async Task Apply_ConnectionLost_LeavesEverythingAndTheNextSucceeds()
    {
        Write(Database.Url, After);
        await using var other = new NpgsqlConnection(Database.ConnectionString);
        await other.OpenAsync(Token);
        await ExecuteAsync(other, "BEGIN; LOCK TABLE users IN ACCESS SHARE MODE");
        await using var apply = _project.Start("apply", "--auto-approve");

        // The table is made, and the change of the other one waits for us.
        var pid = await WaitingAsync();
        await Database.ExecuteAsync($"SELECT pg_terminate_backend({pid})", Token);

        (await apply.ExitCodeAsync(Token)).ShouldBe(1, apply.Said);
        apply.Said.ShouldContain("try again when it is up");
        (await RelationsAsync()).ShouldBe(["users"]);
        await ExecuteAsync(other, "ROLLBACK");
        await SucceedsAsync();
    }

    [Fact]
    public async Task Apply_ServerIsReadOnly_SaysSoAndTheNextSucceeds()
    {
        Write(Database.Url, After);
        await Database.ExecuteAsync($"ALTER DATABASE {Database.Name} SET default_transaction_read_only = on", Token);

        var said = await FailsAsync();

        said.ShouldContain("connect to the primary");
        await Database.ExecuteAsync($"BEGIN READ WRITE; ALTER DATABASE {Database.Name} RESET default_transaction_read_only; COMMIT", Token);
        await SucceedsAsync();
    }

    [Fact]
    public async Task Apply_RoleMayNotChangeOneOfTheTables_NamesTheRoleAndTheNextSucceeds()
    {
        await Database.ExecuteAsync($"CREATE ROLE guest LOGIN PASSWORD 'hunter2-secret'; GRANT ALL ON DATABASE {Database.Name} TO guest; GRANT ALL ON SCHEMA public TO guest; GRANT ALL ON ALL TABLES IN SCHEMA _kolumn TO guest; GRANT ALL ON SCHEMA _kolumn TO guest", Token);
        try
        {
            Write(Database.Url.Replace($"{Database.Username}:{Database.Password}@", "guest:hunter2-secret@", StringComparison.Ordinal), After);

            var said = await FailsAsync();

                said.ShouldContain("The role 'guest' lacks a privilege");
            said.ShouldNotContain("hunter2-secret");
            await Database.ExecuteAsync("ALTER TABLE users OWNER TO guest", Token);
            await SucceedsAsync();
        }
        finally
        {
            await Database.ExecuteAsync("DROP OWNED BY guest; DROP ROLE guest", CancellationToken.None);
        }
    }

    /// <summary>In a file system of four megabytes.</summary>
    [Fact]
    public async Task Apply_DiskIsFull_LeavesEverythingAndTheNextSucceeds()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess, "Only root can mount a small file system.");
        var folder = Directory.CreateTempSubdirectory("kolumn-small-").FullName;
        var data = (await Database.QueryAsync("SHOW data_directory", Token)).Single()!;
        Assert.SkipUnless(Directory.Exists(data), "The server's folder is not on this machine.");
        var mounted = await RunAsync("mount", "-t", "tmpfs", "-o", "size=4m", "kolumn-small", folder);
        try
        {
            Assert.SkipUnless(mounted.Succeeded, $"A small file system cannot be mounted: {mounted.Tail}");
            (await RunAsync("chown", $"--reference={data}", folder)).Succeeded.ShouldBeTrue();
            await Database.ExecuteAsync($"CREATE TABLESPACE small LOCATION '{folder}'", Token);
            await Database.ExecuteAsync($"ALTER DATABASE {Database.Name} SET default_tablespace = small", Token);
            Write(Database.Url, After + "create \"postgres_materialized_view\" \"many\" {\n  query = \"SELECT n, repeat('x', 100) AS x FROM generate_series(1, 100000) AS n\"\n  depends_on = [postgres_table.users]\n}\n");

            var said = await FailsAsync();

                said.ShouldContain("The server's disk is full: make room there");
            await Database.ExecuteAsync($"ALTER DATABASE {Database.Name} RESET default_tablespace", Token);
            await SucceedsAsync("many");
            await Database.ExecuteAsync("DROP TABLESPACE small", Token);
        }
        finally
        {
            await RunAsync("umount", "--lazy", folder);
            Directory.Delete(folder);
        }
    }

    private void Write(string url, string configuration) => _project.Write("main.kl", $"provider \"postgres\" {{\n  url = \"{url}\"\n}}\n{configuration}");

    /// <summary>Nothing has changed.</summary>
    private async Task<string> FailsAsync()
    {
        var said = await _project.ExpectAsync(1, "apply", "--auto-approve");
        said.ShouldNotContain("   at ");
        (await RelationsAsync()).ShouldBe(["users"]);
        (await Database.QueryAsync("SELECT attname FROM pg_attribute WHERE attrelid = 'users'::regclass AND attnum > 0", Token)).ShouldBe(["id"]);
        return said;
    }

    private async Task SucceedsAsync(params string[] more)
    {
        await _project.ExpectAsync(0, "apply", "--auto-approve");
        await _project.ExpectAsync(0, "plan", "--detailed-exitcode");
        (await RelationsAsync()).ShouldBe([.. more, "orders", "users"]);
    }

    private Task<IReadOnlyList<string?>> RelationsAsync() =>
        Database.QueryAsync("SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'm') ORDER BY 1", Token);

    private async Task<string> WaitingAsync()
    {
        const string Waiting = "SELECT pid::text FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'";
        IReadOnlyList<string?> waiting = [];
        await Eventually.IsSoAsync(async token => (waiting = await Database.QueryAsync(Waiting, token)).Count == 1, Token, Waiting);
        return waiting[0]!;
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(Token);
    }

    private static Task<CommandResult> RunAsync(string program, params string[] arguments) => Command.RunAsync(program, arguments, TimeSpan.FromSeconds(20), CancellationToken.None);
}
