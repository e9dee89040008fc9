using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Kolumn.Protocol.Payloads;

namespace Kolumn.Core.Streaming;

/// <summary>An event as a sink receives it: one JSON document without line breaks.</summary>
internal static class EventText
{
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    /// <param name="format"><c>event</c>, <c>payload</c> or <c>cloudevents</c>.</param>
    public static ReadOnlyMemory<byte> Write(OutboxEvent happened, string outbox, string format)
    {
        var text = new ArrayBufferWriter<byte>(512 + (happened.Payload?.Length ?? 0));
        using (var json = new Utf8JsonWriter(text, Options))
        {
            switch (format)
            {
                case "payload":
                    Payload(json, happened);
                    break;
                case "cloudevents":
                    CloudEvent(json, happened, outbox);
                    break;
                default:
                    Event(json, happened);
                    break;
            }
        }

        return text.WrittenMemory;
    }

    public static string MediaType(string format) => format == "cloudevents" ? "application/cloudevents+json" : "application/json";

    private static void Event(Utf8JsonWriter json, OutboxEvent happened)
    {
        json.WriteStartObject();
        json.WriteString("id", happened.Id);
        json.WriteString("aggregatetype", happened.AggregateType);
        json.WriteString("aggregateid", happened.AggregateId);
        json.WriteString("type", happened.Type);
        Optional(json, "topic", happened.Topic);
        json.WriteString("key", happened.Key ?? happened.AggregateId);
        json.WriteString("created_at", happened.CreatedAt.UtcDateTime);
        json.WritePropertyName("payload");
        Payload(json, happened);
        json.WriteEndObject();
    }

    /// <summary>CloudEvents 1.0, JSON event format; partitionkey is the extension of that name.</summary>
    private static void CloudEvent(Utf8JsonWriter json, OutboxEvent happened, string outbox)
    {
        json.WriteStartObject();
        json.WriteString("specversion", "1.0");
        json.WriteString("id", happened.Id);
        json.WriteString("source", $"/outbox/{Uri.EscapeDataString(outbox)}");
        json.WriteString("type", $"{happened.AggregateType}.{happened.Type}");
        json.WriteString("subject", happened.AggregateId);
        json.WriteString("time", happened.CreatedAt.UtcDateTime);
        json.WriteString("partitionkey", happened.Key ?? happened.AggregateId);
        Optional(json, "topic", happened.Topic);
        json.WriteString("datacontenttype", "application/json");
        json.WritePropertyName("data");
        Payload(json, happened);
        json.WriteEndObject();
    }

    // SQLite keeps the text as it was written, line breaks included; a line of a file must not break.
    private static void Payload(Utf8JsonWriter json, OutboxEvent happened)
    {
        if (happened.Payload is not { } payload)
        {
            json.WriteNullValue();
        }
        else if (payload.AsSpan().IndexOfAny('\n', '\r') < 0)
        {
            json.WriteRawValue(payload, skipInputValidation: true);
        }
        else
        {
            using var document = JsonDocument.Parse(payload);
            document.RootElement.WriteTo(json);
        }
    }

    private static void Optional(Utf8JsonWriter json, string name, string? value)
    {
        if (value is not null)
        {
            json.WriteString(name, value);
        }
    }
}
