using System.Text.Json.Nodes;

namespace Kolumn.Protocol.Payloads;

// BatchOperation: several functions in one call. Provider specification, section 14.2.

public sealed record BatchRequest
{
    /// <summary>One of <see cref="BatchModes"/>; absent: sequential.</summary>
    public string? Mode { get; init; }

    /// <summary>Absent: true for sequential, false for best effort. Atomic always stops.</summary>
    public bool? StopOnError { get; init; }

    public IReadOnlyList<BatchStep> Operations { get; init => field = value ?? []; } = [];
}

public sealed record BatchStep
{
    /// <summary>The caller's name for it.</summary>
    public string? Id { get; init; }

    public string Function { get; init => field = value ?? ""; } = "";

    public JsonObject? Input { get; init; }
}

public sealed record BatchResponse : Envelope
{
    /// <summary>One for each operation, in their order.</summary>
    public IReadOnlyList<BatchResult> Results { get; init => field = value ?? []; } = [];

    public int Succeeded { get; init; }

    public int Failed { get; init; }

    /// <summary>Atomic: everything is as it was.</summary>
    public bool RolledBack { get; init; }
}

public sealed record BatchResult
{
    public string? Id { get; init; }

    public int Index { get; init; }

    public string Function { get; init => field = value ?? ""; } = "";

    public bool Success { get; init; }

    /// <summary>What the function answered, failures included; absent when it was not called.</summary>
    public JsonObject? Output { get; init; }

    public string? Error { get; init; }
}

public static class BatchModes
{
    /// <summary>All of them or none, in one transaction.</summary>
    public const string Atomic = "atomic";

    /// <summary>One after the other until one fails.</summary>
    public const string Sequential = "sequential";

    /// <summary>Every one of them, whatever becomes of the others.</summary>
    public const string BestEffort = "best_effort";
}
