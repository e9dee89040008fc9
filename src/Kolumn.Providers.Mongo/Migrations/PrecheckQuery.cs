using System.Text.Json;
using System.Text.Json.Nodes;
using Kolumn.MongoDb;
using Kolumn.Providers.Mongo.Database;

namespace Kolumn.Providers.Mongo.Migrations;

/// <summary>The query of a precheck: a command that reads, as JSON. <c>count</c> answers a number, <c>find</c> and <c>aggregate</c> the first value of the first document.</summary>
internal sealed class PrecheckQuery
{
    private static readonly string[] Commands = ["count", "find", "aggregate"];
    private static readonly string[] Writing = ["$out", "$merge"];

    private readonly JsonObject _command;

    private PrecheckQuery(JsonObject command) => _command = command;

    public static (PrecheckQuery? Query, string? Fault) Read(string text)
    {
        JsonObject? command;
        try
        {
            command = JsonNode.Parse(text) as JsonObject;
        }
        catch (JsonException unreadable)
        {
            return (null, $"it is no JSON: {unreadable.Message}");
        }

        var name = command?.FirstOrDefault().Key ?? "";
        return !Commands.Contains(name) ? (null, $"it is a command that reads, as {{\"count\":\"users\",\"query\":{{}}}}: one of {string.Join(", ", Commands)}")
            : command!.ContainsKey("$db") ? (null, "it asks this database and no other")
            : name == "aggregate" && (command["pipeline"] as JsonArray ?? []).OfType<JsonObject>().Any(stage => Writing.Any(stage.ContainsKey)) ? (null, "it writes")
            : (new PrecheckQuery(command), null);
    }

    public async Task<string?> AskAsync(MongoSession session, CancellationToken cancellationToken)
    {
        var command = (JsonObject)_command.DeepClone();
        if (command.ContainsKey("count"))
        {
            return (await session.RunAsync(command, MongoCommandKind.Read, cancellationToken))["n"]?.ToJsonString();
        }

        if (command.ContainsKey("aggregate"))
        {
            command["cursor"] ??= new JsonObject();
        }

        var first = (await session.FirstPageAsync(command, cancellationToken, exact: false)).FirstOrDefault();
        return first?.FirstOrDefault(member => member.Key != "_id" || first.Count == 1).Value?.ToString();
    }
}
