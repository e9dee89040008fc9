using Kolumn.Core.Applying;
using Kolumn.Core.Planning;
using Kolumn.Core.State;
using Kolumn.Protocol;
using Kolumn.Protocol.Payloads;

namespace Kolumn.Core;

/// <summary>What a command of the engine came to. It succeeded when there is no error among the diagnostics.</summary>
public abstract record EngineResult(IReadOnlyList<Diagnostic> Diagnostics)
{
    public bool Success => Diagnostics.All(d => d.Severity != Severity.Error);
}

/// <param name="Resources">How many resources the configuration declares.</param>
public sealed record ValidateResult(IReadOnlyList<Diagnostic> Diagnostics, int Resources) : EngineResult(Diagnostics);

/// <param name="Plan">Null when it did not come to a plan; there too when a provider's plan has errors, to show what is known.</param>
public sealed record PlanResult(IReadOnlyList<Diagnostic> Diagnostics, ProjectPlan? Plan) : EngineResult(Diagnostics);

/// <param name="Resources">Everything recorded, what others depend on first; empty when that could not be found out.</param>
public sealed record DriftResult(IReadOnlyList<Diagnostic> Diagnostics, IReadOnlyList<RecordedDrift> Resources) : EngineResult(Diagnostics);

/// <param name="Entries">What is in quarantine, by instance, oldest first.</param>
public sealed record QuarantineResult(IReadOnlyList<Diagnostic> Diagnostics, IReadOnlyList<QuarantinedResource> Entries) : EngineResult(Diagnostics);

/// <param name="Instance">The provider instance whose database keeps it.</param>
public sealed record QuarantinedResource(string Instance, DiscoveredResource Resource)
{
    public QuarantineRecord Record => Resource.Quarantine!;

    public string Address => new ResourceAddress(Resource.Type, Resource.Name).ToString();
}

/// <summary>What is recorded.</summary>
/// <param name="Resources">In the order in which they were first recorded.</param>
public sealed record StateResult(
    IReadOnlyList<Diagnostic> Diagnostics, string? Lineage, long Serial, DateTimeOffset? UpdatedAt, IReadOnlyList<ResourceInstance> Resources, IReadOnlyList<OutputValue> Outputs)
    : EngineResult(Diagnostics)
{
    /// <summary>See <see cref="ProjectState.IsOutcomeUnknown"/>.</summary>
    public static bool IsOutcomeUnknown(ResourceInstance resource) => ProjectState.IsOutcomeUnknown(resource);
}

/// <param name="Directory">The state directory.</param>
/// <param name="IsNew">It did not exist before.</param>
/// <param name="Providers">What the project needs.</param>
public sealed record InitializeResult(IReadOnlyList<Diagnostic> Diagnostics, string? Directory, bool IsNew, IReadOnlyList<Configuration.RequiredProvider> Providers)
    : EngineResult(Diagnostics);

/// <summary>What to apply and who agrees to it.</summary>
public sealed record ApplyOptions
{
    /// <summary>A plan saved before; without it a fresh plan is made.</summary>
    public string? PlanFile { get; init; }

    /// <summary>Names of hazards that may come true; <see cref="ProjectPlan.Destructive"/> ones stop the run when they are not among them.</summary>
    public IReadOnlyCollection<string> AllowedHazards { get; init; } = [];

    /// <summary>Is shown the plan, if there is something to do.</summary>
    public Action<ProjectPlan>? Show { get; init; }

    /// <summary>Asked before anything is done; false turns the plan down. Not asked when there is nothing to do, or it must not be done.</summary>
    public required Func<ProjectPlan, CancellationToken, Task<bool>> Approve { get; init; }
}
