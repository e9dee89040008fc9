using Kolumn.Compliance.Rules;

namespace Kolumn.Compliance;

/// <summary>What became of one rule in one place.</summary>
public enum Verdict
{
    Passed,

    /// <summary>The rule is missed.</summary>
    Failed,

    /// <summary>Not asked, for a reason that the provider or its author gave: a function that is not advertised, a type to be left out.</summary>
    Skipped,

    /// <summary>Could not be looked at: something before it failed, or nobody said what a valid configuration is.</summary>
    Unknown,
}

/// <summary>One rule, tried in one place.</summary>
public sealed record Finding
{
    public required Rule Rule { get; init; }

    public required Verdict Verdict { get; init; }

    /// <summary>The resource type, function or attribute that it was tried on; empty for the provider as a whole.</summary>
    public string Subject { get; init; } = "";

    /// <summary>What is wrong, or why it was not asked; empty where it passed.</summary>
    public string What { get; init; } = "";

    /// <summary>The call that showed it, shortened; null where there was none.</summary>
    public string? Sent { get; init; }

    /// <summary>What came back, shortened.</summary>
    public string? Received { get; init; }

    /// <summary>Whether it fails the verification.</summary>
    public bool IsMiss => Verdict == Verdict.Failed && Rule.Requirement == Requirement.Must;
}
