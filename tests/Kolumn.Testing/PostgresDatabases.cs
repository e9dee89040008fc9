using Kolumn.Servers;
using Npgsql;

namespace Kolumn.Testing;

/// <summary>
/// Gives each test an empty PostgreSQL database of its own. Use as an assembly fixture:
/// <c>[assembly: AssemblyFixture(typeof(PostgresDatabases))]</c>. Without a server the tests are skipped with the reason.
/// </summary>
public class PostgresDatabases : Xunit.IAsyncLifetime
{
    private DatabaseServer _server = DatabaseServer.Absent("not asked for yet");
    private int _count;

    public async ValueTask InitializeAsync()
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(10));
        _server = await AcquireAsync(limit.Token);
    }

    /// <summary>The server's superuser URL; skips the test when there is no server.</summary>
    public string ServerUrl
    {
        get
        {
            Xunit.Assert.SkipWhen(_server.Url is null, _server.Description);
            return _server.Url!;
        }
    }

    /// <summary>Makes an empty database, dropped again when disposed.</summary>
    public async Task<TestDatabase> CreateAsync(CancellationToken cancellationToken)
    {
        var name = $"kolumn_test_{Environment.ProcessId}_{Interlocked.Increment(ref _count)}";
        await ExecuteAsync(ServerUrl, $"CREATE DATABASE {name} TEMPLATE template0", cancellationToken);
        return new TestDatabase(ServerUrl, name);
    }

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        await _server.DisposeAsync();
    }

    protected virtual Task<DatabaseServer> AcquireAsync(CancellationToken cancellationToken) => PostgresServers.AcquireAsync(cancellationToken);

    internal static async Task ExecuteAsync(string url, string sql, CancellationToken cancellationToken)
    {
        await using var connection = new NpgsqlConnection(PostgresUrl.ToConnectionString(url));
        await connection.OpenAsync(cancellationToken);
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 120 };
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>The first column of every row as text; null for NULL.</summary>
    internal static async Task<IReadOnlyList<string?>> QueryAsync(string url, string sql, CancellationToken cancellationToken)
    {
        await using var connection = new NpgsqlConnection(PostgresUrl.ToConnectionString(url));
        await connection.OpenAsync(cancellationToken);
        await using var command = new NpgsqlCommand(sql, connection);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var rows = new List<string?>();
        while (await reader.ReadAsync(cancellationToken))
        {
            rows.Add(await reader.IsDBNullAsync(0, cancellationToken) ? null : Convert.ToString(reader.GetValue(0), System.Globalization.CultureInfo.InvariantCulture));
        }

        return rows;
    }
}

/// <summary>
/// The same on a server that no other test uses, for what belongs to the whole server: roles. As the fixture of a collection, whose tests run one
/// after the other.
/// </summary>
public sealed class OwnPostgresServer : PostgresDatabases
{
    /// <summary>Takes away every role that a test has made, once its databases are gone.</summary>
    public Task DropRolesAsync() => ExecuteAsync(
        ServerUrl,
        "DO $$ DECLARE name text; BEGIN FOR name IN SELECT rolname FROM pg_roles WHERE oid >= 16384 LOOP EXECUTE format('DROP ROLE %I', name); END LOOP; END $$",
        CancellationToken.None);

    /// <summary>Asks the database that its URL names, the first column of every row.</summary>
    public Task<IReadOnlyList<string?>> QueryAsync(string sql, CancellationToken cancellationToken) => QueryAsync(ServerUrl, sql, cancellationToken);

    protected override Task<DatabaseServer> AcquireAsync(CancellationToken cancellationToken) => PostgresServers.AcquireOwnAsync(cancellationToken);
}

/// <summary>One test's own database.</summary>
public sealed class TestDatabase : IAsyncDisposable
{
    private readonly string _serverUrl;

    internal TestDatabase(string serverUrl, string name)
    {
        _serverUrl = serverUrl;
        Name = name;
        Url = PostgresUrl.WithDatabase(serverUrl, name);
        var parts = PostgresUrl.ToBuilder(Url);
        (Host, Port, Username, Password) = (parts.Host!, parts.Port, parts.Username!, parts.Password ?? "");
    }

    public string Name { get; }

    public string Url { get; }

    public string Host { get; }

    public int Port { get; }

    public string Username { get; }

    public string Password { get; }

    public string ConnectionString => PostgresUrl.ToConnectionString(Url);

    public Task ExecuteAsync(string sql, CancellationToken cancellationToken) => PostgresDatabases.ExecuteAsync(Url, sql, cancellationToken);

    /// <summary>The first column of every row as text; null for NULL.</summary>
    public Task<IReadOnlyList<string?>> QueryAsync(string sql, CancellationToken cancellationToken) => PostgresDatabases.QueryAsync(Url, sql, cancellationToken);

    public async ValueTask DisposeAsync() =>
        await PostgresDatabases.ExecuteAsync(_serverUrl, $"DROP DATABASE IF EXISTS {Name} WITH (FORCE)", CancellationToken.None);
}
