using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace Kolumn.MongoGateway;

/// <summary>Writes a document, element by element.</summary>
public sealed class BsonBuilder
{
    private readonly ArrayBufferWriter<byte> _elements = new();

    public BsonBuilder Add(string name, string value)
    {
        var length = Encoding.UTF8.GetByteCount(value);
        Begin(BsonTypes.String, name);
        Write(length + 1);
        Encoding.UTF8.GetBytes(value, _elements);
        return End([0]);
    }

    public BsonBuilder Add(string name, int value)
    {
        Begin(BsonTypes.Int32, name);
        Write(value);
        return this;
    }

    public BsonBuilder Add(string name, long value)
    {
        Begin(BsonTypes.Int64, name);
        BinaryPrimitives.WriteInt64LittleEndian(_elements.GetSpan(8), value);
        _elements.Advance(8);
        return this;
    }

    public BsonBuilder Add(string name, double value)
    {
        Begin(BsonTypes.Double, name);
        BinaryPrimitives.WriteDoubleLittleEndian(_elements.GetSpan(8), value);
        _elements.Advance(8);
        return this;
    }

    public BsonBuilder Add(string name, bool value)
    {
        Begin(BsonTypes.Bool, name);
        return End([value ? (byte)1 : (byte)0]);
    }

    public BsonBuilder Add(string name, DateTimeOffset value)
    {
        Begin(BsonTypes.Date, name);
        BinaryPrimitives.WriteInt64LittleEndian(_elements.GetSpan(8), value.ToUnixTimeMilliseconds());
        _elements.Advance(8);
        return this;
    }

    public BsonBuilder Add(string name, ReadOnlySpan<byte> binary)
    {
        Begin(BsonTypes.Binary, name);
        Write(binary.Length);
        End([0]);
        return End(binary);
    }

    public BsonBuilder Add(string name, BsonBuilder document)
    {
        Begin(BsonTypes.Document, name);
        return End(document.Build());
    }

    public BsonBuilder AddArray(string name, IEnumerable<ReadOnlyMemory<byte>> documents) => AddArray(name, documents, (array, index, document) =>
    {
        array.Begin(BsonTypes.Document, index);
        array.End(document.Span);
    });

    public BsonBuilder AddArray(string name, IEnumerable<string> texts) => AddArray(name, texts, (array, index, text) => array.Add(index, text));

    public BsonBuilder AddArray(string name, IEnumerable<int> numbers) => AddArray(name, numbers, (array, index, number) => array.Add(index, number));

    /// <summary>Takes over an element of another document.</summary>
    public BsonBuilder Add(BsonElement element) => End(element.Whole.Span);

    public byte[] Build()
    {
        var document = new byte[_elements.WrittenCount + 5];
        BinaryPrimitives.WriteInt32LittleEndian(document, document.Length);
        _elements.WrittenSpan.CopyTo(document.AsSpan(4));
        return document;
    }

    private BsonBuilder AddArray<T>(string name, IEnumerable<T> items, Action<BsonBuilder, string, T> add)
    {
        var array = new BsonBuilder();
        foreach (var (index, item) in items.Index())
        {
            add(array, index.ToString(System.Globalization.CultureInfo.InvariantCulture), item);
        }

        Begin(BsonTypes.Array, name);
        return End(array.Build());
    }

    private void Begin(byte type, string name)
    {
        End([type]);
        Encoding.UTF8.GetBytes(name, _elements);
        End([0]);
    }

    private void Write(int value)
    {
        BinaryPrimitives.WriteInt32LittleEndian(_elements.GetSpan(4), value);
        _elements.Advance(4);
    }

    private BsonBuilder End(ReadOnlySpan<byte> bytes)
    {
        _elements.Write(bytes);
        return this;
    }
}
