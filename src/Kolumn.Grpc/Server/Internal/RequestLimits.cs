using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;

namespace Grpc.AspNetCore.Server.Internal;

/// <summary>
/// Kestrel's defaults for web pages: 30 MB of body, and at least 240 bytes per second both ways. The first breaks large messages,
/// the others streams that wait. A message's own limit takes their place.
/// </summary>
internal static class RequestLimits
{
    public static void Lift(IFeatureCollection features)
    {
        if (features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false, MaxRequestBodySize: not null } size)
        {
            size.MaxRequestBodySize = null;
        }

        // Over HTTP/2 the rates can be lifted, but not read.
        if (features.Get<IHttpMinRequestBodyDataRateFeature>() is { } requestRate)
        {
            requestRate.MinDataRate = null;
        }

        if (features.Get<IHttpMinResponseDataRateFeature>() is { } responseRate)
        {
            responseRate.MinDataRate = null;
        }
    }
}
