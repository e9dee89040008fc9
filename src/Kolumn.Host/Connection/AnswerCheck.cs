using System.Text.Json;
using Kolumn.Protocol.Payloads;

namespace Kolumn.Host.Connection;

/// <summary>Whether bytes are one JSON object that the payload reader can bear.</summary>
internal static class AnswerCheck
{
    private static readonly JsonReaderOptions Options = new() { MaxDepth = PayloadJson.MaxDepth };

    /// <summary>Null, or what is wrong.</summary>
    public static string? FaultOf(ReadOnlySpan<byte> json)
    {
        try
        {
            var reader = new Utf8JsonReader(json, Options);
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            {
                return "it is not a JSON object";
            }

            while (reader.Read())
            {
            }

            return null;
        }
        catch (JsonException malformed)
        {
            return malformed.Message;
        }
    }
}
