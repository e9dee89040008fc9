namespace Grpc.Core;

/// <summary>Messages sent one after another. One write at a time.</summary>
public interface IAsyncStreamWriter<in T>
{
    /// <summary>Options of the writes that follow; null for those of the call.</summary>
    WriteOptions? WriteOptions { get; set; }

    /// <summary>Completes when the message is on its way and the peer's window allows more.</summary>
    Task WriteAsync(T message);

    /// <summary>As <see cref="WriteAsync(T)"/>, giving up the wait when the token is cancelled.</summary>
    Task WriteAsync(T message, CancellationToken cancellationToken)
    {
        if (cancellationToken.CanBeCanceled)
        {
            throw new NotSupportedException("This writer takes no cancellation token.");
        }

        return WriteAsync(message);
    }
}
