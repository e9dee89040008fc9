namespace Kolumn.Grpc.Tests.Hosting;

/// <summary>Every way a service can be reached: each test of behaviour runs over each of them.</summary>
public enum ServerKind
{
    /// <summary>MapGrpcService in an ASP.NET application, loopback TCP.</summary>
    Hosted,

    /// <summary>The provider's server, loopback TCP.</summary>
    LocalTcp,

    /// <summary>The provider's server, Unix socket.</summary>
    LocalUnix,

    /// <summary>The provider's server, loopback TCP with mutual TLS.</summary>
    LocalMutualTls,
}
