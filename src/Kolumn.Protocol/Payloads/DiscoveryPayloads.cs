using System.Text.Json.Nodes;
using Kolumn.Protocol.Schema;

namespace Kolumn.Protocol.Payloads;

// DiscoverDatabase and Introspect: everything that exists, and everything about one object.

public sealed record DiscoverDatabaseRequest
{
    /// <summary>Only these schemas; none: all.</summary>
    public IReadOnlyList<string> Schemas { get; init => field = value ?? []; } = [];

    /// <summary>Only these resource types; none: all.</summary>
    public IReadOnlyList<string> ObjectTypes { get; init => field = value ?? []; } = [];

    /// <summary>Asked for by some hosts; objects of the database system are never read.</summary>
    public bool IncludeSystem { get; init; }

    /// <summary>Asked for by some hosts; rows are never read.</summary>
    public bool SampleData { get; init; }

    /// <summary>0: all.</summary>
    public int MaxObjects { get; init; }
}

public sealed record DiscoverDatabaseResponse : Envelope
{
    public string ProviderType { get; init => field = value ?? ""; } = "";

    public string DatabaseName { get; init => field = value ?? ""; } = "";

    public IReadOnlyList<DatabaseObject> Objects { get; init => field = value ?? []; } = [];

    public DatabaseSummary Statistics { get; init => field = value ?? new(); } = new();

    public DateTimeOffset Timestamp { get; init; }

    /// <summary>Nanoseconds.</summary>
    public long Duration { get; init; }
}

public sealed record DatabaseObject
{
    /// <summary>The full type.</summary>
    public string Type { get; init => field = value ?? ""; } = "";

    public string? Schema { get; init; }

    public string Name { get; init => field = value ?? ""; } = "";

    /// <summary>The name under which the database knows it, unique within the type.</summary>
    public string FullName { get; init => field = value ?? ""; } = "";

    public JsonObject Definition { get; init => field = value ?? []; } = [];

    /// <summary>What must exist before it: <c>type.full_name</c>.</summary>
    public IReadOnlyList<string>? Dependencies { get; init; }

    public ObjectStatistics? Statistics { get; init; }

    public IReadOnlyDictionary<string, string>? Metadata { get; init; }
}

/// <summary>What a database knows of an object's size without looking at its rows; what it does not know is absent.</summary>
public sealed record ObjectStatistics
{
    /// <summary>As of the last time the database counted or estimated.</summary>
    public long? RowCount { get; init; }

    public long? SizeBytes { get; init; }

    public long? IndexSizeBytes { get; init; }

    public DateTimeOffset? LastAnalyzed { get; init; }

    public DateTimeOffset? LastModified { get; init; }
}

public sealed record DatabaseSummary
{
    public int TotalObjects { get; init; }

    /// <summary>By type.</summary>
    public IReadOnlyDictionary<string, int> ObjectCounts { get; init => field = value ?? Empty; } = Empty;

    public long? TotalSizeBytes { get; init; }

    public IReadOnlyList<string> SchemasCovered { get; init => field = value ?? []; } = [];

    private static readonly IReadOnlyDictionary<string, int> Empty = new Dictionary<string, int>();
}

public sealed record IntrospectRequest
{
    public string ResourceType { get; init => field = value ?? ""; } = "";

    /// <summary>Of a resource; absent like <see cref="ResourceId"/>: the type itself is asked about.</summary>
    public string? Name { get; init; }

    /// <summary>The name under which the database knows it, where <see cref="Name"/> does not say so.</summary>
    public string? ResourceId { get; init; }

    /// <summary>Absent: everything.</summary>
    public IntrospectOptions? Options { get; init; }
}

public sealed record IntrospectOptions
{
    public bool IncludeSchema { get; init; }

    public bool IncludeMetrics { get; init; }

    public bool IncludeRelations { get; init; }

    /// <summary>Whom it belongs to, in <c>metadata.owner</c>.</summary>
    public bool IncludeSecurity { get; init; }
}

public sealed record IntrospectResponse : Envelope
{
    /// <summary>Every attribute of the type.</summary>
    public ObjectType? Schema { get; init; }

    public ObjectStatistics? Metrics { get; init; }

    public IReadOnlyList<ObjectRelation>? Relations { get; init; }

    public JsonObject Metadata { get; init => field = value ?? []; } = [];

    /// <summary>What can be done with objects of the type.</summary>
    public IReadOnlyList<string>? Capabilities { get; init; }

    public JsonObject? Definition { get; init; }
}

public sealed record ObjectRelation
{
    /// <summary>The other object's name in the database.</summary>
    public string ResourceId { get; init => field = value ?? ""; } = "";

    public string ResourceType { get; init => field = value ?? ""; } = "";

    /// <summary><c>depends_on</c>: it needs the other one; <c>references</c>: the other one needs it; <c>contains</c>: the other one is in it.</summary>
    public string RelationType { get; init => field = value ?? ""; } = "";

    public JsonObject? Properties { get; init; }
}
