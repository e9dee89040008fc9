using System.Text.Json.Nodes;

namespace Kolumn.Protocol.Payloads;

// GetAuditLog: who changed what, newest first. Provider specification, section 3.3.1.

/// <summary>Every member narrows the answer; none asks for the newest entries.</summary>
public sealed record AuditRequest
{
    public string? ResourceType { get; init; }

    public string? Name { get; init; }

    /// <summary>One of <see cref="ResourceActions"/> that change something, or of <see cref="MigrationActions"/>.</summary>
    public string? Action { get; init; }

    public string? Actor { get; init; }

    /// <summary><c>success</c> or <c>failure</c>.</summary>
    public string? Outcome { get; init; }

    /// <summary>At this moment or later.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>Before this moment.</summary>
    public DateTimeOffset? Until { get; init; }

    /// <summary>1 to 1000; absent: 100.</summary>
    public int? Limit { get; init; }

    /// <summary>The <see cref="AuditResponse.NextToken"/> of the page before.</summary>
    public string? PageToken { get; init; }
}

public sealed record AuditResponse : Envelope
{
    public IReadOnlyList<AuditEntry> Entries { get; init => field = value ?? []; } = [];

    public bool HasMore { get; init; }

    public string? NextToken { get; init; }
}

/// <summary>One change of one resource. Holds names of attributes and never their values.</summary>
public sealed record AuditEntry
{
    public string EventId { get; init => field = value ?? ""; } = "";

    /// <summary><c>resource_change</c> or <c>migration</c>.</summary>
    public string EventType { get; init => field = value ?? ""; } = "";

    public DateTimeOffset Timestamp { get; init; }

    /// <summary>The user that Kolumn ran as.</summary>
    public string Actor { get; init => field = value ?? ""; } = "";

    /// <summary>The provider and its version.</summary>
    public string Source { get; init => field = value ?? ""; } = "";

    /// <summary>The resource's address; <c>migration.</c> and its id.</summary>
    public string Target { get; init => field = value ?? ""; } = "";

    public string Action { get; init => field = value ?? ""; } = "";

    /// <summary><c>success</c> or <c>failure</c>.</summary>
    public string Outcome { get; init => field = value ?? ""; } = "";

    /// <summary>May hold <c>identity</c>, <c>changes</c> (attribute paths), <c>statements</c> (how many), <c>hazards</c>, <c>code</c> and <c>error</c>.</summary>
    public JsonObject Details { get; init => field = value ?? []; } = [];

    /// <summary>The id of the host's request.</summary>
    public string? RequestTrace { get; init; }
}
