using System.Diagnostics;
using Kolumn.Servers;
using Kolumn.Testing;

namespace Kolumn.Samples.Tests;

/// <summary>A Redis server of the tests' own on a socket in a folder of its own; it listens on no port and keeps nothing.</summary>
internal sealed class RedisServer : IAsyncDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    private readonly TemporaryFolder _folder = new();
    private readonly Process _process;

    private RedisServer() => _process = Process.Start(new ProcessStartInfo(
        "redis-server", ["--port", "0", "--unixsocket", Socket, "--save", "", "--appendonly", "no", "--dir", _folder.Path])
    {
        RedirectStandardOutput = true,
        RedirectStandardInput = true,
    })!;

    public string Socket => _folder.File("redis.sock");

    /// <summary>Returns when it accepts connections.</summary>
    public static async Task<RedisServer> StartAsync(CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Limit);
        var server = new RedisServer();
        while (await server._process.StandardOutput.ReadLineAsync(limit.Token) is { } line)
        {
            if (line.Contains("eady to accept connections", StringComparison.Ordinal))
            {
                return server;
            }
        }

        await server.DisposeAsync();
        throw new InvalidOperationException("redis-server ended before it accepted connections");
    }

    /// <summary>Runs one command and returns what redis-cli prints.</summary>
    public async Task<string> RunAsync(params string[] command)
    {
        var run = await Command.RunAsync("redis-cli", ["-s", Socket, .. command], Limit, TestContext.Current.CancellationToken);
        run.ExitCode.ShouldBe(0, run.Errors);
        return run.Output.TrimEnd();
    }

    public async ValueTask DisposeAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync(CancellationToken.None);
        _process.Dispose();
        _folder.Dispose();
    }
}
