using System.Buffers;
using System.IO.Compression;
using System.IO.Pipelines;
using Grpc.Core;
using Grpc.Wire;

namespace Grpc.AspNetCore.Server.Internal;

/// <summary>
/// Frames messages into a response body. A serializer that declares its length writes straight into the body; one that does not,
/// and any compressed message, goes through one pooled buffer.
/// </summary>
internal sealed class ResponseMessageWriter(PipeWriter body, int? maxLength, CompressionLevel level) : SerializationContext, IBufferWriter<byte>
{
    private PooledBuffer? _collected;
    private bool _compress;
    private bool _completed;
    private int _declared;
    private int _written;

    /// <summary>True when a message broke off after a part of it went into the body: nothing valid can follow.</summary>
    public bool IsBroken { get; private set; }

    /// <exception cref="WireException">The message exceeds the limit.</exception>
    public void Write<T>(T message, Marshaller<T> marshaller, bool compress)
    {
        _compress = compress;
        _completed = false;
        _declared = -1;
        _written = 0;
        try
        {
            marshaller.ContextualSerializer(message, this);
            if (!_completed)
            {
                throw new InvalidOperationException($"The serializer of {typeof(T).Name} returned without completing the message.");
            }
        }
        finally
        {
            _collected?.Dispose();
            _collected = null;
        }
    }

    public override void SetPayloadLength(int payloadLength)
    {
        CheckLength(payloadLength);
        _declared = payloadLength;
    }

    public override IBufferWriter<byte> GetBufferWriter()
    {
        if (_declared < 0 || _compress)
        {
            return _collected ??= new PooledBuffer(Math.Max(_declared, 256));
        }

        if (!IsBroken)
        {
            WriteHeader(false, _declared);
            IsBroken = true;
        }

        return this;
    }

    public override void Complete()
    {
        if (_collected is not null)
        {
            CompleteFrom(_collected.Memory);
            return;
        }

        if (!IsBroken)
        {
            // Nothing was asked for: an empty message.
            WriteHeader(false, 0);
        }
        else if (_written != _declared)
        {
            throw new InvalidOperationException($"The serializer declared {_declared} bytes and wrote {_written}.");
        }

        IsBroken = false;
        _completed = true;
    }

    public override void Complete(byte[] payload) => CompleteFrom(payload);

    void IBufferWriter<byte>.Advance(int count)
    {
        _written += count;
        body.Advance(count);
    }

    Memory<byte> IBufferWriter<byte>.GetMemory(int sizeHint) => body.GetMemory(sizeHint);

    Span<byte> IBufferWriter<byte>.GetSpan(int sizeHint) => body.GetSpan(sizeHint);

    private void CompleteFrom(ReadOnlyMemory<byte> payload)
    {
        CheckLength(payload.Length);

        // .NET writes no gzip stream for nothing, so an empty message is always sent plain.
        if (_compress && payload.Length > 0)
        {
            using var compressed = new PooledBuffer(payload.Length);
            GzipMessage.Compress(new ReadOnlySequence<byte>(payload), level, compressed);
            WriteHeader(true, compressed.Length);
            body.Write(compressed.Span);
        }
        else
        {
            WriteHeader(false, payload.Length);
            body.Write(payload.Span);
        }

        _completed = true;
    }

    private void WriteHeader(bool isCompressed, int length)
    {
        FrameHeader.Write(body.GetSpan(FrameHeader.Size), isCompressed, length);
        body.Advance(FrameHeader.Size);
    }

    private void CheckLength(int length)
    {
        if (length > (maxLength ?? int.MaxValue))
        {
            throw WireException.TooLarge($"Sending message of {length} bytes exceeds the limit of {maxLength} bytes.");
        }
    }
}
