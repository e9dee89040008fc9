using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Serilog.Events;
using Serilog.Formatting;
using Serilog.Parsing;

namespace Kolumn.Sdk.Telemetry;

/// <summary>
/// Serilog's compact format as the host reads it: <c>@t</c>, <c>@l</c>, <c>@m</c>, <c>@x</c> for an exception, and the
/// properties in snake_case, one JSON object on one line. Control characters are escaped, every text is scrubbed.
/// </summary>
internal sealed class CompactJsonFormatter(SecretScrubber scrubber) : ITextFormatter
{
    // The relaxed encoder leaves C1 controls and line separators alone, which some terminals obey: only ASCII goes out as it is.
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.Create(System.Text.Unicode.UnicodeRanges.BasicLatin) };

    public void Format(LogEvent logEvent, TextWriter output)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, Options))
        {
            json.WriteStartObject();
            json.WriteString("@t", logEvent.Timestamp.UtcDateTime.ToString("O", CultureInfo.InvariantCulture));
            json.WriteString("@l", logEvent.Level.ToString());
            json.WriteString("@m", scrubber.Scrub(MessageOf(logEvent)));
            if (logEvent.Exception is { } exception)
            {
                json.WriteString("@x", scrubber.Scrub(exception.ToString()));
            }

            foreach (var (name, value) in logEvent.Properties)
            {
                Write(json, NameOf(name), value);
            }

            json.WriteEndObject();
        }

        output.Write(Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length));
        output.Write('\n');
    }

    // As Serilog renders it, but without quotes around every text.
    private static string MessageOf(LogEvent logEvent)
    {
        using var message = new StringWriter(CultureInfo.InvariantCulture);
        foreach (var token in logEvent.MessageTemplate.Tokens)
        {
            if (token is PropertyToken property && logEvent.Properties.TryGetValue(property.PropertyName, out var value) && value is ScalarValue { Value: string text })
            {
                message.Write(text);
            }
            else
            {
                token.Render(logEvent.Properties, message, CultureInfo.InvariantCulture);
            }
        }

        return message.ToString();
    }

    private void Write(Utf8JsonWriter json, string name, LogEventPropertyValue value)
    {
        if (name == "event_id" && value is StructureValue identity)
        {
            value = identity.Properties.FirstOrDefault(p => p.Name == "Id")?.Value ?? value;
        }

        switch ((value as ScalarValue)?.Value)
        {
            case int or long or short or byte:
                json.WriteNumber(name, Convert.ToInt64(((ScalarValue)value).Value, CultureInfo.InvariantCulture));
                break;
            case bool flag:
                json.WriteBoolean(name, flag);
                break;
            case string text:
                json.WriteString(name, scrubber.Scrub(text));
                break;
            default:
                json.WriteString(name, scrubber.Scrub(value.ToString(null, CultureInfo.InvariantCulture)));
                break;
        }
    }

    private static string NameOf(string property)
    {
        if (property == "SourceContext")
        {
            return "logger";
        }

        var name = new StringBuilder(property.Length + 4);
        foreach (var character in property)
        {
            if (char.IsUpper(character) && name.Length > 0 && name[^1] != '_')
            {
                name.Append('_');
            }

            name.Append(char.ToLowerInvariant(character));
        }

        return name.ToString();
    }
}
