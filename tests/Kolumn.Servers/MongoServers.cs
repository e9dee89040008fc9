using System.Runtime.InteropServices;

namespace Kolumn.Servers;

/// <summary>
/// Finds a MongoDB server for tests:
/// 1. the one that KOLUMN_TEST_MONGODB names;
/// 2. a mongod on PATH, started privately;
/// 3. DocumentDB, which understands MongoDB's commands, from the packages of Debian's testing suite and behind the gateway of the tests.
/// What a test finds out on 3 is true of DocumentDB; the description says so.
/// </summary>
public static class MongoServers
{
    public const string EnvironmentVariable = "KOLUMN_TEST_MONGODB";

    private static readonly string[] Libraries =
        OperatingSystem.IsWindows() ? ["mongoc2.dll", "mongoc-1.0.dll"]
        : OperatingSystem.IsMacOS() ? ["libmongoc2.2.dylib", "libmongoc-1.0.0.dylib"]
        : ["libmongoc2.so.2", "libmongoc-1.0.so.0"];

    public static async Task<DatabaseServer> AcquireAsync(CancellationToken cancellationToken)
    {
        // 1
        if (Environment.GetEnvironmentVariable(EnvironmentVariable) is { Length: > 0 } url)
        {
            return DatabaseServer.Running(url, $"the server named by {EnvironmentVariable}");
        }

        var tried = new List<string>();
        if (Command.SearchPath.Select(folder => Path.Combine(folder, "mongod")).FirstOrDefault(File.Exists) is { } mongod) // 2
        {
            try
            {
                var (address, server) = await StartMongodAsync(mongod, cancellationToken);
                return DatabaseServer.Running(address, $"a private server from {mongod}", () => server.DisposeAsync().AsTask());
            }
            catch (InvalidOperationException failure)
            {
                tried.Add($"{mongod} did not start: {failure.Message}");
            }
        }
        else
        {
            tried.Add("no mongod on PATH");
        }

        try
        {
            var server = await DocumentDbServer.StartAsync(cancellationToken); // 3
            return DatabaseServer.Running(server.Url, DocumentDbServer.Description, () => server.DisposeAsync().AsTask(), server.CrashAsync);
        }
        catch (InvalidOperationException failure)
        {
            tried.Add($"DocumentDB from Debian's packages: {failure.Message}");
        }

        return DatabaseServer.Absent($"no MongoDB server: {string.Join("; ", tried)}. Set {EnvironmentVariable} to the URI of somebody who may do everything.");
    }

    /// <summary>Installs the client library where it is missing and can be installed; null when it is there, otherwise why not.</summary>
    public static async Task<string?> EnsureLibraryAsync(CancellationToken cancellationToken) =>
        Libraries.Any(name => NativeLibrary.TryLoad(name, out _))
            ? null
            : await DebianPackages.InstallAsync(["libmongoc-1.0-0"], cancellationToken) is { } refusal ? $"none of {string.Join(", ", Libraries)}: {refusal}" : null;

    private static async Task<(string Url, IAsyncDisposable Server)> StartMongodAsync(string mongod, CancellationToken cancellationToken)
    {
        var server = new PrivateServer("kolumn-mongod-");
        try
        {
            await server.LeaveRootAsync("mongodb", cancellationToken);
            var port = PrivateServer.FreePort();

            // It speaks on stdout; whoever starts it listens at stderr.
            await server.StartAsync(
                ["/bin/sh", "-c", "exec \"$0\" \"$@\" >&2", mongod, "--dbpath", server.Folder, "--port", $"{port}", "--bind_ip", "127.0.0.1", "--nounixsocket"],
                "Waiting for connections",
                stopSignal: "INT",
                cancellationToken);
            return ($"mongodb://127.0.0.1:{port}/", server);
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }
}
