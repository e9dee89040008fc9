using System.Text.Json.Nodes;
using Kolumn.Protocol.Schema;
using static Kolumn.Sdk.Streaming.StreamAttributes;

namespace Kolumn.Sdk.Streaming;

/// <summary>Routes: <c>stream_route</c>, which events of an outbox go to a sink, and what becomes of them on the way.</summary>
public sealed class StreamRouteHandler<TSession>(IStreamDialect<TSession> dialect) : StreamRecordHandler<TSession>(dialect, StreamTypes.Route)
    where TSession : IProviderSession
{
    private static readonly string[] Filters = ["aggregatetype", "type", "topic"];

    public override string Description => "Which events of an outbox are delivered to a sink.";

    public override ObjectType Schema { get; } = new()
    {
        Attributes = new Dictionary<string, AttributeSchema>
        {
            ["name"] = Text("The route's name, unique in the database; the resource's own name when left out."),
            ["source"] = Reference("The outbox: its name or the resource.", StreamTypes.Outbox),
            ["sink"] = Reference("The sink: its name or the resource.", StreamTypes.Sink),
            ["filter"] = Object("Only events that match every list written; a * at the end of a word stands for any rest.", new()
            {
                ["aggregatetype"] = Texts("Of these aggregate types."),
                ["type"] = Texts("Of these types."),
                ["topic"] = Texts("Of these topics."),
            }),
            ["transform"] = Object("What is changed on the way.", new()
            {
                ["topic"] = Text("The topic they get."),
                ["remove"] = Texts("Members that are taken out of the payload: card, after.card."),
            }),
            ["enabled"] = Flag("Whether its events are delivered; they wait while they are not. Default: true."),
        },
    };

    public override IEnumerable<ObjectReference> Requires(JsonObject definition) =>
        [new(StreamTypes.Outbox, (string)definition["source"]!), new(StreamTypes.Sink, (string)definition["sink"]!)];

    private protected override JsonObject Describe(StreamConfig config)
    {
        var definition = new JsonObject { ["name"] = config.Name("route"), ["source"] = config.Reference("source"), ["sink"] = config.Reference("sink") };
        if (config["filter"] is JsonObject filter)
        {
            var lists = Filters.Select(name => (Name: name, Texts: StreamConfig.TextsOf(filter, name))).Where(one => one.Texts.Count > 0).ToList();
            if (lists.Count > 0)
            {
                definition["filter"] = new JsonObject(lists.Select(one => KeyValuePair.Create<string, JsonNode?>(one.Name, ToJson(one.Texts))));
            }
        }

        if (config["transform"] is JsonObject transform)
        {
            var changed = new JsonObject();
            if (StreamConfig.TextOf(transform, "topic") is { Length: > 0 } topic)
            {
                changed["topic"] = topic;
            }

            if (StreamConfig.TextsOf(transform, "remove") is { Count: > 0 } remove)
            {
                changed["remove"] = ToJson(remove);
            }

            if (changed.Count > 0)
            {
                definition["transform"] = changed;
            }
        }

        if (config.IsDisabled)
        {
            definition["enabled"] = false;
        }

        return definition;
    }

    private static JsonArray ToJson(IReadOnlyList<string> texts) => new([.. texts.Select(text => (JsonNode?)text)]);
}
