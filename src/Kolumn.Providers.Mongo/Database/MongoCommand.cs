using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Kolumn.Sdk;

namespace Kolumn.Providers.Mongo.Database;

/// <summary>Command documents as statements, and values as extended JSON writes them.</summary>
internal static class MongoCommand
{
    /// <summary>For people: an umlaut is an umlaut.</summary>
    private static readonly JsonWriterOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static Statement Statement(JsonObject command) => new(Text(command));

    public static string Text(JsonNode json)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream, Readable))
        {
            json.WriteTo(writer);
        }

        return System.Text.Encoding.UTF8.GetString(stream.GetBuffer().AsSpan(0, (int)stream.Length));
    }

    public static JsonObject Moment(DateTimeOffset moment) =>
        new() { ["$date"] = new JsonObject { ["$numberLong"] = moment.ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture) } };

    /// <summary>Of a date in relaxed form.</summary>
    public static DateTimeOffset MomentOf(JsonNode? date) => (date as JsonObject)?["$date"] switch
    {
        JsonValue text => DateTimeOffset.Parse(text.GetValue<string>(), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal),
        JsonObject number => DateTimeOffset.FromUnixTimeMilliseconds(long.Parse((string?)number["$numberLong"] ?? "0", CultureInfo.InvariantCulture)),
        _ => DateTimeOffset.UnixEpoch,
    };

    /// <summary>Of a number in relaxed form; 0 for none.</summary>
    public static long Integer(JsonNode? number) => number is null ? 0 : (long)double.Parse(number.ToJsonString(), CultureInfo.InvariantCulture);

    public static JsonArray Texts(IEnumerable<string> texts) => new([.. texts.Select(text => (JsonNode)text)]);

    public static string? Text(this JsonObject json, string name) =>
        json[name] is JsonValue value && value.GetValueKind() == JsonValueKind.String ? value.GetValue<string>() : null;

    public static bool IsSet(this JsonObject json, string name) => json[name] is JsonValue value && value.GetValueKind() == JsonValueKind.True;

    /// <summary>Adds a copy of the value unless it says nothing: null, false, an empty list or document.</summary>
    public static JsonObject With(this JsonObject json, string name, JsonNode? value)
    {
        if (value is not (null or JsonArray { Count: 0 } or JsonObject { Count: 0 }) && value.GetValueKind() != JsonValueKind.False)
        {
            json[name] = value.DeepClone();
        }

        return json;
    }
}
