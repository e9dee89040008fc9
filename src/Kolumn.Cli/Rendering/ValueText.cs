using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Kolumn.Cli.Rendering;

/// <summary>Values of configurations and databases the way <c>.kl</c> would write them.</summary>
internal static class ValueText
{
    public const string Sensitive = "(sensitive value)";

    public const string Unknown = "(known after apply)";

    private static readonly JsonSerializerOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>On one line, cut after <paramref name="maxLength"/> characters.</summary>
    public static string Inline(JsonNode? value, int maxLength = int.MaxValue)
    {
        var text = new StringBuilder();
        Append(text, value, maxLength);
        return Printable.Line(text.Length <= maxLength ? text.ToString() : text.ToString(0, Math.Max(0, maxLength - 1)) + "…");
    }

    /// <summary>Over several lines where it is a list or an object, indented by <paramref name="indent"/> spaces after the first line.</summary>
    public static string Block(JsonNode? value, int indent)
    {
        var text = new StringBuilder();
        AppendBlock(text, value, indent);
        return text.ToString();
    }

    private static void AppendBlock(StringBuilder text, JsonNode? value, int indent)
    {
        switch (value)
        {
            case JsonArray { Count: > 0 } elements:
                text.Append("[\n");
                foreach (var element in elements)
                {
                    text.Append(' ', indent + 2);
                    AppendBlock(text, element, indent + 2);
                    text.Append(",\n");
                }

                text.Append(' ', indent).Append(']');
                break;
            case JsonObject { Count: > 0 } members:
                var width = members.Max(m => KeyOf(m.Key).Length);
                text.Append("{\n");
                foreach (var (name, member) in members)
                {
                    text.Append(' ', indent + 2).Append(KeyOf(name).PadRight(width)).Append(" = ");
                    AppendBlock(text, member, indent + 2);
                    text.Append('\n');
                }

                text.Append(' ', indent).Append('}');
                break;
            default:
                text.Append(Inline(value));
                break;
        }
    }

    private static void Append(StringBuilder text, JsonNode? value, int maxLength)
    {
        if (text.Length > maxLength)
        {
            return;
        }

        switch (value)
        {
            case null:
                text.Append("null");
                break;
            case JsonArray elements:
                text.Append('[');
                for (var i = 0; i < elements.Count && text.Length <= maxLength; i++)
                {
                    text.Append(i == 0 ? "" : ", ");
                    Append(text, elements[i], maxLength);
                }

                text.Append(']');
                break;
            case JsonObject members:
                text.Append('{');
                var separator = "";
                foreach (var (name, member) in members)
                {
                    text.Append(separator).Append(KeyOf(name)).Append(" = ");
                    Append(text, member, maxLength);
                    separator = ", ";
                }

                text.Append('}');
                break;
            default:
                text.Append(value.ToJsonString(Readable));
                break;
        }
    }

    private static string KeyOf(string name) =>
        Language.Identifiers.IsValid(name) ? name : JsonValue.Create(name).ToJsonString(Readable);
}
