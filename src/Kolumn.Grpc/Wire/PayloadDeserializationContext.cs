using System.Buffers;
using Grpc.Core;

namespace Grpc.Wire;

/// <summary>Offers received bytes as the payload of one message, without copying them.</summary>
internal sealed class PayloadDeserializationContext : DeserializationContext
{
    private ReadOnlySequence<byte> _payload;

    public override int PayloadLength => (int)_payload.Length;

    public PayloadDeserializationContext Over(in ReadOnlySequence<byte> payload)
    {
        _payload = payload;
        return this;
    }

    /// <summary>Forgets the bytes: they go back to their pool.</summary>
    public void Release() => _payload = default;

    public override byte[] PayloadAsNewBuffer() => _payload.ToArray();

    public override ReadOnlySequence<byte> PayloadAsReadOnlySequence() => _payload;
}
