using System.Globalization;
using Grpc.Core;

namespace Grpc.Wire;

/// <summary>Reading and writing <c>grpc-status</c> and <c>grpc-message</c> (PROTOCOL-HTTP2.md, "Responses").</summary>
internal static class StatusTrailers
{
    private static readonly string[] Codes =
        [.. Enumerable.Range(0, 17).Select(code => code.ToString(CultureInfo.InvariantCulture))];

    /// <summary>The value of <c>grpc-status</c>.</summary>
    public static string FormatCode(StatusCode code) => (int)code is >= 0 and <= 16 and var known
        ? Codes[known]
        : ((int)code).ToString(CultureInfo.InvariantCulture);

    /// <summary>The status from both values. A number that no code has is Unknown, as is text that is no number.</summary>
    public static Status Parse(string code, string? message)
    {
        var detail = message is null ? "" : PercentEncoding.Decode(message);
        if (!int.TryParse(code, NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number > 16)
        {
            return new Status(StatusCode.Unknown, detail.Length > 0 ? detail : $"The peer sent the unknown status '{code}'.");
        }

        return number == 0 && detail.Length == 0 ? Status.DefaultSuccess : new Status((StatusCode)number, detail);
    }

    /// <summary>The status that stands for an HTTP answer without <c>grpc-status</c> (http-grpc-status-mapping.md).</summary>
    public static StatusCode FromHttpStatus(int httpStatus) => httpStatus switch
    {
        400 => StatusCode.Internal,
        401 => StatusCode.Unauthenticated,
        403 => StatusCode.PermissionDenied,
        404 => StatusCode.Unimplemented,
        429 or 502 or 503 or 504 => StatusCode.Unavailable,
        _ => StatusCode.Unknown,
    };

    /// <summary>The status that stands for a stream reset (PROTOCOL-HTTP2.md, "HTTP2 Transport Mapping", Errors).</summary>
    public static StatusCode FromHttp2Error(long errorCode) => errorCode switch
    {
        0x7 => StatusCode.Unavailable, // REFUSED_STREAM
        0x8 => StatusCode.Cancelled, // CANCEL
        0xB => StatusCode.ResourceExhausted, // ENHANCE_YOUR_CALM
        0xC => StatusCode.PermissionDenied, // INADEQUATE_SECURITY
        _ => StatusCode.Internal,
    };
}
