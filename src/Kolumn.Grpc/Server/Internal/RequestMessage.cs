using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using Grpc.Core;
using Grpc.Wire;

namespace Grpc.AspNetCore.Server.Internal;

/// <summary>Reads the only message of a request.</summary>
internal static class RequestMessage
{
    /// <summary>
    /// Reads to the end of the request, also after the message is complete: an unread end makes Kestrel reset the stream behind
    /// the response. Everything arrived counts as examined, or a message larger than the window would never arrive whole.
    /// </summary>
    /// <param name="body">The request's body.</param>
    /// <param name="encoding">Its <c>grpc-encoding</c>.</param>
    /// <param name="marshaller">Reads the message.</param>
    /// <param name="maxLength">Bytes of the message after inflating.</param>
    /// <param name="cancellation">Gives the token for waiting; not asked when everything is there, which is the usual case.</param>
    /// <exception cref="WireException">The body is not exactly one message within the limit.</exception>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public static async ValueTask<TRequest> ReadAsync<TRequest>(
        PipeReader body, string? encoding, Marshaller<TRequest> marshaller, int? maxLength, Func<CancellationToken> cancellation)
    {
        FrameHeader? header = null;
        TRequest? message = default;
        var isRead = false;
        while (true)
        {
            ReadResult result;
            try
            {
                if (!body.TryRead(out result))
                {
                    result = await body.ReadAsync(cancellation());
                }
            }
            catch (IOException reset)
            {
                throw WireException.PeerGone(reset);
            }

            var buffer = result.Buffer;
            var consumed = buffer.Start;
            try
            {
                if (!isRead)
                {
                    header ??= FrameHeader.Read(buffer, maxLength);
                    if (header is { } frame && buffer.Length >= FrameHeader.Size + (long)frame.Length)
                    {
                        var payload = buffer.Slice(FrameHeader.Size, frame.Length);
                        message = Deserialize(payload, frame.IsCompressed, encoding, marshaller, maxLength);
                        consumed = payload.End;
                        buffer = buffer.Slice(consumed);
                        isRead = true;
                    }
                }

                if (isRead && !buffer.IsEmpty)
                {
                    throw WireException.Malformed("The request goes on after its only message.");
                }

                if (result.IsCompleted)
                {
                    return isRead ? message! : throw WireException.Malformed("The request ended before its message was complete.");
                }
            }
            finally
            {
                body.AdvanceTo(consumed, result.Buffer.End);
            }
        }
    }

    private static TRequest Deserialize<TRequest>(
        in ReadOnlySequence<byte> payload, bool isCompressed, string? encoding, Marshaller<TRequest> marshaller, int? maxLength)
    {
        if (!isCompressed)
        {
            return marshaller.Deserialize(payload);
        }

        using var inflated = MessageEncoding.Inflate(payload, encoding, maxLength);
        return marshaller.Deserialize(new ReadOnlySequence<byte>(inflated.Memory));
    }
}
