using System.Security.Cryptography;
using Npgsql;

namespace Kolumn.Servers;

/// <summary>
/// Finds a PostgreSQL server for tests:
/// 1. the one named by KOLUMN_TEST_POSTGRES (a URL of a superuser);
/// 2. installed binaries, started privately in a temporary folder as a user other than root;
/// 3. Debian's package, installed when we are root, then as 2;
/// 4. a container, where a Docker engine answers.
/// </summary>
public static class PostgresServers
{
    public const string EnvironmentVariable = "KOLUMN_TEST_POSTGRES";

    public static async Task<DatabaseServer> AcquireAsync(CancellationToken cancellationToken)
    {
        // 1
        if (Environment.GetEnvironmentVariable(EnvironmentVariable) is { Length: > 0 } url)
        {
            return DatabaseServer.Running(url, $"the server named by {EnvironmentVariable}");
        }

        return await AcquireOwnAsync(cancellationToken);
    }

    /// <summary>One that nobody else uses: 2 to 4.</summary>
    public static async Task<DatabaseServer> AcquireOwnAsync(CancellationToken cancellationToken)
    {
        // 2
        var tried = new List<string>();
        if (PostgresCluster.FindBinaries() is { } installed)
        {
            return await StartAsync(installed, "installed binaries", tried, cancellationToken) ?? Absent(tried);
        }

        tried.Add("no installed binaries (initdb and postgres) in /usr/lib/postgresql/*/bin or on PATH");

        // 3
        var packages = await DebianPackages.InstallAsync(["postgresql"], cancellationToken);
        if (packages is null && PostgresCluster.FindBinaries() is { } fresh)
        {
            return await StartAsync(fresh, "Debian's package", tried, cancellationToken) ?? Absent(tried);
        }

        tried.Add(packages ?? "Debian's package brought no binaries");

        // 4
        return await StartContainerAsync(tried, cancellationToken) ?? Absent(tried);
    }

    private static async Task<DatabaseServer?> StartAsync(string binaries, string origin, List<string> tried, CancellationToken cancellationToken)
    {
        try
        {
            var cluster = await PostgresCluster.StartAsync(binaries, cancellationToken);
            return DatabaseServer.Running(cluster.Url, $"a private cluster from {origin} in {binaries}", () => cluster.DisposeAsync().AsTask());
        }
        catch (InvalidOperationException failure)
        {
            tried.Add($"{origin} in {binaries} did not start: {failure.Message}");
            return null;
        }
    }

    private static async Task<DatabaseServer?> StartContainerAsync(List<string> tried, CancellationToken cancellationToken)
    {
        var engine = await Command.RunAsync("docker", ["info", "--format", "{{.ServerVersion}}"], TimeSpan.FromSeconds(10), cancellationToken);
        if (!engine.Succeeded)
        {
            tried.Add("no Docker engine answers");
            return null;
        }

        var password = RandomNumberGenerator.GetHexString(24, lowercase: true);
        var run = await Command.RunAsync(
            "docker",
            ["run", "--detach", "--rm", "--publish", "127.0.0.1::5432", "--env", "POSTGRES_USER=kolumn", "--env", $"POSTGRES_PASSWORD={password}", "postgres:15"],
            TimeSpan.FromMinutes(5),
            cancellationToken);
        if (!run.Succeeded)
        {
            tried.Add($"docker run postgres:15 failed: {run.Tail}");
            return null;
        }

        var container = run.Output.Trim();
        async Task StopAsync() => await Command.RunAsync("docker", ["stop", container], TimeSpan.FromSeconds(30), CancellationToken.None);
        var port = await Command.RunAsync("docker", ["port", container, "5432/tcp"], TimeSpan.FromSeconds(10), cancellationToken);
        var url = $"postgres://kolumn:{password}@{port.Output.Trim().Split('\n')[0]}/postgres";
        if (await AnswersAsync(url, TimeSpan.FromMinutes(1), cancellationToken))
        {
            return DatabaseServer.Running(url, "a container of postgres:15", StopAsync);
        }

        await StopAsync();
        tried.Add("the container of postgres:15 did not accept connections within a minute");
        return null;
    }

    // A container says nothing when it is ready; connecting until it answers is the only way.
    private static async Task<bool> AnswersAsync(string url, TimeSpan limit, CancellationToken cancellationToken)
    {
        using var limited = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limited.CancelAfter(limit);
        using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(250));
        try
        {
            do
            {
                try
                {
                    await using var connection = new NpgsqlConnection(PostgresUrl.ToConnectionString(url));
                    await connection.OpenAsync(limited.Token);
                    return true;
                }
                catch (NpgsqlException)
                {
                    // Not yet; the limit ends it.
                }
            }
            while (await tick.WaitForNextTickAsync(limited.Token));
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return false;
        }

        return false;
    }

    private static DatabaseServer Absent(List<string> tried) =>
        DatabaseServer.Absent($"no PostgreSQL server: {string.Join("; ", tried)}. Set {EnvironmentVariable} to a superuser's URL, or install PostgreSQL.");
}
