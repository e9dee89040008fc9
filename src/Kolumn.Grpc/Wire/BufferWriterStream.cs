using System.Buffers;

namespace Grpc.Wire;

/// <summary>A write-only stream onto a buffer writer.</summary>
internal sealed class BufferWriterStream(IBufferWriter<byte> destination) : ForwardOnlyStream
{
    public override bool CanRead => false;

    public override bool CanWrite => true;

    public override void Write(ReadOnlySpan<byte> buffer) => destination.Write(buffer);

    public override void Write(byte[] buffer, int offset, int count) => destination.Write(buffer.AsSpan(offset, count));
}
