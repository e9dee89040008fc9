using System.Security.Cryptography;

namespace Kolumn.Servers;

/// <summary>
/// A private MariaDB server in a temporary folder: loopback only, one user with all rights and a password, TLS offered with a certificate of its own
/// authority (whose file the server names in <c>@@ssl_ca</c>), nothing flushed to disk.
/// </summary>
public sealed class MariaDbCluster : IAsyncDisposable
{
    private const string Ready = "ready for connections";
    private const string StopSignal = "TERM";

    private readonly PrivateServer _server;
    private readonly string[] _start;

    private MariaDbCluster(PrivateServer server, string[] start, string url) => (_server, _start, Url) = (server, start, url);

    /// <summary>Of the user with all rights, with the password.</summary>
    public string Url { get; }

    /// <summary>The folder that holds mariadbd; null unless mariadb-install-db is there too, or on PATH.</summary>
    public static string? FindBinaries() =>
        Folders.FirstOrDefault(d => File.Exists(Path.Combine(d, "mariadbd"))) is { } folder && FindInstaller(folder) is not null ? folder : null;

    /// <exception cref="InvalidOperationException">It did not start; the message says why.</exception>
    public static async Task<MariaDbCluster> StartAsync(string binaries, CancellationToken cancellationToken, params string[] settings)
    {
        var server = new PrivateServer("kolumn-mariadb-");
        try
        {
            var password = RandomNumberGenerator.GetHexString(24, lowercase: true);
            string InFolder(string name) => Path.Combine(server.Folder, name);

            // One statement per line is what the server reads. It ends with the only user there is.
            await File.WriteAllLinesAsync(
                InFolder("users.sql"),
                [
                    "DELETE FROM mysql.global_priv WHERE User <> 'mariadb.sys';",
                    "FLUSH PRIVILEGES;",
                    $"CREATE USER kolumn@'%' IDENTIFIED BY '{password}';",
                    "GRANT ALL ON *.* TO kolumn@'%' WITH GRANT OPTION;",
                ],
                cancellationToken);
            await ServerCertificate.WriteAsync(InFolder("ca.pem"), InFolder("server.pem"), InFolder("server.key"), cancellationToken);
            await server.LeaveRootAsync("mysql", cancellationToken);

            await server.RunAsync(
                [
                    FindInstaller(binaries)!, "--no-defaults", $"--datadir={InFolder("data")}", "--auth-root-authentication-method=normal",
                    "--skip-test-db", "--skip-name-resolve",
                ],
                cancellationToken);

            var port = PrivateServer.FreePort();
            string[] start =
            [
                Path.Combine(binaries, "mariadbd"), "--no-defaults", $"--datadir={InFolder("data")}", $"--port={port}", "--bind-address=127.0.0.1",
                $"--socket={InFolder("mariadb.sock")}", $"--pid-file={InFolder("mariadb.pid")}", $"--init-file={InFolder("users.sql")}", "--skip-name-resolve",
                $"--ssl-ca={InFolder("ca.pem")}", $"--ssl-cert={InFolder("server.pem")}", $"--ssl-key={InFolder("server.key")}",
                "--innodb-flush-log-at-trx-commit=0", "--skip-innodb-doublewrite", "--innodb-fast-shutdown=2", "--max-connections=400",
                .. settings,
            ];
            await server.StartAsync(start, Ready, StopSignal, cancellationToken);
            return new MariaDbCluster(server, start, $"mysql://kolumn:{password}@127.0.0.1:{port}/");
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>Kills the server without warning and starts it again, at the same place. Give it <c>--innodb-flush-log-at-trx-commit=2</c>, so that what was committed is there.</summary>
    public async Task CrashAsync(CancellationToken cancellationToken)
    {
        var pid = await File.ReadAllTextAsync(Path.Combine(_server.Folder, "mariadb.pid"), cancellationToken);
        await _server.CrashAsync(int.Parse(pid, System.Globalization.CultureInfo.InvariantCulture), cancellationToken);
        await _server.StartAsync(_start, Ready, StopSignal, cancellationToken);
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private static IEnumerable<string> Folders => ["/usr/sbin", "/usr/libexec", .. Command.SearchPath, "/usr/bin", "/usr/local/mysql/bin"];

    private static string? FindInstaller(string binaries) =>
        Folders.Prepend(binaries).Select(d => Path.Combine(d, "mariadb-install-db")).FirstOrDefault(File.Exists);
}
