using System.Buffers;

namespace Grpc.Wire;

/// <summary>The <c>grpc-encoding</c> of messages (doc/compression.md).</summary>
internal static class MessageEncoding
{
    /// <summary>Inflates a payload that is flagged as compressed into a new buffer, which the caller disposes.</summary>
    /// <exception cref="WireException">The encoding is missing or unknown, or the payload is malformed or too large.</exception>
    public static PooledBuffer Inflate(in ReadOnlySequence<byte> payload, string? encoding, int? maxLength) => encoding switch
    {
        HeaderNames.Gzip => GzipMessage.Inflate(payload, maxLength),
        null or HeaderNames.Identity => throw WireException.Malformed("A message is flagged as compressed, but no encoding was named."),
        _ => throw Unknown(encoding),
    };

    public static WireException Unknown(string encoding) =>
        WireException.UnknownEncoding($"The encoding '{encoding}' is not supported; supported are {HeaderNames.AcceptedEncodings}.");

    /// <summary>Whether a <c>grpc-accept-encoding</c> value names gzip.</summary>
    public static bool AcceptsGzip(string? acceptEncoding)
    {
        foreach (var part in acceptEncoding.AsSpan().Split(','))
        {
            if (acceptEncoding.AsSpan(part).Trim().Equals(HeaderNames.Gzip, StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        return false;
    }
}
