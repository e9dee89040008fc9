using System.Globalization;

namespace Kolumn.Bench.Calls;

/// <summary>The same call between two Node processes with grpc-js: the peer that most provider authors outside Go would use.</summary>
internal static class GrpcJs
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    public sealed record Result(double? CallsPerSecond, string WhyNot);

    public static async Task<Result> MeasureAsync(string folder, int messageSize, int callers, CancellationToken cancellationToken)
    {
        var scripts = Path.Combine(BenchFolder.Path, "grpc-js");
        var install = await Servers.Command.RunAsync("npm", ["ci", "--prefix", scripts, "--no-audit", "--no-fund"], Limit, cancellationToken);
        if (!install.Succeeded)
        {
            return new Result(null, $"npm ci failed: {install.Tail}");
        }

        var socket = Path.Combine(folder, "grpc-js");
        await using var server = ChildProcess.Start("node", [Path.Combine(scripts, "server.js"), socket]);
        await server.Process.StandardOutput.ReadLineAsync(cancellationToken).AsTask().WaitAsync(Limit, cancellationToken);
        var client = await Servers.Command.RunAsync(
            "node", [Path.Combine(scripts, "client.js"), socket, $"{messageSize}", $"{callers}"], Limit, cancellationToken);
        return client.Succeeded
            ? new Result(double.Parse(client.Output, CultureInfo.InvariantCulture), "")
            : new Result(null, $"client.js failed: {client.Tail}");
    }
}
