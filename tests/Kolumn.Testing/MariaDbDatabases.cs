using Kolumn.Servers;
using MySqlConnector;

namespace Kolumn.Testing;

/// <summary>
/// Gives each test an empty MariaDB database of its own. Use as an assembly fixture: <c>[assembly: AssemblyFixture(typeof(MariaDbDatabases))]</c>.
/// Without a server, or without the client library, the tests are skipped with the reason.
/// </summary>
public class MariaDbDatabases : Xunit.IAsyncLifetime
{
    private DatabaseServer _server = DatabaseServer.Absent("not asked for yet");
    private int _count;

    public async ValueTask InitializeAsync()
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(10));
        var library = await MariaDbServers.EnsureLibraryAsync(limit.Token);
        _server = library.Problem is { } problem ? DatabaseServer.Absent(problem) : await AcquireAsync(limit.Token);
    }

    /// <summary>Of the user with all rights; skips the test when there is no server.</summary>
    public string ServerUrl
    {
        get
        {
            Xunit.Assert.SkipWhen(_server.Url is null, _server.Description);
            return _server.Url!;
        }
    }

    /// <summary>Makes an empty database, dropped again when disposed.</summary>
    public Task<MariaDbDatabase> CreateAsync(CancellationToken cancellationToken) =>
        CreateAsync(Interlocked.Increment(ref _count).ToString(System.Globalization.CultureInfo.InvariantCulture), cancellationToken);

    /// <summary>The same under a name that can be had on two servers.</summary>
    /// <param name="suffix">Of the name; nobody else's in this process.</param>
    public async Task<MariaDbDatabase> CreateAsync(string suffix, CancellationToken cancellationToken)
    {
        var name = $"kolumn_test_{Environment.ProcessId}_{suffix}";
        await ExecuteAsync(ServerUrl, $"CREATE DATABASE {name} CHARACTER SET utf8mb4", cancellationToken);
        return new MariaDbDatabase(ServerUrl, name);
    }

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        await _server.DisposeAsync();
    }

    protected virtual Task<DatabaseServer> AcquireAsync(CancellationToken cancellationToken) => MariaDbServers.AcquireAsync(cancellationToken);

    internal static async Task ExecuteAsync(string url, string sql, CancellationToken cancellationToken)
    {
        await using var connection = new MySqlConnection(MariaDbUrl.Parse(url).ToConnectionString() + ";Allow User Variables=true");
        await connection.OpenAsync(cancellationToken);
        await using var command = new MySqlCommand(sql, connection) { CommandTimeout = 120 };
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}

/// <summary>The same on a server that no other test uses, for what belongs to the whole server: users, roles, global variables.</summary>
public sealed class OwnMariaDbServer : MariaDbDatabases
{
    protected override Task<DatabaseServer> AcquireAsync(CancellationToken cancellationToken) => MariaDbServers.AcquireOwnAsync(cancellationToken);
}

/// <summary>One test's own database.</summary>
public sealed class MariaDbDatabase : IAsyncDisposable
{
    private readonly string _serverUrl;

    internal MariaDbDatabase(string serverUrl, string name)
    {
        _serverUrl = serverUrl;
        Name = name;
        Parts = MariaDbUrl.Parse(serverUrl) with { Database = name };
    }

    public string Name { get; }

    public MariaDbUrl Parts { get; }

    public string Url => Parts.ToString();

    public string ConnectionString => Parts.ToConnectionString();

    /// <summary>Runs statements divided by semicolons.</summary>
    public Task ExecuteAsync(string sql, CancellationToken cancellationToken) => MariaDbDatabases.ExecuteAsync(Url, sql, cancellationToken);

    /// <summary>The first column of every row as text; null for NULL.</summary>
    public async Task<IReadOnlyList<string?>> QueryAsync(string sql, CancellationToken cancellationToken)
    {
        await using var connection = new MySqlConnection(ConnectionString);
        await connection.OpenAsync(cancellationToken);
        await using var command = new MySqlCommand(sql, connection);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var rows = new List<string?>();
        while (await reader.ReadAsync(cancellationToken))
        {
            rows.Add(reader.IsDBNull(0) ? null : Convert.ToString(reader.GetValue(0), System.Globalization.CultureInfo.InvariantCulture));
        }

        return rows;
    }

    public async ValueTask DisposeAsync() =>
        await MariaDbDatabases.ExecuteAsync(_serverUrl, $"DROP DATABASE IF EXISTS {Name}", CancellationToken.None);
}
