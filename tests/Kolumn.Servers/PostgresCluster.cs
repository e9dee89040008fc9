using System.Security.Cryptography;

namespace Kolumn.Servers;

/// <summary>A private PostgreSQL cluster in a temporary folder: loopback only, passwords asked for, nothing flushed to disk.</summary>
public sealed class PostgresCluster : IAsyncDisposable
{
    private const string Ready = "database system is ready to accept connections";
    private const string FastStop = "INT";

    private readonly PrivateServer _server;
    private readonly string[] _start;

    private PostgresCluster(PrivateServer server, string[] start, string url) => (_server, _start, Url) = (server, start, url);

    /// <summary>Of the superuser, with its password.</summary>
    public string Url { get; }

    /// <summary>The newest folder that holds initdb and postgres; null when there is none.</summary>
    public static string? FindBinaries()
    {
        var packaged = Directory.Exists("/usr/lib/postgresql")
            ? Directory.GetDirectories("/usr/lib/postgresql").OrderByDescending(VersionOf).Select(d => Path.Combine(d, "bin"))
            : [];
        return packaged.Concat(Command.SearchPath).FirstOrDefault(d => File.Exists(Path.Combine(d, "initdb")) && File.Exists(Path.Combine(d, "postgres")));
    }

    /// <exception cref="InvalidOperationException">It did not start; the message says why.</exception>
    public static async Task<PostgresCluster> StartAsync(string binaries, CancellationToken cancellationToken, params string[] settings)
    {
        var server = new PrivateServer("kolumn-postgres-");
        try
        {
            var password = RandomNumberGenerator.GetHexString(24, lowercase: true);
            var passwordFile = Path.Combine(server.Folder, "password");
            await File.WriteAllTextAsync(passwordFile, password, cancellationToken);
            await server.LeaveRootAsync("postgres", cancellationToken);

            var data = Path.Combine(server.Folder, "data");
            await server.RunAsync(
                [
                    Path.Combine(binaries, "initdb"), "--pgdata", data, "--username", "kolumn", "--pwfile", passwordFile,
                    "--auth-host", "scram-sha-256", "--auth-local", "trust", "--encoding", "UTF8", "--no-locale", "--no-sync",
                ],
                cancellationToken);

            var port = PrivateServer.FreePort();
            string[] start =
            [
                Path.Combine(binaries, "postgres"), "-D", data, "-p", $"{port}", "-k", server.Folder,
                "-c", "listen_addresses=127.0.0.1", "-c", "fsync=off", "-c", "synchronous_commit=off", "-c", "full_page_writes=off",
                .. settings.SelectMany(setting => new[] { "-c", setting }),
            ];
            await server.StartAsync(start, Ready, FastStop, cancellationToken);
            return new PostgresCluster(server, start, $"postgres://kolumn:{password}@127.0.0.1:{port}/postgres");
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>Kills the postmaster and everything below it, and starts the cluster again, which recovers from its log.</summary>
    public async Task CrashAsync(CancellationToken cancellationToken)
    {
        // Its first line is the postmaster's process (PostgreSQL manual, 73.1 Database File Layout).
        var lines = await File.ReadAllLinesAsync(Path.Combine(_server.Folder, "data", "postmaster.pid"), cancellationToken);
        await _server.CrashAsync(int.Parse(lines[0], System.Globalization.CultureInfo.InvariantCulture), cancellationToken);
        await _server.StartAsync(_start, Ready, FastStop, cancellationToken);
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private static int VersionOf(string folder) => int.TryParse(Path.GetFileName(folder), out var version) ? version : 0;
}
