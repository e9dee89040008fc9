using Kolumn.Compliance.Rules;

namespace Kolumn.Compliance;

/// <summary>What a verification found.</summary>
public sealed record VerificationReport
{
    /// <summary>The provider's own name; the executable's until its schema is known.</summary>
    public required string Provider { get; init; }

    public string Version { get; init; } = "";

    public required string Executable { get; init; }

    public Profile? Profile { get; init; }

    /// <summary>In the order of <see cref="RuleTable.All"/>.</summary>
    public required IReadOnlyList<Finding> Findings { get; init; }

    /// <summary>Whether only some rules were asked for: then no level can be told.</summary>
    public bool IsPartial { get; init; }

    public TimeSpan Duration { get; init; }

    public IEnumerable<Finding> Misses => Findings.Where(f => f.IsMiss);

    public IEnumerable<Finding> Warnings => Findings.Where(f => f.Verdict == Verdict.Failed && !f.IsMiss);

    /// <summary>
    /// Core and Full need every MUST up to them seen to hold; what the provider does not advertise is not asked. Certified needs every rule, and
    /// nothing left out.
    /// </summary>
    public ComplianceLevel Level
    {
        get
        {
            if (IsPartial || !Holds(ComplianceLevel.Core))
            {
                return ComplianceLevel.None;
            }

            return !Holds(ComplianceLevel.Full) ? ComplianceLevel.Core
                : Findings.Any(f => f.Verdict != Verdict.Passed) ? ComplianceLevel.Full
                : ComplianceLevel.Certified;
        }
    }

    private bool Holds(ComplianceLevel level) => Findings.All(f =>
        f.Rule.Level > level || f.Rule.Requirement == Requirement.Should || f.Verdict is Verdict.Passed or Verdict.Skipped);
}
