using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Kolumn.Servers;

/// <summary>Finds a MariaDB or MySQL server for tests, and the client library.</summary>
public static class MariaDbServers
{
    public const string EnvironmentVariable = "KOLUMN_TEST_MYSQL";

    private static readonly ServerSources Sources = new()
    {
        Name = "MariaDB",
        EnvironmentVariable = EnvironmentVariable,
        Programs = "mariadbd and mariadb-install-db in /usr/sbin, /usr/bin or on PATH",
        FindBinaries = MariaDbCluster.FindBinaries,

        // The server without the service that the package mariadb-server starts.
        Packages = ["mariadb-server-core", "mariadb-client-core"],
        Start = async (binaries, cancellationToken) =>
        {
            var cluster = await MariaDbCluster.StartAsync(binaries, cancellationToken);
            return (cluster.Url, cluster);
        },
        Container = new ServerContainer
        {
            Image = "mariadb:10.11",
            Port = 3306,
            Environment = password => [$"MARIADB_ROOT_PASSWORD={password}"],
            Url = (password, address) => $"mysql://root:{password}@{address}/",
            AnswersAsync = AnswersAsync,
        },
    };

    private static string Library =>
        OperatingSystem.IsWindows() ? "libmariadb.dll" : OperatingSystem.IsMacOS() ? "libmariadb.3.dylib" : "libmariadb.so.3";

    public static Task<DatabaseServer> AcquireAsync(CancellationToken cancellationToken) => Sources.AcquireAsync(cancellationToken);

    /// <summary>One that nobody else uses.</summary>
    public static Task<DatabaseServer> AcquireOwnAsync(CancellationToken cancellationToken) => Sources.AcquireOwnAsync(cancellationToken);

    /// <summary>Installs the client library where it is missing and can be installed.</summary>
    /// <returns>What was found or done, for people; the problem is null when the library is there.</returns>
    public static async Task<(string Description, string? Problem)> EnsureLibraryAsync(CancellationToken cancellationToken)
    {
        if (NativeLibrary.TryLoad(Library, out _))
        {
            return ($"the system's {Library}", null);
        }

        var refusal = await DebianPackages.InstallAsync(["libmariadb3"], cancellationToken);
        return refusal is null
            ? ($"{Library}, installed from Debian's package", null)
            : ($"none ({refusal})", $"no MariaDB client library: this system has no {Library}; {refusal}");
    }

    // The server speaks first: a packet whose fifth byte is the protocol's version, 10. https://mariadb.com/kb/en/connection/
    private static async Task<bool> AnswersAsync(string url, CancellationToken cancellationToken)
    {
        try
        {
            var address = new Uri(url);
            using var client = new TcpClient();
            await client.ConnectAsync(address.Host, address.Port, cancellationToken);
            var greeting = new byte[5];
            await client.GetStream().ReadExactlyAsync(greeting, cancellationToken);
            return greeting[4] == 10;
        }
        catch (Exception notYet) when (notYet is SocketException or IOException)
        {
            return false;
        }
    }
}
