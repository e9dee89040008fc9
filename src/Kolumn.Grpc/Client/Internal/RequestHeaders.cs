using System.Net;
using Grpc.Core;
using Grpc.Wire;

namespace Grpc.Net.Client.Internal;

/// <summary>Builds the HTTP request of a call (PROTOCOL-HTTP2.md, "Requests").</summary>
internal static class RequestHeaders
{
    private static readonly string UserAgent =
        $"grpc-dotnet-kolumn/{typeof(RequestHeaders).Assembly.GetName().Version?.ToString(3)}";

    /// <summary>Whether the caller asked for a compressed request.</summary>
    /// <exception cref="WireException">In an encoding that is not supported.</exception>
    public static bool AsksForCompression(Metadata? headers) => headers?.GetValue(HeaderNames.CompressionRequest) switch
    {
        null or HeaderNames.Identity => false,
        HeaderNames.Gzip => true,
        { } other => throw MessageEncoding.Unknown(other),
    };

    /// <exception cref="WireException">A metadata value cannot be sent.</exception>
    public static HttpRequestMessage Build(Uri uri, HttpContent body, Metadata? metadata, TimeSpan? timeout, bool isCompressed)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, uri)
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = body,
        };
        var headers = request.Headers;
        headers.TryAddWithoutValidation(HeaderNames.Te, "trailers");
        headers.TryAddWithoutValidation("user-agent", UserAgent);
        headers.TryAddWithoutValidation(HeaderNames.AcceptEncoding, HeaderNames.AcceptedEncodings);
        if (timeout is { } left)
        {
            headers.TryAddWithoutValidation(HeaderNames.Timeout, GrpcTimeout.Format(left));
        }

        if (isCompressed)
        {
            headers.TryAddWithoutValidation(HeaderNames.Encoding, HeaderNames.Gzip);
        }

        if (metadata is null)
        {
            return request;
        }

        foreach (var entry in metadata)
        {
            if (!HeaderNames.IsReserved(entry.Key))
            {
                headers.TryAddWithoutValidation(entry.Key, MetadataText.Format(entry));
            }
        }

        return request;
    }
}
