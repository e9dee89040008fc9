using System.Net;
using System.Net.Http.Headers;
using Grpc.Wire;

namespace Grpc.Net.Client.Internal;

/// <summary>
/// The framed request as the body of an HTTP request. The buffer goes back to its pool when neither the call nor a running
/// transmission holds it: a response may overtake its request, and a handler may send a request again on another connection.
/// </summary>
internal sealed class RequestContent : HttpContent
{
    private static readonly MediaTypeHeaderValue GrpcMediaType = new(HeaderNames.GrpcContentType);

    private readonly PooledBuffer _frame;
    private int _holders = 1;

    public RequestContent(PooledBuffer frame)
    {
        _frame = frame;
        Headers.ContentType = GrpcMediaType;
    }

    /// <summary>The call's own hold; once, when the request will not be sent again.</summary>
    public void Release()
    {
        if (Interlocked.Decrement(ref _holders) == 0)
        {
            _frame.Dispose();
        }
    }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        Hold();
        try
        {
            await stream.WriteAsync(_frame.Memory, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            Release();
        }
    }

    // gRPC requests carry no content-length: the frame has its own.
    protected override bool TryComputeLength(out long length)
    {
        length = 0;
        return false;
    }

    private void Hold()
    {
        int holders;
        do
        {
            holders = Volatile.Read(ref _holders);
            if (holders == 0)
            {
                throw new IOException("The request cannot be sent again: its call is over.");
            }
        }
        while (Interlocked.CompareExchange(ref _holders, holders + 1, holders) != holders);
    }
}
