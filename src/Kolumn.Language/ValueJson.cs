using System.Text.Json;
using System.Text.Json.Nodes;

namespace Kolumn.Language;

/// <summary>Values to JSON and back. Numbers keep every digit; integral ones are written without point or exponent.</summary>
public static class ValueJson
{
    /// <summary>The JSON of a value; sets become arrays and the sensitive mark is lost.</summary>
    /// <exception cref="InvalidOperationException">
    /// Something within is known only after apply: ask <see cref="Value.ContainsUnknown"/> first.
    /// </exception>
    public static JsonNode? ToJson(Value value)
    {
        ArgumentNullException.ThrowIfNull(value);
        switch (value.Kind)
        {
            case ValueKind.Null:
                return null;
            case ValueKind.Bool:
                return JsonValue.Create(value.AsBool());
            case ValueKind.Number:
                return NumberToJson(value.AsNumber());
            case ValueKind.String:
                return JsonValue.Create(value.AsString());
            case ValueKind.List or ValueKind.Set:
                return new JsonArray([.. value.Elements.Select(ToJson)]);
            case ValueKind.Object:
                return new JsonObject(value.Members.Select(m => new KeyValuePair<string, JsonNode?>(m.Key, ToJson(m.Value))));
            default:
                throw new InvalidOperationException("A value that is known only after apply has no JSON.");
        }
    }

    /// <summary>The value of a JSON node; null and a JSON null are the null value. A number beyond the range becomes a string of its digits.</summary>
    public static Value FromJson(JsonNode? node) => node switch
    {
        null => Value.Null,
        JsonArray array => Value.List(array.Select(FromJson)),
        JsonObject members => Value.Object(members.Select(m => new KeyValuePair<string, Value>(m.Key, FromJson(m.Value)))),
        _ => node.GetValueKind() switch
        {
            JsonValueKind.True => Value.True,
            JsonValueKind.False => Value.False,
            JsonValueKind.Null => Value.Null,
            JsonValueKind.Number => NumberFromJson(node.ToJsonString()),
            _ => Value.Of(node.GetValue<string>()),
        },
    };

    /// <summary>The value of a JSON element; of members with equal names the last one counts.</summary>
    public static Value FromJson(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.True => Value.True,
        JsonValueKind.False => Value.False,
        JsonValueKind.Number => NumberFromJson(element.GetRawText()),
        JsonValueKind.String => Value.Of(element.GetString()!),
        JsonValueKind.Array => Value.List(element.EnumerateArray().Select(FromJson)),
        JsonValueKind.Object => Value.Object(element.EnumerateObject().Select(m => new KeyValuePair<string, Value>(m.Name, FromJson(m.Value)))),
        _ => Value.Null,
    };

    private static JsonNode? NumberToJson(Number number) =>
        number.TryToInt64(out var whole) ? JsonValue.Create(whole) : JsonNode.Parse(number.ToString());

    private static Value NumberFromJson(string text) => Number.Parse(text) is { } number ? Value.Of(number) : Value.Of(text);
}
