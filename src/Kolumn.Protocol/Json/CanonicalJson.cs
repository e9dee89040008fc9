using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Kolumn.Protocol.Json;

/// <summary>
/// JSON values compared and hashed by what they mean: members in any order, <c>1500</c> equals <c>1500.0</c>, escapes do not
/// count. Peers in other languages sort and escape differently, so bytes are never compared.
/// </summary>
public static class CanonicalJson
{
    /// <summary>SHA-256 of the canonical form, in lower-case hexadecimal.</summary>
    public static string Hash(JsonNode? value)
    {
        var text = new StringBuilder();
        Append(text, value);
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())));
    }

    public static bool AreEqual(JsonNode? left, JsonNode? right) => (left, right) switch
    {
        (null, null) => true,
        (null, _) or (_, null) => false,
        (JsonObject a, JsonObject b) => a.Count == b.Count
            && a.All(member => b.TryGetPropertyValue(member.Key, out var other) && AreEqual(member.Value, other)),
        (JsonArray a, JsonArray b) => a.Count == b.Count && a.Zip(b).All(pair => AreEqual(pair.First, pair.Second)),
        (JsonValue a, JsonValue b) => a.GetValueKind() == b.GetValueKind() && Scalar(a) == Scalar(b),
        _ => false,
    };

    private static void Append(StringBuilder text, JsonNode? value)
    {
        switch (value)
        {
            case null:
                text.Append("null");
                break;
            case JsonObject members:
                text.Append('{');
                var sorted = members.ToArray();
                Array.Sort(sorted, static (a, b) => string.CompareOrdinal(a.Key, b.Key));
                foreach (var (name, member) in sorted)
                {
                    AppendText(text, name);
                    Append(text, member);
                    text.Append(',');
                }

                text.Append('}');
                break;
            case JsonArray elements:
                text.Append('[');
                foreach (var element in elements)
                {
                    Append(text, element);
                    text.Append(',');
                }

                text.Append(']');
                break;
            default:
                if (value.GetValueKind() == JsonValueKind.String)
                {
                    AppendText(text, value.GetValue<string>());
                }
                else
                {
                    text.Append(Scalar((JsonValue)value));
                }

                break;
        }
    }

    // Its length before it says where a text ends, so that nothing in it needs escaping.
    private static void AppendText(StringBuilder text, string value) =>
        text.Append('"').Append(CultureInfo.InvariantCulture, $"{value.Length}").Append(':').Append(value);

    private static string Scalar(JsonValue value)
    {
        switch (value.GetValueKind())
        {
            case JsonValueKind.String:
                return value.GetValue<string>();
            case JsonValueKind.Number:
                // A decimal keeps every integer a database can hold; what does not fit is a double on the other side anyway.
                var literal = value.ToJsonString();
                return decimal.TryParse(literal, NumberStyles.Float, CultureInfo.InvariantCulture, out var exact)
                    ? exact.ToString("0.#############################", CultureInfo.InvariantCulture)
                    : double.Parse(literal, CultureInfo.InvariantCulture).ToString("R", CultureInfo.InvariantCulture);
            default:
                return value.ToJsonString();
        }
    }
}
