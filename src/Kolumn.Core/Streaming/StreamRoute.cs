using System.Text.Json.Nodes;
using Kolumn.Protocol.Payloads;

namespace Kolumn.Core.Streaming;

/// <summary>Which events of an outbox go to a sink, and what becomes of them on the way.</summary>
internal sealed record StreamRoute
{
    public required string Name { get; init; }

    public required string Source { get; init; }

    public required string Sink { get; init; }

    /// <summary>Words of which a <c>*</c> at the end stands for any rest; null for any.</summary>
    public IReadOnlyList<string>? AggregateTypes { get; init; }

    public IReadOnlyList<string>? Types { get; init; }

    public IReadOnlyList<string>? Topics { get; init; }

    public string? Topic { get; init; }

    /// <summary>Ways to members of the payload.</summary>
    public IReadOnlyList<string[]> Remove { get; init; } = [];

    public static StreamRoute Read(JsonObject config)
    {
        var filter = config["filter"] as JsonObject ?? [];
        var transform = config["transform"] as JsonObject ?? [];
        return new StreamRoute
        {
            Name = SinkSettings.TextOf(config, "name") ?? "",
            Source = SinkSettings.TextOf(config, "source") ?? "",
            Sink = SinkSettings.TextOf(config, "sink") ?? "",
            AggregateTypes = Words(filter, "aggregatetype"),
            Types = Words(filter, "type"),
            Topics = Words(filter, "topic"),
            Topic = SinkSettings.TextOf(transform, "topic"),
            Remove = [.. (Words(transform, "remove") ?? []).Select(way => way.Split('.'))],
        };
    }

    public bool Takes(OutboxEvent happened) => Matches(AggregateTypes, happened.AggregateType) && Matches(Types, happened.Type) && Matches(Topics, happened.Topic ?? "");

    /// <summary>The event as this route delivers it.</summary>
    public OutboxEvent Transform(OutboxEvent happened)
    {
        var payload = happened.Payload;
        if (Remove.Count > 0 && payload is not null && JsonNode.Parse(payload) is JsonObject document)
        {
            foreach (var way in Remove)
            {
                JsonNode? at = document;
                foreach (var step in way[..^1])
                {
                    at = (at as JsonObject)?[step];
                }

                (at as JsonObject)?.Remove(way[^1]);
            }

            payload = document.ToJsonString();
        }

        return Topic is null && payload == happened.Payload ? happened : happened with { Topic = Topic ?? happened.Topic, Payload = payload };
    }

    private static bool Matches(IReadOnlyList<string>? words, string text) =>
        words is null || words.Any(word => word.EndsWith('*') ? text.StartsWith(word[..^1], StringComparison.Ordinal) : word == text);

    private static IReadOnlyList<string>? Words(JsonObject json, string name) =>
        json[name] is JsonArray { Count: > 0 } list ? [.. list.OfType<JsonValue>().Select(word => word.GetValue<string>())] : null;
}
