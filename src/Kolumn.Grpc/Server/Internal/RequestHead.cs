using Grpc.Wire;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Grpc.AspNetCore.Server.Internal;

/// <summary>Whether a request is gRPC at all (PROTOCOL-HTTP2.md, "Requests").</summary>
internal static class RequestHead
{
    /// <summary>False after having answered with the HTTP status the protocol names for the fault.</summary>
    public static bool Accept(IFeatureCollection features)
    {
        var request = features.GetRequiredFeature<IHttpRequestFeature>();
        if (!HttpProtocol.IsHttp2(request.Protocol) && !HttpProtocol.IsHttp3(request.Protocol))
        {
            return Refuse(features, StatusCodes.Status426UpgradeRequired);
        }

        if (request.Method != HttpMethods.Post)
        {
            return Refuse(features, StatusCodes.Status405MethodNotAllowed);
        }

        return HeaderNames.IsGrpcContentType(request.Headers.ContentType) || Refuse(features, StatusCodes.Status415UnsupportedMediaType);
    }

    private static bool Refuse(IFeatureCollection features, int httpStatus)
    {
        features.GetRequiredFeature<IHttpResponseFeature>().StatusCode = httpStatus;
        return false;
    }
}
