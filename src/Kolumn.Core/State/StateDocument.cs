using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Kolumn.Protocol.Payloads;

namespace Kolumn.Core.State;

/// <summary>
/// The snapshot file: what each provider manages, as the provider specification's section 8.1 writes it, in an envelope that
/// detects concurrent writers.
/// </summary>
internal sealed record StateDocument
{
    /// <summary>Of this envelope. A higher one was written by a newer Kolumn and is refused.</summary>
    public const int CurrentVersion = 1;

    [JsonPropertyOrder(-1)]
    public int Version { get; init; } = CurrentVersion;

    /// <summary>Grows by one with every snapshot.</summary>
    public long Serial { get; init; }

    /// <summary>Random, given once: two states of different lineage never had anything to do with each other.</summary>
    public string Lineage { get; init; } = "";

    public DateTimeOffset UpdatedAt { get; init; }

    public IReadOnlyList<ProviderState> Providers { get; init => field = value ?? []; } = [];

    public IReadOnlyDictionary<string, RecordedOutput> Outputs { get; init => field = value ?? NoOutputs; } = NoOutputs;

    private static readonly Dictionary<string, RecordedOutput> NoOutputs = [];
}

/// <summary>An output as of the last apply. <paramref name="Value"/> of a sensitive one is null: it is not stored.</summary>
public sealed record RecordedOutput(JsonNode? Value, bool Sensitive, string? Description = null);

/// <summary>One line of the journal: exactly one of the members is set.</summary>
internal sealed record JournalEntry
{
    public JournalHeader? Header { get; init; }

    public ResourceInstance? Put { get; init; }

    /// <summary>An address.</summary>
    public string? Remove { get; init; }

    public StateIntent? Begin { get; init; }

    /// <summary>The operation of a <see cref="Begin"/>: everything it announced is certain now.</summary>
    public string? End { get; init; }

    public IReadOnlyDictionary<string, RecordedOutput>? Outputs { get; init; }
}

/// <summary>The first line: which snapshot the entries come after.</summary>
internal sealed record JournalHeader(int Version, string Lineage, long Serial);

/// <summary>What is about to be done, so that a run that dies leaves behind which outcomes it did not learn.</summary>
internal sealed record StateIntent(string Operation, IReadOnlyList<IntendedChange> Changes);

/// <param name="Resource">What a creation would record, its state still empty; null for anything that has a record.</param>
internal sealed record IntendedChange(string Address, string Action, ResourceInstance? Resource);

/// <summary>Who holds the state's lock.</summary>
public sealed record LockOwner(string Id, string User, string Host, int ProcessId, string Operation, DateTimeOffset Acquired);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    AllowDuplicateProperties = false,
    MaxDepth = 128)]
[JsonSerializable(typeof(StateDocument))]
[JsonSerializable(typeof(JournalEntry))]
[JsonSerializable(typeof(LockOwner))]
internal sealed partial class StateJsonContext : JsonSerializerContext;

/// <summary>The two ways in which the state's records are written.</summary>
internal static class StateJson
{
    /// <summary>For files that people read.</summary>
    public static StateJsonContext Readable { get; } = new(new JsonSerializerOptions(StateJsonContext.Default.Options)
    {
        WriteIndented = true,
        NewLine = "\n",
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });

    /// <summary>For lines.</summary>
    public static StateJsonContext Compact { get; } = new(new JsonSerializerOptions(StateJsonContext.Default.Options)
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });
}
