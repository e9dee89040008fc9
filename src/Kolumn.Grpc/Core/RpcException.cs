namespace Grpc.Core;

/// <summary>
/// A call that did not end with OK. Thrown to callers by the client; thrown by a service to answer with a status and trailers of
/// its choice.
/// </summary>
public class RpcException : Exception
{
    public RpcException(Status status) : this(status, new Metadata(), status.ToString())
    {
    }

    public RpcException(Status status, string message) : this(status, new Metadata(), message)
    {
    }

    public RpcException(Status status, Metadata trailers) : this(status, trailers, status.ToString())
    {
    }

    public RpcException(Status status, Metadata trailers, string message) : base(message, status.DebugException)
    {
        ArgumentNullException.ThrowIfNull(trailers);
        Status = status;
        Trailers = trailers;
    }

    public Status Status { get; }

    public StatusCode StatusCode => Status.StatusCode;

    /// <summary>Trailing metadata of the call; empty when the call ended on this side.</summary>
    public Metadata Trailers { get; }
}
