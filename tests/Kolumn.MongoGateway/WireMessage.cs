using System.Buffers.Binary;
using System.Text;

namespace Kolumn.MongoGateway;

/// <summary>One request and the frame of its reply: https://www.mongodb.com/docs/manual/reference/mongodb-wire-protocol/.</summary>
/// <param name="Body">The command's document.</param>
/// <param name="Documents">What came beside it: the documents of an insert, update or delete, one after the other.</param>
internal sealed record WireMessage(int RequestId, bool IsLegacy, bool WantsReply, BsonDocument Body, (string Name, ReadOnlyMemory<byte> Bytes)? Documents)
{
    private const int MaxLength = 48_000_000;
    private const int HeaderLength = 16;
    private const int Reply = 1;
    private const int Query = 2004;
    private const int Message = 2013;
    private const uint ChecksumPresent = 1;
    private const uint MoreToCome = 2;

    /// <returns>null at the end of the stream.</returns>
    /// <exception cref="FormatException">What came is no message that a driver of today sends.</exception>
    public static async Task<WireMessage?> ReadAsync(Stream stream, CancellationToken cancellationToken)
    {
        var header = new byte[HeaderLength];
        if (await stream.ReadAtLeastAsync(header, HeaderLength, throwOnEndOfStream: false, cancellationToken) < HeaderLength)
        {
            return null;
        }

        var length = BinaryPrimitives.ReadInt32LittleEndian(header);
        if (length is < HeaderLength or > MaxLength)
        {
            throw new FormatException($"a message of {length} bytes");
        }

        var content = new byte[length - HeaderLength];
        await stream.ReadExactlyAsync(content, cancellationToken);
        var id = BinaryPrimitives.ReadInt32LittleEndian(header.AsSpan(4));
        return BinaryPrimitives.ReadInt32LittleEndian(header.AsSpan(12)) switch
        {
            Query => ReadQuery(id, content),
            Message => ReadMessage(id, content),
            var other => throw new FormatException($"opcode {other}"),
        };
    }

    public byte[] ReplyWith(ReadOnlySpan<byte> document)
    {
        var lead = IsLegacy ? 20 : 5;
        var reply = new byte[HeaderLength + lead + document.Length];
        BinaryPrimitives.WriteInt32LittleEndian(reply, reply.Length);
        BinaryPrimitives.WriteInt32LittleEndian(reply.AsSpan(8), RequestId);
        BinaryPrimitives.WriteInt32LittleEndian(reply.AsSpan(12), IsLegacy ? Reply : Message);
        if (IsLegacy)
        {
            BinaryPrimitives.WriteInt32LittleEndian(reply.AsSpan(HeaderLength + 16), 1); // One document.
        }

        document.CopyTo(reply.AsSpan(HeaderLength + lead));
        return reply;
    }

    /// <summary>Flags, namespace, two numbers, then the document: what drivers open a connection with.</summary>
    private static WireMessage ReadQuery(int id, byte[] content)
    {
        var name = content.AsSpan(4).IndexOf((byte)0);
        var begin = 4 + name + 1 + 8;
        var length = BinaryPrimitives.ReadInt32LittleEndian(content.AsSpan(begin));
        return new WireMessage(id, IsLegacy: true, WantsReply: true, new BsonDocument(content.AsMemory(begin, length)), null);
    }

    private static WireMessage ReadMessage(int id, byte[] content)
    {
        var flags = BinaryPrimitives.ReadUInt32LittleEndian(content);
        var end = content.Length - ((flags & ChecksumPresent) != 0 ? 4 : 0);
        BsonDocument? body = null;
        (string, ReadOnlyMemory<byte>)? documents = null;
        for (var at = 4; at < end;)
        {
            var kind = content[at++];
            var length = BinaryPrimitives.ReadInt32LittleEndian(content.AsSpan(at));
            var section = content.AsMemory(at, length);
            if (kind == 0)
            {
                body = new BsonDocument(section);
            }
            else
            {
                var name = section.Span[4..].IndexOf((byte)0);
                documents = (Encoding.UTF8.GetString(section.Span.Slice(4, name)), section[(4 + name + 1)..]);
            }

            at += length;
        }

        return new WireMessage(id, IsLegacy: false, (flags & MoreToCome) == 0, body ?? throw new FormatException("a message without a body"), documents);
    }
}
