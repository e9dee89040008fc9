using System.IO.Compression;

namespace Grpc.AspNetCore.Server;

/// <summary>What the calls of services hosted in ASP.NET may use.</summary>
public class GrpcServiceOptions
{
    /// <summary>Bytes of one sent message before compression; null for no limit but memory.</summary>
    public int? MaxSendMessageSize { get; set; }

    /// <summary>Bytes of one received message after inflating; 4 MB unless set, null for no limit but memory.</summary>
    public int? MaxReceiveMessageSize { get; set; } = 4 * 1024 * 1024;

    /// <summary>Whether the text of a service's unexpected exception reaches the client; not unless set.</summary>
    public bool? EnableDetailedErrors { get; set; }

    /// <summary><c>gzip</c> compresses responses for clients that accept it; null for none.</summary>
    public string? ResponseCompressionAlgorithm { get; set; }

    /// <summary>How hard to compress; fastest unless set.</summary>
    public CompressionLevel? ResponseCompressionLevel { get; set; }
}
