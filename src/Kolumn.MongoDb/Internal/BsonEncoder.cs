using System.Buffers;
using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Kolumn.MongoDb.Internal;

/// <summary>
/// JSON to BSON. The driver's own parser takes the names of query operators for types wherever they stand: it refuses
/// <c>{"$type": ["string", "null"]}</c> and turns <c>{"$regex": "^a"}</c> into a value that is then read back differently. Here an object
/// is a special value only when it is exactly the shape that extended JSON 2 gives it; everything else is a document, as it was written.
/// </summary>
internal sealed class BsonEncoder
{
    private const int MaxDepth = 100;

    private readonly ArrayBufferWriter<byte> _output = new();

    /// <exception cref="MongoException">The document cannot be BSON; the message names the member.</exception>
    public static byte[] Encode(JsonObject document) => new BsonEncoder().Document(document.Select(m => (m.Key, m.Value)), 0);

    private byte[] Document(IEnumerable<(string Name, JsonNode? Value)> members, int depth)
    {
        if (depth > MaxDepth)
        {
            throw Refuse($"a document is nested more than {MaxDepth} levels deep");
        }

        _output.Write(stackalloc byte[4]);
        foreach (var (name, value) in members)
        {
            Element(name, value, depth);
        }

        _output.Write("\0"u8);
        var document = _output.WrittenSpan.ToArray();
        BinaryPrimitives.WriteInt32LittleEndian(document, document.Length);
        return document;
    }

    private void Element(string name, JsonNode? value, int depth)
    {
        switch (value)
        {
            case null:
                Head(0x0a, name);
                break;
            case JsonObject special when SpecialValues.TryEncode(special) is var (type, bytes):
                Head(type, name);
                _output.Write(bytes);
                break;
            case JsonObject document:
                Head(0x03, name);
                _output.Write(new BsonEncoder().Document(document.Select(m => (m.Key, m.Value)), depth + 1));
                break;
            case JsonArray array:
                Head(0x04, name);
                _output.Write(new BsonEncoder().Document(array.Select((item, index) => (index.ToString(CultureInfo.InvariantCulture), item)), depth + 1));
                break;
            default:
                Scalar(name, value);
                break;
        }
    }

    private void Scalar(string name, JsonNode value)
    {
        switch (value.GetValueKind())
        {
            case JsonValueKind.String:
                Head(0x02, name);
                _output.Write(SpecialValues.Text(value.GetValue<string>()));
                break;
            case JsonValueKind.True or JsonValueKind.False:
                Head(0x08, name);
                _output.Write([value.GetValueKind() == JsonValueKind.True ? (byte)1 : (byte)0]);
                break;
            default:
                var (type, bytes) = SpecialValues.Number(value.ToJsonString());
                Head(type, name);
                _output.Write(bytes);
                break;
        }
    }

    private void Head(byte type, string name)
    {
        if (name.Contains('\0', StringComparison.Ordinal))
        {
            throw Refuse($"the name \"{name.Replace("\0", "\\0", StringComparison.Ordinal)}\" contains a NUL character");
        }

        _output.Write([type]);
        Encoding.UTF8.GetBytes(name, _output);
        _output.Write("\0"u8);
    }

    internal static MongoException Refuse(string reason) => new(MongoFailure.Input, $"this cannot be sent to MongoDB: {reason}");
}
