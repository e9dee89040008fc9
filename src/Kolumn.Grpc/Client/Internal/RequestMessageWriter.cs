using System.Buffers;
using System.IO.Compression;
using Grpc.Core;
using Grpc.Wire;

namespace Grpc.Net.Client.Internal;

/// <summary>Frames the request into one pooled buffer: the five header bytes are reserved, then filled in.</summary>
internal sealed class RequestMessageWriter : SerializationContext
{
    private readonly int? _maxLength;
    private PooledBuffer? _frame;
    private bool _completed;

    private RequestMessageWriter(int? maxLength) => _maxLength = maxLength;

    /// <summary>The framed message, which the caller disposes.</summary>
    /// <exception cref="WireException">The message exceeds the limit.</exception>
    public static PooledBuffer Write<T>(T message, Marshaller<T> marshaller, int? maxLength, bool compress)
    {
        var writer = new RequestMessageWriter(maxLength);
        try
        {
            marshaller.ContextualSerializer(message, writer);
            if (!writer._completed)
            {
                throw new InvalidOperationException($"The serializer of {typeof(T).Name} returned without completing the message.");
            }

            return writer.Finish(compress);
        }
        catch
        {
            writer._frame?.Dispose();
            throw;
        }
    }

    public override void SetPayloadLength(int payloadLength)
    {
        CheckLength(payloadLength);
        _frame ??= Reserve(payloadLength);
    }

    public override IBufferWriter<byte> GetBufferWriter() => _frame ??= Reserve(0);

    public override void Complete()
    {
        _frame ??= Reserve(0);
        _completed = true;
    }

    public override void Complete(byte[] payload)
    {
        CheckLength(payload.Length);
        _frame ??= Reserve(payload.Length);
        _frame.Write(payload);
        _completed = true;
    }

    private static PooledBuffer Reserve(int payloadLength)
    {
        var frame = new PooledBuffer(FrameHeader.Size + payloadLength);
        frame.GetSpan(FrameHeader.Size);
        frame.Advance(FrameHeader.Size);
        return frame;
    }

    private PooledBuffer Finish(bool compress)
    {
        var frame = _frame!;
        var length = frame.Length - FrameHeader.Size;
        CheckLength(length);

        // .NET writes no gzip stream for nothing, so an empty message is always sent plain.
        if (!compress || length == 0)
        {
            FrameHeader.Write(frame.WritableSpan, false, length);
            return frame;
        }

        var compressed = Reserve(length);
        try
        {
            GzipMessage.Compress(new ReadOnlySequence<byte>(frame.Memory[FrameHeader.Size..]), CompressionLevel.Fastest, compressed);
            FrameHeader.Write(compressed.WritableSpan, true, compressed.Length - FrameHeader.Size);
        }
        catch
        {
            compressed.Dispose();
            throw;
        }

        frame.Dispose();
        return compressed;
    }

    private void CheckLength(int length)
    {
        if (length > (_maxLength ?? int.MaxValue))
        {
            throw WireException.TooLarge($"Sending message of {length} bytes exceeds the limit of {_maxLength} bytes.");
        }
    }
}
