namespace Grpc.AspNetCore.Server.Internal;

/// <summary>Where a local server listens.</summary>
internal abstract record LocalEndpoint
{
    private LocalEndpoint()
    {
    }

    /// <summary>A free port of 127.0.0.1 between both, inclusive; 0 and 0 let the system choose.</summary>
    public sealed record Tcp(int MinPort, int MaxPort) : LocalEndpoint;

    /// <summary>A Unix socket; at most 107 bytes of path on Linux, 103 on macOS. Deleted when the server stops.</summary>
    public sealed record Unix(string Path) : LocalEndpoint;
}
