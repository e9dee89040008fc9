using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using static Kolumn.Language.Parameters;

namespace Kolumn.Language;

/// <summary>Functions to and from notations of other worlds.</summary>
internal static class EncodingFunctions
{
    /// <summary>The text becomes part of SQL and of files and never of HTML: only what JSON demands is escaped.</summary>
    private static readonly JsonSerializerOptions JsonText = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, MaxDepth = Value.MaxDepth + 1 };

    private static readonly JsonDocumentOptions JsonReading = new() { MaxDepth = 256 };

    public static IEnumerable<KlFunction> All =>
    [
        new("jsonencode", "The value as JSON on one line, members in their order.", [Any("value")], call => Value.Of(ToJsonText(call[0]))),
        new("jsondecode", "The value that the JSON text means.", [Text("text")], JsonDecode),
        new("base64encode", "The UTF-8 bytes of the text in base 64.", [Text("text")], call => Value.Of(Convert.ToBase64String(Encoding.UTF8.GetBytes(call.Text(0))))),
        new("base64decode", "The text whose UTF-8 bytes are given in base 64.", [Text("text")], Base64Decode),
        new("urlencode", "The text as part of a URL.", [Text("text")], call => Value.Of(Uri.EscapeDataString(call.Text(0)))),
        new("sha256", "The SHA-256 of the UTF-8 bytes of the text in hexadecimal digits.", [Text("text")],
            call => Value.Of(Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(call.Text(0)))))),
    ];

    /// <summary>JSON on one line.</summary>
    public static string ToJsonText(Value value) => ValueJson.ToJson(value)?.ToJsonString(JsonText) ?? "null";

    private static Value JsonDecode(FunctionCall call)
    {
        try
        {
            using var document = JsonDocument.Parse(call.Text(0), JsonReading);
            return ValueJson.FromJson(document.RootElement);
        }
        catch (JsonException e)
        {
            return call.Fail(0, $"The text is no JSON: line {e.LineNumber + 1}, byte {e.BytePositionInLine + 1} cannot be understood.");
        }
    }

    private static Value Base64Decode(FunctionCall call)
    {
        var bytes = new byte[Base64.GetMaxDecodedFromUtf8Length(call.Text(0).Length) + 3];
        if (!Convert.TryFromBase64String(call.Text(0), bytes, out var count))
        {
            return call.Fail(0, "The text is no base 64.");
        }

        try
        {
            return Value.Of(new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(bytes, 0, count));
        }
        catch (DecoderFallbackException)
        {
            return call.Fail(0, "The bytes are no UTF-8 text.");
        }
    }
}
