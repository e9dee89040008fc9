using System.Text.Json;
using System.Text.Json.Nodes;

namespace Kolumn.MongoDb.Internal;

/// <summary>What the driver and the server report, as one exception: https://mongoc.org/libmongoc/current/errors.html.</summary>
internal static class NativeFailure
{
    private const uint Client = 1;
    private const uint ClientAuthenticate = 11;
    private const uint Stream = 2;
    private const uint Command = 11;
    private const uint Scram = 14;
    private const uint ServerSelection = 15;
    private const uint WriteConcern = 16;
    private const uint Server = 17;

    private const int AuthenticationFailed = 18;

    public static MongoException From(NativeError error, JsonObject reply)
    {
        var code = error.Domain is Server or WriteConcern ? (int)error.Code : Number(reply["code"]);
        var failure = (error.Domain, error.Code) switch
        {
            (Client, ClientAuthenticate) or (Scram, _) => MongoFailure.Authentication,
            (ServerSelection, _) => MongoFailure.NoServer,
            (Stream, _) => MongoFailure.Lost,
            (WriteConcern, _) => MongoFailure.WriteConcern,
            (Server, AuthenticationFailed) => MongoFailure.Authentication,
            (Server or Command, _) => MongoFailure.Command,
            _ => reply.ContainsKey("ok") ? MongoFailure.Command : MongoFailure.Input,
        };
        return new MongoException(failure, error.Text, code, Text(reply["codeName"])) { Labels = Labels(reply), Reply = reply };
    }

    /// <summary>A write that was refused, or did not reach as many servers as it should, comes in a reply with ok: 1. null when there is none.</summary>
    public static MongoException? InSuccess(JsonObject reply)
    {
        if (reply["writeErrors"] is JsonArray { Count: > 0 } errors && errors[0] is JsonObject first)
        {
            var more = errors.Count > 1 ? $" (and {errors.Count - 1} more)" : "";
            return new MongoException(MongoFailure.Write, $"{Text(first["errmsg"])}{more}", Number(first["code"]), Text(first["codeName"])) { Labels = Labels(reply), Reply = reply };
        }

        return reply["writeConcernError"] is JsonObject concern
            ? new MongoException(MongoFailure.WriteConcern, Text(concern["errmsg"]) ?? "the write concern was not met", Number(concern["code"]), Text(concern["codeName"]))
            {
                Labels = Labels(reply),
                Reply = reply,
            }
            : null;
    }

    private static List<string> Labels(JsonObject reply) => [.. (reply["errorLabels"] as JsonArray ?? []).Select(Text).OfType<string>()];

    private static string? Text(JsonNode? value) => value?.GetValueKind() == JsonValueKind.String ? value.GetValue<string>() : null;

    private static int Number(JsonNode? value) => value is JsonValue number && number.TryGetValue<int>(out var code) ? code : 0;
}
