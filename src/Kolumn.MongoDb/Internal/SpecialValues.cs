using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Kolumn.MongoDb.Internal;

/// <summary>Values that JSON has no form for, in that of extended JSON 2: https://www.mongodb.com/docs/manual/reference/mongodb-extended-json/.</summary>
internal static class SpecialValues
{
    /// <returns>null for an object that is a document.</returns>
    public static (byte Type, byte[] Bytes)? TryEncode(JsonObject json) => json.Count switch
    {
        1 when json.First() is { Value: { } value, Key: var key } => Single(key, value),
        2 when json["$code"] is JsonValue code && json["$scope"] is JsonObject scope => ((byte, byte[])?)((byte)0x0f, CodeWithScope(code.GetValue<string>(), scope)),
        _ => null,
    };

    /// <summary>Whole numbers become the smallest type that holds them, as in every driver; a point or an exponent makes a double.</summary>
    public static (byte Type, byte[] Bytes) Number(string text)
    {
        if (int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var small))
        {
            return (0x10, Int32(small));
        }

        return long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var large)
            ? ((byte)0x12, Int64(large))
            : ((byte)0x01, Double(double.Parse(text, CultureInfo.InvariantCulture)));
    }

    public static byte[] Text(string text)
    {
        var bytes = new byte[4 + Encoding.UTF8.GetByteCount(text) + 1];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, bytes.Length - 4);
        Encoding.UTF8.GetBytes(text, bytes.AsSpan(4));
        return bytes;
    }

    private static (byte Type, byte[] Bytes)? Single(string key, JsonNode value)
    {
        var text = value.GetValueKind() == JsonValueKind.String ? value.GetValue<string>() : null;
        return (key, text, value) switch
        {
            ("$oid", { Length: 24 } id, _) when id.All(char.IsAsciiHexDigit) => (0x07, Convert.FromHexString(id)),
            ("$numberInt", not null, _) when int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) => (0x10, Int32(number)),
            ("$numberLong", not null, _) when long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) => (0x12, Int64(number)),
            ("$numberDouble", not null, _) when double.TryParse(text.Replace("Infinity", "∞", StringComparison.Ordinal), NumberStyles.Float, WithInfinity, out var number) => (0x01, Double(number)),
            ("$numberDecimal", not null, _) when Decimal(text) is { } number => (0x13, number),
            ("$date", _, _) when Milliseconds(value) is { } moment => (0x09, Int64(moment)),
            ("$uuid", not null, _) when Guid.TryParse(text, out var id) => (0x05, Binary(id.ToByteArray(bigEndian: true), 4)),
            ("$symbol", not null, _) => (0x0e, Text(text)),
            ("$code", not null, _) => (0x0d, Text(text)),
            ("$minKey", _, _) when IsOne(value) => (0xff, []),
            ("$maxKey", _, _) when IsOne(value) => (0x7f, []),
            ("$undefined", _, _) when value.GetValueKind() == JsonValueKind.True => (0x06, []),
            ("$binary", _, JsonObject { Count: 2 } binary) => BinaryOf(binary),
            ("$timestamp", _, JsonObject { Count: 2 } moment) => TimestampOf(moment),
            ("$regularExpression", _, JsonObject { Count: 2 } expression) => ExpressionOf(expression),
            _ => null,
        };
    }

    private static readonly NumberFormatInfo WithInfinity = new() { PositiveInfinitySymbol = "∞", NegativeInfinitySymbol = "-∞", NaNSymbol = "NaN" };

    private static bool IsOne(JsonNode value) => value.GetValueKind() == JsonValueKind.Number && value.ToJsonString() == "1";

    private static long? Milliseconds(JsonNode value) => value switch
    {
        JsonObject { Count: 1 } number when (string?)(number["$numberLong"] as JsonValue) is { } text && long.TryParse(text, CultureInfo.InvariantCulture, out var since) => since,
        JsonValue text when text.GetValueKind() == JsonValueKind.String
            && DateTimeOffset.TryParse(text.GetValue<string>(), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var moment) => moment.ToUnixTimeMilliseconds(),
        _ => null,
    };

    private static (byte, byte[])? BinaryOf(JsonObject binary)
    {
        if (binary["base64"] is not JsonValue content || binary["subType"] is not JsonValue subType
            || !byte.TryParse(subType.ToString(), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var type))
        {
            return null;
        }

        var bytes = new byte[content.ToString().Length];
        return Convert.TryFromBase64String(content.ToString(), bytes, out var length) ? (0x05, Binary(bytes.AsSpan(0, length), type)) : null;
    }

    private static (byte, byte[])? TimestampOf(JsonObject moment)
    {
        if (!uint.TryParse(moment["t"]?.ToJsonString(), CultureInfo.InvariantCulture, out var time) || !uint.TryParse(moment["i"]?.ToJsonString(), CultureInfo.InvariantCulture, out var increment))
        {
            return null;
        }

        return (0x11, Int64((long)(((ulong)time << 32) | increment)));
    }

    private static (byte, byte[])? ExpressionOf(JsonObject expression) =>
        expression["pattern"] is JsonValue pattern && expression["options"] is JsonValue options
            ? (0x0b, [.. NulTerminated(pattern.ToString()), .. NulTerminated(string.Concat(options.ToString().Order()))])
            : null;

    private static byte[] NulTerminated(string text) => text.Contains('\0', StringComparison.Ordinal)
        ? throw BsonEncoder.Refuse("a regular expression contains a NUL character")
        : [.. Encoding.UTF8.GetBytes(text), 0];

    private static byte[] CodeWithScope(string code, JsonObject scope)
    {
        byte[] body = [.. Text(code), .. BsonEncoder.Encode(scope)];
        return [.. Int32(body.Length + 4), .. body];
    }

    private static unsafe byte[]? Decimal(string text)
    {
        NativeLibraries.Require();
        var bytes = new byte[16];
        fixed (byte* target = bytes)
        {
            return NativeMethods.ParseDecimal(text, target) ? bytes : null;
        }
    }

    private static byte[] Binary(ReadOnlySpan<byte> content, byte type) => [.. Int32(content.Length), type, .. content];

    private static byte[] Int32(int value)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, value);
        return bytes;
    }

    private static byte[] Int64(long value)
    {
        var bytes = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, value);
        return bytes;
    }

    private static byte[] Double(double value)
    {
        var bytes = new byte[8];
        BinaryPrimitives.WriteDoubleLittleEndian(bytes, value);
        return bytes;
    }
}
