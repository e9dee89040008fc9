using System.Buffers;

namespace Grpc.Core;

/// <summary>Collects one message in an array: what lets a contextual serializer answer an array request.</summary>
internal sealed class ArraySerializationContext : SerializationContext
{
    private ArrayBufferWriter<byte>? _writer;
    private byte[]? _payload;

    public byte[] Payload => _payload ?? throw new InvalidOperationException("The serializer returned without completing the message.");

    public override void Complete(byte[] payload) => _payload = payload;

    public override void Complete() => _payload = _writer is null ? [] : _writer.WrittenSpan.ToArray();

    public override void SetPayloadLength(int payloadLength) => _writer = new ArrayBufferWriter<byte>(Math.Max(payloadLength, 1));

    public override IBufferWriter<byte> GetBufferWriter() => _writer ??= new ArrayBufferWriter<byte>();
}
