using System.Collections.Frozen;

namespace Grpc.Wire;

/// <summary>Header and trailer names and values of gRPC over HTTP/2 (PROTOCOL-HTTP2.md, "Requests" and "Responses").</summary>
internal static class HeaderNames
{
    public const string Status = "grpc-status";
    public const string Message = "grpc-message";
    public const string Timeout = "grpc-timeout";
    public const string Encoding = "grpc-encoding";
    public const string AcceptEncoding = "grpc-accept-encoding";
    public const string ContentType = "content-type";
    public const string Te = "te";

    /// <summary>
    /// Not of the wire: the metadata key by which a caller (request) or a service (response) asks that its messages be compressed.
    /// The official packages use the same key. Never sent.
    /// </summary>
    public const string CompressionRequest = "grpc-internal-encoding-request";

    public const string GrpcContentType = "application/grpc";
    public const string Identity = "identity";
    public const string Gzip = "gzip";

    /// <summary>What both sides of this runtime can read.</summary>
    public const string AcceptedEncodings = "identity,gzip";

    private static readonly FrozenSet<string> Reserved = FrozenSet.ToFrozenSet(
        [
            Status, Message, Timeout, Encoding, AcceptEncoding, CompressionRequest, ContentType, Te,
            "host", "content-length", "transfer-encoding", "connection", "keep-alive", "upgrade", "proxy-connection",
        ],
        StringComparer.OrdinalIgnoreCase);

    /// <summary>True for names that belong to the protocol or to HTTP: neither taken from metadata nor shown as metadata.</summary>
    public static bool IsReserved(string name) => name.Length == 0 || name[0] == ':' || Reserved.Contains(name);

    /// <summary>Content types the protocol allows: <c>application/grpc</c>, alone or followed by '+' or ';'.</summary>
    public static bool IsGrpcContentType(string? value) =>
        value is not null
        && value.StartsWith(GrpcContentType, StringComparison.OrdinalIgnoreCase)
        && (value.Length == GrpcContentType.Length || value[GrpcContentType.Length] is '+' or ';');
}
