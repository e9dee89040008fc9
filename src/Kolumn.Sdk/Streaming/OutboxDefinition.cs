using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace Kolumn.Sdk.Streaming;

/// <summary>An outbox: a table of events that are to be delivered, and the tables whose changes become events by themselves.</summary>
public sealed record OutboxDefinition
{
    /// <summary>Unique in the database.</summary>
    public required string Name { get; init; }

    /// <summary>Of the table; null where the database has no schemas.</summary>
    public string? Schema { get; init; }

    /// <summary>Without its schema.</summary>
    public required string Table { get; init; }

    /// <summary>Of events that name none.</summary>
    public string? Topic { get; init; }

    /// <summary>How long delivered events are kept when a cleanup says nothing else.</summary>
    public int? RetentionDays { get; init; }

    /// <summary>What is delivered one after the other: one of <see cref="OutboxPartitions"/>; null for the first.</summary>
    public string? PartitionBy { get; init; }

    /// <summary>Sorted by table.</summary>
    public IReadOnlyList<CaptureDefinition> Capture { get; init => field = value ?? []; } = [];

    /// <summary>Parts of the table that somebody took away, for example <c>column attempts</c>. Nobody wishes for any.</summary>
    public IReadOnlyList<string> Missing { get; init => field = value ?? []; } = [];

    public static OutboxDefinition Read(JsonObject definition) =>
        definition.Deserialize(StreamJsonContext.Default.OutboxDefinition) ?? throw new JsonException("A definition is an object.");

    public JsonObject ToJson() => StreamJson.WithoutEmptyLists((JsonObject)JsonSerializer.SerializeToNode(this, StreamJsonContext.Default.OutboxDefinition)!);
}

/// <summary>A table whose changes become events, in the transaction that makes them.</summary>
public sealed record CaptureDefinition
{
    /// <summary>Its identity.</summary>
    public required string Table { get; init; }

    /// <summary>Columns whose values, divided by <c>/</c>, are the event's aggregateid.</summary>
    public IReadOnlyList<string> Key { get; init => field = value ?? []; } = [];

    /// <summary>Of <c>insert</c>, <c>update</c>, <c>delete</c>, in this order.</summary>
    public IReadOnlyList<string> Operations { get; init => field = value ?? []; } = [];

    /// <summary>What goes into the payload; none: all.</summary>
    public IReadOnlyList<string> Columns { get; init => field = value ?? []; } = [];

    /// <summary>The event's aggregatetype.</summary>
    public required string AggregateType { get; init; }

    public string? Topic { get; init; }
}

/// <summary>What an outbox can be partitioned by.</summary>
public static class OutboxPartitions
{
    /// <summary>The event's key, or its aggregateid where it has none.</summary>
    public const string Key = "key";

    public const string AggregateType = "aggregatetype";

    /// <summary>Everything in one order.</summary>
    public const string None = "none";

    public static IReadOnlyList<string> All { get; } = [Key, AggregateType, None];
}

/// <summary>Definitions of streams as canonical JSON: what says nothing is left out.</summary>
internal static class StreamJson
{
    public static JsonObject WithoutEmptyLists(JsonObject definition)
    {
        foreach (var name in definition.Where(m => m.Value is JsonArray { Count: 0 }).Select(m => m.Key).ToList())
        {
            definition.Remove(name);
        }

        foreach (var nested in definition.Select(m => m.Value).OfType<JsonArray>().SelectMany(list => list.OfType<JsonObject>()))
        {
            WithoutEmptyLists(nested);
        }

        return definition;
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(OutboxDefinition))]
internal sealed partial class StreamJsonContext : JsonSerializerContext;
