using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;

namespace Kolumn.Servers;

/// <summary>
/// A private PostgreSQL cluster in a temporary folder: loopback only, passwords asked for, nothing flushed to disk. It ends
/// with its owner, however that ends: a shell holds the server and stops it when its stdin closes.
/// </summary>
public sealed class PostgresCluster : IAsyncDisposable
{
    // $0 is the server. The subshell that waits for stdin is the lifeline.
    private const string Lifeline = """exec 3<&0; "$0" "$@" </dev/null & server=$!; read -r _ <&3; kill -INT "$server"; wait "$server" """;
    private const string ReadyMessage = "database system is ready to accept connections";
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(20);

    private readonly Process _shell;
    private readonly string _folder;

    private PostgresCluster(Process shell, string folder, string url) => (_shell, _folder, Url) = (shell, folder, url);

    /// <summary>Of the superuser, with its password.</summary>
    public string Url { get; }

    /// <summary>The newest folder that holds initdb and postgres; null when there is none.</summary>
    public static string? FindBinaries()
    {
        var packaged = Directory.Exists("/usr/lib/postgresql")
            ? Directory.GetDirectories("/usr/lib/postgresql").OrderByDescending(VersionOf).Select(d => Path.Combine(d, "bin"))
            : [];
        var onPath = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries);
        return packaged.Concat(onPath).FirstOrDefault(d => File.Exists(Path.Combine(d, "initdb")) && File.Exists(Path.Combine(d, "postgres")));
    }

    /// <exception cref="InvalidOperationException">It did not start; the message says why.</exception>
    public static async Task<PostgresCluster> StartAsync(string binaries, CancellationToken cancellationToken, params string[] settings)
    {
        var folder = Directory.CreateTempSubdirectory("kolumn-postgres-").FullName;
        try
        {
            var password = RandomNumberGenerator.GetHexString(24, lowercase: true);
            var passwordFile = Path.Combine(folder, "password");
            await File.WriteAllTextAsync(passwordFile, password, cancellationToken);
            var asUser = await UnprivilegedPrefixAsync(folder, cancellationToken);

            var data = Path.Combine(folder, "data");
            await MustSucceedAsync(
                [
                    .. asUser, Path.Combine(binaries, "initdb"), "--pgdata", data, "--username", "kolumn", "--pwfile", passwordFile,
                    "--auth-host", "scram-sha-256", "--auth-local", "trust", "--encoding", "UTF8", "--no-locale", "--no-sync",
                ],
                cancellationToken);

            var port = FreePort();
            var shell = Launch([
                .. asUser, "/bin/sh", "-c", Lifeline, Path.Combine(binaries, "postgres"), "-D", data, "-p", $"{port}", "-k", folder,
                "-c", "listen_addresses=127.0.0.1", "-c", "fsync=off", "-c", "synchronous_commit=off", "-c", "full_page_writes=off",
                .. settings.SelectMany(setting => new[] { "-c", setting }),
            ]);
            await WaitUntilReadyAsync(shell, cancellationToken);
            return new PostgresCluster(shell, folder, $"postgres://kolumn:{password}@127.0.0.1:{port}/postgres");
        }
        catch
        {
            Directory.Delete(folder, recursive: true);
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        _shell.StandardInput.Close();
        using var limit = new CancellationTokenSource(StopLimit);
        try
        {
            await _shell.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            _shell.Kill(entireProcessTree: true);
        }

        _shell.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private static int VersionOf(string folder) => int.TryParse(Path.GetFileName(folder), out var version) ? version : 0;

    // PostgreSQL refuses to run as root: then everything runs as the first of these users that exists, who gets the folder.
    private static async Task<string[]> UnprivilegedPrefixAsync(string folder, CancellationToken cancellationToken)
    {
        if (!Environment.IsPrivilegedProcess)
        {
            return [];
        }

        var users = (await File.ReadAllLinesAsync("/etc/passwd", cancellationToken)).Select(l => l.Split(':')).ToDictionary(f => f[0], f => (Uid: f[2], Gid: f[3]));
        var name = users.ContainsKey("postgres") ? "postgres" : "nobody";
        if (!users.TryGetValue(name, out var user))
        {
            throw new InvalidOperationException("it must not run as root, and there is neither a user postgres nor a user nobody");
        }

        await MustSucceedAsync(["chown", "-R", $"{user.Uid}:{user.Gid}", folder], cancellationToken);
        return ["setpriv", $"--reuid={user.Uid}", $"--regid={user.Gid}", "--clear-groups"];
    }

    private static async Task MustSucceedAsync(string[] command, CancellationToken cancellationToken)
    {
        var result = await Command.RunAsync(command[0], command[1..], StartLimit, cancellationToken);
        if (!result.Succeeded)
        {
            throw new InvalidOperationException($"{string.Join(' ', command.Take(6))} … failed: {result.Tail}");
        }
    }

    private static Process Launch(string[] command)
    {
        var start = new ProcessStartInfo(command[0], command[1..])
        {
            RedirectStandardInput = true,
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        };
        return Process.Start(start) ?? throw new InvalidOperationException($"{command[0]} could not be started");
    }

    private static async Task WaitUntilReadyAsync(Process shell, CancellationToken cancellationToken)
    {
        var ready = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var last = "";
        shell.ErrorDataReceived += (_, line) =>
        {
            last = line.Data ?? last;
            if (line.Data?.Contains(ReadyMessage, StringComparison.Ordinal) == true)
            {
                ready.TrySetResult();
            }
        };
        shell.BeginErrorReadLine();
        shell.BeginOutputReadLine();
        try
        {
            await ready.Task.WaitAsync(StartLimit, cancellationToken);
        }
        catch (TimeoutException)
        {
            shell.Kill(entireProcessTree: true);
            throw new InvalidOperationException($"it was not ready within {StartLimit.TotalSeconds:0} s; it last said: {last}");
        }
    }

    private static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }
}
