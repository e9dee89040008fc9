using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace Kolumn.Protocol.Payloads;

// DetectDrift: what is recorded compared with what exists. Provider specification, section 3.3.1.

public sealed record DriftRequest
{
    /// <summary>What to look at; none, and no single resource either: everything that SetState brought.</summary>
    public IReadOnlyList<DriftTarget> Resources { get; init => field = value ?? []; } = [];

    /// <summary>With <see cref="Name"/> the short form for one resource.</summary>
    public string? ResourceType { get; init; }

    public string? Name { get; init; }

    public JsonObject? ManagedState { get; init; }

    public DriftOptions? Options { get; init; }
}

public sealed record DriftTarget
{
    public string ResourceType { get; init => field = value ?? ""; } = "";

    public string Name { get; init => field = value ?? ""; } = "";

    /// <summary>The name under which the database knows it, where neither state nor <see cref="Name"/> says so.</summary>
    public string? ResourceId { get; init; }

    /// <summary>What was recorded; absent: what SetState brought.</summary>
    public JsonObject? ManagedState { get; init; }

    [JsonIgnore]
    public string Address => new ResourceAddress(ResourceType, Name).ToString();
}

public sealed record DriftOptions
{
    /// <summary>Attribute paths as changes spell them, <c>columns.email.comment</c>; each covers everything beneath it, <c>*</c> stands for one step.</summary>
    public IReadOnlyList<string> IgnoreFields { get; init => field = value ?? []; } = [];

    /// <summary>Compare what the provider computes too, and not only what a configuration can say.</summary>
    public bool DeepInspection { get; init; }

    /// <summary>Add what the database knows of each object's size, as <c>metrics</c> in its metadata.</summary>
    public bool IncludeMetrics { get; init; }

    /// <summary>List what exists and is not in the state, too.</summary>
    public bool IncludeUnmanaged { get; init; }
}

public sealed record DriftResponse : Envelope
{
    /// <summary>Something that is managed is missing or not as recorded.</summary>
    public bool HasDrift { get; init; }

    public IReadOnlyList<ResourceDrift> Resources { get; init => field = value ?? []; } = [];

    public DriftSummary Summary { get; init => field = value ?? new(); } = new();

    /// <summary>For the short form: the changes of its one resource.</summary>
    public IReadOnlyList<DriftChange>? Changes { get; init; }
}

public sealed record ResourceDrift
{
    public string ResourceType { get; init => field = value ?? ""; } = "";

    public string Name { get; init => field = value ?? ""; } = "";

    /// <summary>One of <see cref="DriftStatuses"/>.</summary>
    public string Status { get; init => field = value ?? ""; } = "";

    public bool HasDrift { get; init; }

    public IReadOnlyList<DriftChange> Changes { get; init => field = value ?? []; } = [];

    /// <summary>What exists; absent when nothing does.</summary>
    public JsonObject? ActualState { get; init; }

    /// <summary>May hold <c>error</c>: why it could not be compared; and <c>metrics</c>, an <see cref="ObjectStatistics"/>.</summary>
    public JsonObject? Metadata { get; init; }

    /// <summary>What a user may do about it.</summary>
    public IReadOnlyList<string>? Recommendations { get; init; }

    [JsonIgnore]
    public string Address => new ResourceAddress(ResourceType, Name).ToString();
}

/// <summary>One attribute that is not as recorded.</summary>
public sealed record DriftChange
{
    /// <summary>The attribute's path; empty for the object as a whole.</summary>
    public string Field { get; init => field = value ?? ""; } = "";

    public JsonNode? ExpectedValue { get; init; }

    public JsonNode? ActualValue { get; init; }

    /// <summary><c>added</c>, <c>removed</c> or <c>modified</c>, as seen from the record.</summary>
    public string ChangeType { get; init => field = value ?? ""; } = "";

    /// <summary><c>low</c>, <c>medium</c>, <c>high</c> or <c>critical</c>.</summary>
    public string Severity { get; init => field = value ?? ""; } = "";
}

public sealed record DriftSummary
{
    public int TotalResources { get; init; }

    public int TotalDifferences { get; init; }

    public IReadOnlyDictionary<string, int> BySeverity { get; init => field = value ?? Empty; } = Empty;

    public IReadOnlyDictionary<string, int> ByChangeType { get; init => field = value ?? Empty; } = Empty;

    /// <summary>Something differs that is worse than <c>low</c>.</summary>
    public bool RequiresAction { get; init; }

    private static readonly IReadOnlyDictionary<string, int> Empty = new Dictionary<string, int>();
}

/// <summary>What became of a resource since it was recorded.</summary>
public static class DriftStatuses
{
    public const string InSync = "in_sync";
    public const string Drifted = "drifted";
    public const string Missing = "missing";

    /// <summary>It exists and is not in the state.</summary>
    public const string Unmanaged = "unmanaged";

    /// <summary>It could not be compared.</summary>
    public const string Error = "error";
}
