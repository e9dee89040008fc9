using Grpc.Core;

namespace Grpc.Wire;

/// <summary>What arrived, or is about to be sent, breaks the protocol or a limit; carries the status the call ends with.</summary>
internal sealed class WireException : Exception
{
    private WireException(StatusCode statusCode, string message, Exception? cause = null) : base(message, cause) => StatusCode = statusCode;

    public StatusCode StatusCode { get; }

    public static WireException Malformed(string message, Exception? cause = null) => new(StatusCode.Internal, message, cause);

    public static WireException TooLarge(string message) => new(StatusCode.ResourceExhausted, message);

    public static WireException PeerGone(Exception cause) => new(StatusCode.Cancelled, "The peer is gone.", cause);

    public static WireException UnknownEncoding(string message) => new(StatusCode.Unimplemented, message);
}
