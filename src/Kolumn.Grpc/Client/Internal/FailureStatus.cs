using Grpc.Core;
using Grpc.Wire;

namespace Grpc.Net.Client.Internal;

/// <summary>The one place where an exception of the transport becomes a status.</summary>
internal static class FailureStatus
{
    // A stream that was reset and a connection that was closed (a server that stops) are one exception type in .NET; only the
    // text tells them apart, and only the first is the server's word about this call.
    private const string ConnectionClosed = "closed the connection";

    public static Status Of(Exception failure) => failure switch
    {
        RpcException refused => refused.Status,

        // An encoding of the server's choice that this side never said it accepts.
        WireException { StatusCode: StatusCode.Unimplemented } unknown => new Status(StatusCode.Internal, unknown.Message, unknown),
        WireException broken => new Status(broken.StatusCode, broken.Message, broken),
        HttpRequestException or IOException => OfTransport(failure),
        _ => new Status(StatusCode.Internal, $"The call could not be made: {Describe(failure)}", failure),
    };

    private static Status OfTransport(Exception failure)
    {
        for (var cause = failure; cause is not null; cause = cause.InnerException)
        {
            if (cause is HttpProtocolException protocol && !cause.Message.Contains(ConnectionClosed, StringComparison.Ordinal))
            {
                return new Status(StatusTrailers.FromHttp2Error(protocol.ErrorCode), Describe(failure), failure);
            }
        }

        return new Status(StatusCode.Unavailable, Describe(failure), failure);
    }

    // The reason of a failed connection is in the innermost exception, the place in the outermost.
    private static string Describe(Exception failure)
    {
        var innermost = failure.GetBaseException();
        return innermost == failure || failure.Message.Contains(innermost.Message, StringComparison.Ordinal)
            ? failure.Message
            : $"{failure.Message} {innermost.Message}";
    }
}
