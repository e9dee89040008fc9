using System.Security.Cryptography;
using Kolumn.MongoGateway;
using Npgsql;

namespace Kolumn.Servers;

/// <summary>A private PostgreSQL with the DocumentDB extension in a tree of Debian's packages, and the gateway in front of it.</summary>
public sealed class DocumentDbServer : IAsyncDisposable
{
    public const string Description = "DocumentDB 1.0 behind the tests' gateway, which is not mongod";

    private const string Binaries = "/usr/lib/postgresql/18/bin";
    private const string User = "kolumn";
    private const string Ready = "database system is ready to accept connections";

    // Ends bubblewrap, and that the server with it.
    private const string StopSignal = "TERM";

    private readonly PrivateServer _postgres;
    private readonly string[] _start;
    private readonly GatewayServer _gateway;

    private DocumentDbServer(PrivateServer postgres, string[] start, GatewayServer gateway, string password)
    {
        (_postgres, _start, _gateway) = (postgres, start, gateway);
        Url = $"mongodb://{User}:{password}@127.0.0.1:{gateway.Port}/";
    }

    public string Url { get; }

    /// <exception cref="InvalidOperationException">The packages cannot be had, or the server does not start; the message says why.</exception>
    public static async Task<DocumentDbServer> StartAsync(CancellationToken cancellationToken)
    {
        var tree = await DebianTree.AcquireAsync(cancellationToken);
        var server = new PrivateServer("kolumn-documentdb-");
        try
        {
            await server.LeaveRootAsync("postgres", cancellationToken);
            var inTree = tree.Prefix(server.Folder);
            var data = Path.Combine(server.Folder, "data");
            await server.RunAsync(
                [.. inTree, $"{Binaries}/initdb", "--pgdata", data, "--username", User, "--auth", "trust", "--encoding", "UTF8", "--no-locale", "--no-sync"], cancellationToken);

            var port = PrivateServer.FreePort();
            string[] settings =
            [
                "listen_addresses=127.0.0.1", "fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_connections=200",
                "shared_preload_libraries=pg_cron,pg_documentdb_core,pg_documentdb", "cron.database_name=postgres",

                // It connects to itself; the tree has no /etc/hosts.
                $"documentdb.localhost_connection_string=host=127.0.0.1", "documentdb.enableRoleCrud=on", "documentdb.enableRolesAdminDBCheck=off",
            ];
            string[] start = [.. inTree, $"{Binaries}/postgres", "-D", data, "-p", $"{port}", "-k", server.Folder, .. settings.SelectMany(setting => new[] { "-c", setting })];
            await server.StartAsync(start, Ready, StopSignal, cancellationToken);

            var connectionString = new NpgsqlConnectionStringBuilder
            {
                Host = "127.0.0.1",
                Port = port,
                Username = User,
                Database = "postgres",
                MaxPoolSize = 100,
                IncludeErrorDetail = true,
            }.ConnectionString;
            await CreateExtensionAsync(connectionString, cancellationToken);
            var password = RandomNumberGenerator.GetHexString(24, lowercase: true);
            return new DocumentDbServer(server, start, GatewayServer.Start(connectionString, new Credentials(User, password)), password);
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            await server.DisposeAsync();
            throw new InvalidOperationException(failure.Message, failure);
        }
    }

    /// <summary>Kills the database without warning and starts it again, at the same place. The gateway stays, as a router does.</summary>
    public async Task CrashAsync(CancellationToken cancellationToken)
    {
        var pid = (await File.ReadAllLinesAsync(Path.Combine(_postgres.Folder, "data", "postmaster.pid"), cancellationToken))[0];
        await _postgres.CrashAsync(int.Parse(pid, System.Globalization.CultureInfo.InvariantCulture), cancellationToken);
        await _postgres.StartAsync(_start, Ready, StopSignal, cancellationToken);
        _gateway.ForgetConnections();
    }

    public async ValueTask DisposeAsync()
    {
        await _gateway.DisposeAsync();
        await _postgres.DisposeAsync();
    }

    private static async Task CreateExtensionAsync(string connectionString, CancellationToken cancellationToken)
    {
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync(cancellationToken);
        await using var command = new NpgsqlCommand("CREATE EXTENSION documentdb CASCADE", connection) { CommandTimeout = 120 };
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
