using System.Buffers;

namespace Grpc.Wire;

/// <summary>A read-only stream over a sequence of buffers.</summary>
internal sealed class SequenceStream(ReadOnlySequence<byte> source) : ForwardOnlyStream
{
    private ReadOnlySequence<byte> _rest = source;

    public override bool CanRead => true;

    public override bool CanWrite => false;

    public override int Read(Span<byte> buffer)
    {
        var part = _rest.Slice(0, Math.Min(buffer.Length, _rest.Length));
        part.CopyTo(buffer);
        _rest = _rest.Slice(part.End);
        return (int)part.Length;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));
}
