using System.Text.Json.Nodes;

namespace Kolumn.Protocol.Payloads;

// ValidateState: whether a state, or one configuration, is sound. Provider specification, section 3.3.1.

public sealed record ValidateRequest
{
    /// <summary>Absent: what SetState brought.</summary>
    public ProviderState? State { get; init; }

    /// <summary>Only resources of these types; none: all.</summary>
    public IReadOnlyList<string> ResourceTypes { get; init => field = value ?? []; } = [];

    /// <summary>A configuration to check instead of a state, or beside the one given.</summary>
    public JsonObject? Config { get; init; }

    /// <summary>The resource type that <see cref="Config"/> is for.</summary>
    public string? ObjectType { get; init; }

    public ValidateOptions? Options { get; init; }
}

public sealed record ValidateOptions
{
    /// <summary>Every warning counts as an error.</summary>
    public bool Strict { get; init; }

    /// <summary>Absent or true: dependencies must exist and make no cycle.</summary>
    public bool? CheckDependencies { get; init; }

    /// <summary>Absent or true: what the state names must exist as recorded.</summary>
    public bool? CheckDatabase { get; init; }
}

public sealed record ValidateResponse : Envelope
{
    /// <summary>There are no errors. <see cref="Envelope.Success"/> only says that the check could be made.</summary>
    public bool Valid { get; init; }

    public IReadOnlyList<ValidationFinding> Errors { get; init => field = value ?? []; } = [];

    public new IReadOnlyList<ValidationFinding> Warnings { get; init => field = value ?? []; } = [];

    /// <summary>What to do, each thing once.</summary>
    public IReadOnlyList<string>? Suggestions { get; init; }

    /// <summary>How many resources and configurations were looked at.</summary>
    public int Checked { get; init; }
}

/// <summary>One thing that is wrong, or may be.</summary>
public sealed record ValidationFinding
{
    public string Code { get; init => field = value ?? ""; } = "";

    public string Message { get; init => field = value ?? ""; } = "";

    /// <summary>The attribute's path.</summary>
    public string? Field { get; init; }

    public Severity Severity { get; init; }

    public string? Suggestion { get; init; }

    public JsonObject? Context { get; init; }

    /// <summary>The resource's address.</summary>
    public string? Resource { get; init; }
}
