namespace Grpc.Core;

/// <summary>Messages arriving one after another. One read at a time.</summary>
public interface IAsyncStreamReader<out T>
{
    /// <summary>The message of the last successful <see cref="MoveNext"/>.</summary>
    T Current { get; }

    /// <summary>Waits for the next message; false at the end of a stream that ended with OK.</summary>
    /// <exception cref="RpcException">The call ended otherwise.</exception>
    Task<bool> MoveNext(CancellationToken cancellationToken);
}
