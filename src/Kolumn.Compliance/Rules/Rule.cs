namespace Kolumn.Compliance.Rules;

/// <summary>One thing that a provider has to do, or should: a line of docs/verify.md.</summary>
/// <param name="Id">Stable; what <c>--only</c> and the reports name it by. The part before the dot is its group.</param>
/// <param name="Clause">Where it is demanded: a section of the provider specification, or <c>protocol</c> for docs/protocol.md, <c>functions</c> for docs/functions.md.</param>
/// <param name="Requirement">Whether missing it fails the verification.</param>
/// <param name="Level">The lowest level that needs it.</param>
/// <param name="Demand">What the provider does, in the present tense, without its subject.</param>
/// <param name="How">How it is found out.</param>
/// <param name="Fix">What its author does about a miss.</param>
public sealed record Rule(string Id, string Clause, Requirement Requirement, ComplianceLevel Level, string Demand, string How, string Fix);

/// <summary>The two words of the specification.</summary>
public enum Requirement
{
    Must,
    Should,
}

/// <summary>How far a provider can be relied upon. Each level includes the ones before it.</summary>
public enum ComplianceLevel
{
    /// <summary>A MUST of <see cref="Core"/> is missed, or could not be looked at.</summary>
    None,

    /// <summary>It starts, says what it is, and handles single resources.</summary>
    Core,

    /// <summary>Everything that it advertises works, under bad input and concurrency too.</summary>
    Full,

    /// <summary>It has everything that its profile demands, follows every SHOULD, and survives a hostile host.</summary>
    Certified,
}
