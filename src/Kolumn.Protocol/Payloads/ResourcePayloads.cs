using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace Kolumn.Protocol.Payloads;

// Requests and responses of the functions that handle one resource: provider specification, section 5.1.

public sealed record CreateResourceRequest
{
    public string ResourceType { get; init => field = value ?? ""; } = "";

    public string Name { get; init => field = value ?? ""; } = "";

    public JsonObject? Config { get; init; }

    public ResourceOptions? Options { get; init; }

    /// <summary>The open transaction that the call belongs to; absent: one of its own.</summary>
    public string? TransactionId { get; init; }
}

/// <summary>How one resource is handled.</summary>
public sealed record ResourceOptions
{
    /// <summary>Of CreateResource: the entry of the quarantine to bring back, instead of a new object. Of DeleteResource: the one to drop for good.</summary>
    public string? QuarantineId { get; init; }

    /// <summary>Of DeleteResource: drop it for good, whatever the provider's <c>safe_destroy</c> says.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool Force { get; init; }
}

public sealed record CreateResourceResponse : Envelope
{
    public string? ResourceId { get; init; }

    public JsonObject? State { get; init; }
}

public sealed record ReadResourceRequest
{
    public string ResourceType { get; init => field = value ?? ""; } = "";

    public string Name { get; init => field = value ?? ""; } = "";

    /// <summary>The recorded state, which knows the physical name where it differs from <see cref="Name"/>.</summary>
    public JsonObject? State { get; init; }

    /// <summary>The open transaction that the call belongs to; absent: one of its own.</summary>
    public string? TransactionId { get; init; }
}

public sealed record ReadResourceResponse : Envelope
{
    public bool Exists { get; init; }

    public JsonObject? State { get; init; }
}

public sealed record UpdateResourceRequest
{
    public string ResourceType { get; init => field = value ?? ""; } = "";

    public string Name { get; init => field = value ?? ""; } = "";

    public JsonObject? Config { get; init; }

    public JsonObject? PriorState { get; init; }

    /// <summary>The open transaction that the call belongs to; absent: one of its own.</summary>
    public string? TransactionId { get; init; }
}

public sealed record UpdateResourceResponse : Envelope
{
    public JsonObject? State { get; init; }

    public IReadOnlyDictionary<string, AttributeChange>? Changes { get; init; }
}

public sealed record DeleteResourceRequest
{
    public string ResourceType { get; init => field = value ?? ""; } = "";

    public string Name { get; init => field = value ?? ""; } = "";

    public JsonObject? State { get; init; }

    public ResourceOptions? Options { get; init; }

    /// <summary>The open transaction that the call belongs to; absent: one of its own.</summary>
    public string? TransactionId { get; init; }
}

public sealed record DeleteResourceResponse : Envelope
{
    public string? QuarantineLocation { get; init; }

    /// <summary>What CreateResource restores it by.</summary>
    public string? QuarantineId { get; init; }

    public JsonObject? BeforeState { get; init; }
}

public sealed record DiscoverResourcesRequest
{
    /// <summary>Empty or <c>*</c>: every type.</summary>
    public string ResourceType { get; init => field = value ?? ""; } = "";

    /// <summary>May hold <c>names</c> (array of physical names) and <c>schemas</c> (array); other members are the type's own.</summary>
    public JsonObject? Filters { get; init; }

    /// <summary>At most so many resources, 1 to 10000; absent: all of them.</summary>
    public int? Limit { get; init; }

    /// <summary>The <see cref="DiscoverResourcesResponse.NextToken"/> of the page before.</summary>
    public string? PageToken { get; init; }
}

public sealed record DiscoverResourcesResponse : Envelope
{
    public IReadOnlyList<DiscoveredResource> Resources { get; init => field = value ?? []; } = [];

    public bool HasMore { get; init; }

    /// <summary>For the next page; absent after the last one.</summary>
    public string? NextToken { get; init; }
}

/// <summary>An object that exists, as configuration one could write and as the state one would record.</summary>
public sealed record DiscoveredResource
{
    public string Type { get; init => field = value ?? ""; } = "";

    public string Name { get; init => field = value ?? ""; } = "";

    public JsonObject Config { get; init => field = value ?? []; } = [];

    public JsonObject State { get; init => field = value ?? []; } = [];

    /// <summary>Absent for what is in use.</summary>
    public QuarantineRecord? Quarantine { get; init; }
}

/// <summary>What was deleted and is kept.</summary>
public sealed record QuarantineRecord
{
    public string Id { get; init => field = value ?? ""; } = "";

    /// <summary>Absent for what held no data: it is made again from its definition.</summary>
    public string? Location { get; init; }

    /// <summary>The entry that it is a part of, and is restored and purged with.</summary>
    public string? PartOf { get; init; }

    public string Actor { get; init => field = value ?? ""; } = "";

    public DateTimeOffset QuarantinedAt { get; init; }

    /// <summary>From then on it may be purged.</summary>
    public DateTimeOffset ExpiresAt { get; init; }
}

public sealed record PingRequest;

public sealed record PingResponse : Envelope
{
    /// <summary>Of one round trip to the database.</summary>
    public long LatencyMs { get; init; }

    public string? Message { get; init; }
}

public sealed record VersionRequest;

public sealed record VersionResponse : Envelope
{
    public string Version { get; init => field = value ?? ""; } = "";

    public string ProviderName { get; init => field = value ?? ""; } = "";

    public string? GitCommit { get; init; }

    /// <summary>What the provider runs on, for example <c>.NET 10.0.1</c>.</summary>
    public string? Runtime { get; init; }

    /// <summary>The database server's own version, once configured.</summary>
    public string? ServerVersion { get; init; }
}
