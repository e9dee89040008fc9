using System.Net;
using System.Net.Http.Headers;
using Grpc.Core;
using Grpc.Wire;

namespace Grpc.Net.Client.Internal;

/// <summary>Reads headers and trailers of a response (PROTOCOL-HTTP2.md, "Responses").</summary>
internal static class ResponseHead
{
    /// <summary>
    /// The status of a response that ends with its headers: a Trailers-Only response, or one that is not gRPC. Null when messages
    /// and trailers follow.
    /// </summary>
    public static Status? StatusOf(HttpResponseMessage response)
    {
        if (ReadStatus(response.Headers) is { } status)
        {
            return status;
        }

        if (response.StatusCode != HttpStatusCode.OK)
        {
            return new Status(
                StatusTrailers.FromHttpStatus((int)response.StatusCode),
                $"The server answered with HTTP status {(int)response.StatusCode} instead of gRPC.");
        }

        var contentType = First(response.Content.Headers, HeaderNames.ContentType);
        return HeaderNames.IsGrpcContentType(contentType)
            ? null
            : new Status(StatusCode.Unknown, $"The server answered with content type '{contentType}' instead of gRPC.");
    }

    /// <summary>The status in a header block, or null.</summary>
    public static Status? ReadStatus(HttpHeaders headers) =>
        First(headers, HeaderNames.Status) is { } code ? StatusTrailers.Parse(code, First(headers, HeaderNames.Message)) : null;

    public static string? Encoding(HttpResponseMessage response) => First(response.Headers, HeaderNames.Encoding);

    public static Metadata ReadMetadata(HttpHeaders headers)
    {
        var metadata = new Metadata();
        foreach (var (name, values) in headers.NonValidated)
        {
            foreach (var value in values)
            {
                MetadataText.Add(metadata, name, value);
            }
        }

        return metadata;
    }

    private static string? First(HttpHeaders headers, string name)
    {
        if (headers.NonValidated.TryGetValues(name, out var values))
        {
            foreach (var value in values)
            {
                return value;
            }
        }

        return null;
    }
}
