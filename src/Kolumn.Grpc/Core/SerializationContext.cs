using System.Buffers;

namespace Grpc.Core;

/// <summary>
/// Where a serializer puts one message: either <see cref="Complete(byte[])"/>, or <see cref="SetPayloadLength"/> (optional, saves a
/// copy), then <see cref="GetBufferWriter"/>, then <see cref="Complete()"/>.
/// </summary>
public abstract class SerializationContext
{
    /// <summary>The whole message in one array, which the serializer no longer touches.</summary>
    public virtual void Complete(byte[] payload) => throw new NotSupportedException();

    /// <summary>The message is wholly in the buffer writer.</summary>
    public virtual void Complete() => throw new NotSupportedException();

    /// <summary>Where to write; valid until <see cref="Complete()"/>.</summary>
    public virtual IBufferWriter<byte> GetBufferWriter() => throw new NotSupportedException();

    /// <summary>The exact length in bytes of what will be written.</summary>
    public virtual void SetPayloadLength(int payloadLength)
    {
    }
}
