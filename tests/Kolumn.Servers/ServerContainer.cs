using System.Security.Cryptography;

namespace Kolumn.Servers;

/// <summary>A server in a container, with a password of its own, reachable on the loopback address only.</summary>
public sealed record ServerContainer
{
    private static readonly TimeSpan ReadyLimit = TimeSpan.FromMinutes(1);

    public required string Image { get; init; }

    /// <summary>Where it listens inside.</summary>
    public required int Port { get; init; }

    /// <summary>What makes the image set up its user with the password.</summary>
    public required Func<string, IReadOnlyList<string>> Environment { get; init; }

    /// <summary>From password and <c>address:port</c>.</summary>
    public required Func<string, string, string> Url { get; init; }

    /// <summary>Whether a server speaks at the URL already.</summary>
    public required Func<string, CancellationToken, Task<bool>> AnswersAsync { get; init; }

    /// <summary>null when that was not possible; why not is then in <paramref name="tried"/>.</summary>
    public async Task<DatabaseServer?> StartAsync(List<string> tried, CancellationToken cancellationToken)
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
            ["run", "--detach", "--rm", "--publish", $"127.0.0.1::{Port}", .. Environment(password).SelectMany(e => new[] { "--env", e }), Image],
            TimeSpan.FromMinutes(5),
            cancellationToken);
        if (!run.Succeeded)
        {
            tried.Add($"docker run {Image} failed: {run.Tail}");
            return null;
        }

        var container = run.Output.Trim();
        async Task StopAsync() => await Command.RunAsync("docker", ["stop", container], TimeSpan.FromSeconds(30), CancellationToken.None);
        var port = await Command.RunAsync("docker", ["port", container, $"{Port}/tcp"], TimeSpan.FromSeconds(10), cancellationToken);
        var url = Url(password, port.Output.Trim().Split('\n')[0]);
        if (await IsReadyAsync(url, cancellationToken))
        {
            return DatabaseServer.Running(url, $"a container of {Image}", StopAsync);
        }

        await StopAsync();
        tried.Add($"the container of {Image} did not accept connections within a minute");
        return null;
    }

    // A container says nothing when it is ready; connecting until it answers is the only way.
    private async Task<bool> IsReadyAsync(string url, CancellationToken cancellationToken)
    {
        using var limited = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limited.CancelAfter(ReadyLimit);
        using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(250));
        try
        {
            do
            {
                if (await AnswersAsync(url, limited.Token))
                {
                    return true;
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
}
