using System.Text.Json;
using System.Text.Json.Nodes;
using Kolumn.Protocol;
using Kolumn.Sdk.Sql;

namespace Kolumn.Sdk.Streaming;

/// <summary>Reads the configs of streams, whose types the engine has checked, and reports what the schema cannot say.</summary>
internal sealed class StreamConfig(JsonObject config, DescribeContext context, SqlDialect names)
{
    public DescribeContext Context => context;

    public JsonNode? this[string name] => config[name];

    public string Name(string what)
    {
        var name = TextOf(config, "name") ?? "";
        if (SqlIdentifier.FaultOf(name, names) is { } fault)
        {
            Invalid("name", $"this cannot name a {what}: {fault}");
        }

        return name;
    }

    public string? Text(string name) => TextOf(config, name) is { Length: > 0 } text ? text : null;

    public bool IsDisabled => config["enabled"]?.GetValueKind() == JsonValueKind.False;

    public int? Number(string name) => config[name] is { } value && value.GetValueKind() == JsonValueKind.Number ? (int)(decimal)value : null;

    /// <summary>The value, unless it is the one that stands for nothing written.</summary>
    public string? Choice(string name, IReadOnlyList<string> choices)
    {
        var text = Text(name);
        if (text is not null && !choices.Contains(text))
        {
            Invalid(name, $"\"{text}\" is not known here", $"Write one of: {string.Join(", ", choices)}.");
        }

        return text == choices[0] ? null : text;
    }

    /// <summary>The name of another stream: written plainly, as a resource's address, or the resource itself.</summary>
    public string Reference(string name)
    {
        var found = config[name] switch
        {
            JsonObject resource => TextOf(resource, "name"),
            JsonValue value when value.GetValueKind() == JsonValueKind.String => Named(value.GetValue<string>()),
            _ => null,
        };
        if (string.IsNullOrEmpty(found))
        {
            Invalid(name, $"this names no {name}", "Write a name, or refer to the resource.");
        }

        return found ?? "";
    }

    public void Invalid(string name, string summary, string? detail = null) => Invalid(AttributePath.Of(name), summary, detail);

    public void Invalid(AttributePath path, string summary, string? detail = null) => context.Error(DiagnosticCodes.InvalidValue, path, summary, detail);

    public static string? TextOf(JsonObject json, string name) =>
        json[name] is JsonValue value && value.GetValueKind() == JsonValueKind.String ? value.GetValue<string>() : null;

    public static IReadOnlyList<string> TextsOf(JsonObject json, string name) => json[name] switch
    {
        JsonArray list => [.. list.OfType<JsonValue>().Where(v => v.GetValueKind() == JsonValueKind.String).Select(v => v.GetValue<string>())],
        JsonValue one when one.GetValueKind() == JsonValueKind.String => [one.GetValue<string>()],
        _ => [],
    };

    private string Named(string text) => context.ConfigOf(text) is { } other
        ? TextOf(other, "name") ?? (ResourceAddress.TryParse(text, out var address) ? address.Name : text)
        : ResourceAddress.TryParse(text, out var unplanned) && unplanned.Type.Contains("_stream_", StringComparison.Ordinal) ? unplanned.Name : text;
}
