using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace Kolumn.Protocol.Payloads;

// Provider state: provider specification, sections 5.3 and 8.

public sealed record StateRequest;

public sealed record StateResponse : Envelope
{
    public ProviderState? State { get; init; }
}

public sealed record SetStateRequest
{
    public ProviderState? State { get; init; }
}

public sealed record SetStateResponse : Envelope;

/// <summary>Everything one provider instance manages.</summary>
public sealed record ProviderState
{
    /// <summary>The format's version, a semantic version; what the reader does not know by major number is refused.</summary>
    public string Version { get; init => field = value ?? CurrentVersion; } = CurrentVersion;

    public string Provider { get; init => field = value ?? ""; } = "";

    public IReadOnlyList<ResourceInstance> Resources { get; init => field = value ?? []; } = [];

    /// <summary>May hold <c>serial</c> (number) and <c>lineage</c> (string), which detect concurrent writers.</summary>
    public JsonObject? Metadata { get; init; }

    public DateTimeOffset UpdatedAt { get; init; }

    public const string CurrentVersion = "1.0.0";
}

/// <summary>One managed resource as recorded.</summary>
public sealed record ResourceInstance
{
    /// <summary>The full type, <c>postgres_table</c>.</summary>
    public string Type { get; init => field = value ?? ""; } = "";

    public string Name { get; init => field = value ?? ""; } = "";

    /// <summary>The instance, <c>postgres</c> or <c>postgres.production</c>.</summary>
    public string Provider { get; init => field = value ?? ""; } = "";

    /// <summary><c>active</c>, <c>quarantined</c> or <c>deleted</c>.</summary>
    public string Status { get; init => field = value ?? "active"; } = "active";

    public JsonObject Config { get; init => field = value ?? []; } = [];

    public JsonObject State { get; init => field = value ?? []; } = [];

    public JsonObject? Metadata { get; init; }

    /// <summary>Addresses this one was created after: the order of its deletion once the configuration no longer names it.</summary>
    public IReadOnlyList<string>? DependsOn { get; init; }

    public DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset UpdatedAt { get; init; }

    [JsonIgnore]
    public string Address => new ResourceAddress(Type, Name).ToString();
}
