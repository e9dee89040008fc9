using System.Buffers.Binary;
using System.Text;

namespace Kolumn.MongoGateway;

/// <summary>One element of a document. Values stay bytes: the gateway looks at few of them. https://bsonspec.org/spec.html</summary>
/// <param name="Whole">Type, name and value as they are on the wire.</param>
public readonly record struct BsonElement(byte Type, string Name, ReadOnlyMemory<byte> Value, ReadOnlyMemory<byte> Whole)
{
    /// <summary>null for everything that is no string.</summary>
    public string? Text => Type == BsonTypes.String ? Encoding.UTF8.GetString(Value.Span[4..^1]) : null;

    public BsonDocument? Document => Type is BsonTypes.Document or BsonTypes.Array ? new BsonDocument(Value) : null;

    public long? Integer => Type switch
    {
        BsonTypes.Int32 => BinaryPrimitives.ReadInt32LittleEndian(Value.Span),
        BsonTypes.Int64 => BinaryPrimitives.ReadInt64LittleEndian(Value.Span),
        BsonTypes.Double => (long)BinaryPrimitives.ReadDoubleLittleEndian(Value.Span),
        _ => null,
    };

    /// <summary>As the server takes a flag: anything but false, zero and null.</summary>
    public bool IsTrue => Type == BsonTypes.Bool ? Value.Span[0] != 0 : Integer is not null and not 0;
}

internal static class BsonTypes
{
    public const byte Double = 0x01;
    public const byte String = 0x02;
    public const byte Document = 0x03;
    public const byte Array = 0x04;
    public const byte Binary = 0x05;
    public const byte Bool = 0x08;
    public const byte Date = 0x09;
    public const byte Null = 0x0a;
    public const byte Int32 = 0x10;
    public const byte Int64 = 0x12;
}

/// <summary>A document as bytes, read when asked.</summary>
public sealed class BsonDocument(ReadOnlyMemory<byte> bytes)
{
    public ReadOnlyMemory<byte> Bytes { get; } = bytes;

    public BsonElement? this[string name] => Elements().Cast<BsonElement?>().FirstOrDefault(e => e!.Value.Name == name);

    /// <exception cref="FormatException">The bytes are no document.</exception>
    public IEnumerable<BsonElement> Elements()
    {
        var at = 4;
        while (at < Bytes.Length && Bytes.Span[at] != 0)
        {
            var begin = at;
            var type = Bytes.Span[at++];
            var name = ReadName(ref at);
            var length = LengthOf(type, Bytes.Span[at..]);
            if (length < 0 || at + length >= Bytes.Length)
            {
                throw new FormatException($"the value of {name} does not fit into its document");
            }

            yield return new BsonElement(type, name, Bytes.Slice(at, length), Bytes.Slice(begin, at + length - begin));
            at += length;
        }
    }

    private string ReadName(ref int at)
    {
        var length = Bytes.Span[at..].IndexOf((byte)0);
        if (length < 0)
        {
            throw new FormatException("a name has no end");
        }

        var name = Encoding.UTF8.GetString(Bytes.Span.Slice(at, length));
        at += length + 1;
        return name;
    }

    private static int LengthOf(byte type, ReadOnlySpan<byte> rest) => type switch
    {
        BsonTypes.Double or BsonTypes.Date or 0x11 or BsonTypes.Int64 => 8,
        BsonTypes.String or 0x0d or 0x0e => 4 + BinaryPrimitives.ReadInt32LittleEndian(rest),
        BsonTypes.Document or BsonTypes.Array or 0x0f => BinaryPrimitives.ReadInt32LittleEndian(rest),
        BsonTypes.Binary => 5 + BinaryPrimitives.ReadInt32LittleEndian(rest),
        0x06 or BsonTypes.Null or 0xff or 0x7f => 0,
        0x07 => 12,
        BsonTypes.Bool => 1,
        0x0b => TwoTexts(rest),
        0x0c => 16 + BinaryPrimitives.ReadInt32LittleEndian(rest),
        BsonTypes.Int32 => 4,
        0x13 => 16,
        _ => throw new FormatException($"0x{type:x2} is no type of BSON"),
    };

    private static int TwoTexts(ReadOnlySpan<byte> rest)
    {
        var first = rest.IndexOf((byte)0) + 1;
        return first + rest[first..].IndexOf((byte)0) + 1;
    }
}
