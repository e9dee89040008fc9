using System.IO.Compression;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Grpc.AspNetCore.Server.Internal;

/// <summary>What a local server needs to know.</summary>
internal sealed record LocalGrpcServerOptions
{
    public required LocalEndpoint Endpoint { get; init; }

    /// <summary>The server's certificate with its private key; null serves without TLS.</summary>
    public X509Certificate2? Certificate { get; init; }

    /// <summary>
    /// With TLS: decides over the client's certificate, which is null when the client showed none. When set, the handshake asks
    /// for a certificate and a connection refused here never carries a call. Null asks for none.
    /// </summary>
    public Func<X509Certificate2?, bool>? VerifyClientCertificate { get; init; }

    /// <summary>Bytes of one received message after inflating; null for no limit but memory.</summary>
    public int? MaxReceiveMessageSize { get; init; } = 4 * 1024 * 1024;

    /// <summary>Bytes of one sent message before compression; null for no limit but memory.</summary>
    public int? MaxSendMessageSize { get; init; }

    /// <summary><c>gzip</c> to compress responses for clients that accept it, or null.</summary>
    public string? ResponseCompressionAlgorithm { get; init; }

    public CompressionLevel ResponseCompressionLevel { get; init; } = CompressionLevel.Fastest;

    /// <summary>Whether the text of a service's unexpected exception reaches the client.</summary>
    public bool EnableDetailedErrors { get; init; }

    /// <summary>How long <see cref="LocalGrpcServer.StopAsync"/> lets running calls finish. A client keeps its connection open.</summary>
    public TimeSpan StopGrace { get; init; } = TimeSpan.FromMilliseconds(100);

    public ILoggerFactory LoggerFactory { get; init; } = NullLoggerFactory.Instance;

    /// <summary>The clock deadlines run on.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;
}
