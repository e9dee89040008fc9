using System.Net;
using System.Net.Http.Headers;
using Grpc.Wire;

namespace Grpc.Net.Client.Internal;

/// <summary>
/// The framed request as the body of an HTTP request. A response may overtake its request: the buffer goes back to its pool when
/// neither the call nor a running transmission needs it.
/// </summary>
internal sealed class RequestContent : HttpContent
{
    private static readonly MediaTypeHeaderValue GrpcMediaType = new(HeaderNames.GrpcContentType);

    private readonly PooledBuffer _frame;
    private Task _transmission = Task.CompletedTask;
    private int _released;

    public RequestContent(PooledBuffer frame)
    {
        _frame = frame;
        Headers.ContentType = GrpcMediaType;
    }

    /// <summary>The call needs the buffer no longer: there is a response, or there will be none, so no transmission starts again.</summary>
    public void Release()
    {
        if (Interlocked.Exchange(ref _released, 1) != 0)
        {
            return;
        }

        var transmission = Volatile.Read(ref _transmission);
        if (transmission.IsCompleted)
        {
            _frame.Dispose();
        }
        else
        {
            transmission.ContinueWith(
                static (_, frame) => ((PooledBuffer)frame!).Dispose(),
                _frame,
                CancellationToken.None,
                TaskContinuationOptions.ExecuteSynchronously,
                TaskScheduler.Default);
        }
    }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    // A handler may call this again, on another connection, when the first one refused the request: the one before is over then.
    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        if (Volatile.Read(ref _released) != 0)
        {
            throw new IOException("The request cannot be sent again: its call is over.");
        }

        var transmission = stream.WriteAsync(_frame.Memory, cancellationToken).AsTask();
        Volatile.Write(ref _transmission, transmission);
        return transmission;
    }

    // gRPC requests carry no content-length: the frame has its own.
    protected override bool TryComputeLength(out long length)
    {
        length = 0;
        return false;
    }
}
