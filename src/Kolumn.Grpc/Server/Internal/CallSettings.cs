using System.IO.Compression;
using Grpc.Wire;
using Microsoft.Extensions.Logging;

namespace Grpc.AspNetCore.Server.Internal;

/// <summary>What all calls of a server share.</summary>
internal sealed record CallSettings
{
    /// <summary>Bytes of one received message after inflating; null for no limit but memory.</summary>
    public int? MaxReceiveMessageSize { get; init; } = 4 * 1024 * 1024;

    /// <summary>Bytes of one sent message before compression; null for no limit but memory.</summary>
    public int? MaxSendMessageSize { get; init; }

    /// <summary><see cref="HeaderNames.Gzip"/> to compress responses for clients that accept it, or null.</summary>
    public string? ResponseEncoding { get; init; }

    public CompressionLevel CompressionLevel { get; init; } = CompressionLevel.Fastest;

    /// <summary>Whether the text of an unexpected exception reaches the client.</summary>
    public bool EnableDetailedErrors { get; init; }

    /// <summary>Whether Kestrel's limits on bodies must be lifted request by request, since the server is somebody else's.</summary>
    public bool LiftsRequestLimits { get; init; }

    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    public required ILogger Logger { get; init; }
}
