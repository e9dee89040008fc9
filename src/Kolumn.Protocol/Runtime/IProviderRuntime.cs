using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Kolumn.Protocol.Payloads;
using Kolumn.Protocol.Schema;

namespace Kolumn.Protocol.Runtime;

/// <summary>
/// One configured provider as Core sees it, wherever it runs: the provider runtime contract. Methods may be called from any
/// thread, one at a time; what a user can put right comes back as diagnostics, everything else is an exception.
/// </summary>
public interface IProviderRuntime : IAsyncDisposable
{
    /// <summary>Configures and connects. Nothing but <see cref="CapabilitiesAsync"/> and <see cref="CloseAsync"/> works before it succeeded.</summary>
    Task<InitResult> InitAsync(InitRequest request, CancellationToken cancellationToken);

    Task<Capabilities> CapabilitiesAsync(CancellationToken cancellationToken);

    /// <summary>Compares what is desired with what exists; changes nothing.</summary>
    Task<RuntimePlan> PlanAsync(RuntimePlanRequest request, CancellationToken cancellationToken);

    /// <summary>Does what a plan says, after checking that it still holds.</summary>
    Task<RuntimeApplyResult> ApplyAsync(ApplyRequest request, CancellationToken cancellationToken);

    /// <summary>Reads what exists.</summary>
    Task<InspectResult> InspectAsync(InspectRequest request, CancellationToken cancellationToken);

    /// <summary>Idempotent; ends the process where there is one.</summary>
    Task CloseAsync(CancellationToken cancellationToken);
}

/// <param name="Provider">The instance, <c>postgres</c> or <c>postgres.production</c>.</param>
/// <param name="Connection">The provider block's attributes. May hold secrets: never logged.</param>
public sealed record InitRequest(string Provider, JsonObject Connection)
{
    /// <summary>Behaviour flags of the host's own, such as <c>transport</c>.</summary>
    public JsonObject? Settings { get; init; }

    /// <summary>For diagnosis only: workspace, run id.</summary>
    public IReadOnlyDictionary<string, string>? Metadata { get; init; }
}

public sealed record InitResult(IReadOnlyList<Diagnostic> Diagnostics)
{
    public bool Success => Diagnostics.All(d => d.Severity != Severity.Error);
}

/// <summary>What a provider is and can do.</summary>
public sealed record Capabilities
{
    public required string Provider { get; init; }

    public required string Version { get; init; }

    /// <summary>The protocol's version.</summary>
    public required int Protocol { get; init; }

    public IReadOnlyDictionary<string, bool> Features { get; init; } = new Dictionary<string, bool>();

    public IReadOnlyList<ResourceKind> ResourceKinds { get; init; } = [];

    /// <summary>What the provider block takes, where the provider says so.</summary>
    public ObjectType? ConfigSchema { get; init; }

    public IReadOnlyList<string> SupportedFunctions { get; init; } = [];
}

/// <param name="Type">The full type, <c>postgres_table</c>.</param>
public sealed record ResourceKind(string Type, string Description, IReadOnlyList<string> Operations, ObjectType ConfigSchema, ObjectType StateSchema);

/// <summary>Desired and current state of one provider instance. What is current and not desired is to be deleted.</summary>
public sealed record RuntimePlanRequest
{
    public IReadOnlyList<DesiredResource> DesiredState { get; init => field = value ?? []; } = [];

    public IReadOnlyList<ResourceInstance> CurrentState { get; init => field = value ?? []; } = [];

    public PlanOptions? Options { get; init; }
}

public sealed record DesiredResource
{
    public required string Type { get; init; }

    public required string Name { get; init; }

    public JsonObject Config { get; init => field = value ?? []; } = [];

    /// <summary>Addresses of the same provider instance.</summary>
    public IReadOnlyList<string> DependsOn { get; init => field = value ?? []; } = [];

    [JsonIgnore]
    public string Address => new ResourceAddress(Type, Name).ToString();
}

/// <summary>What would be done. Operations stand in the order of execution.</summary>
public sealed record RuntimePlan
{
    public string Provider { get; init => field = value ?? ""; } = "";

    public IReadOnlyList<PlannedResource> Operations { get; init => field = value ?? []; } = [];

    /// <summary>Any error means that there is nothing to apply.</summary>
    public IReadOnlyList<Diagnostic> Diagnostics { get; init => field = value ?? []; } = [];

    /// <summary>See <see cref="PlanResponse.PlanHash"/>.</summary>
    public string? PlanHash { get; init; }

    [JsonIgnore]
    public bool Success => Diagnostics.All(d => d.Severity != Severity.Error);
}

/// <param name="Request">What <see cref="IProviderRuntime.PlanAsync"/> was asked.</param>
/// <param name="Plan">What it answered.</param>
public sealed record ApplyRequest(RuntimePlanRequest Request, RuntimePlan Plan)
{
    /// <summary>Told about progress as it happens, and of each success once before the call returns; called on any thread, one event at a time.</summary>
    public Action<ProviderEvent>? OnEvent { get; init; }
}

public sealed record RuntimeApplyResult
{
    public required bool Success { get; init; }

    public IReadOnlyList<ApplyResult> Results { get; init; } = [];

    public IReadOnlyList<Diagnostic> Diagnostics { get; init; } = [];

    /// <summary>Nothing has changed although something was begun.</summary>
    public bool RolledBack { get; init; }
}

/// <summary>What to read: <see cref="Resources"/>, else everything of <see cref="Types"/>, else every type.</summary>
public sealed record InspectRequest
{
    public IReadOnlyList<ResourceInstance> Resources { get; init; } = [];

    public IReadOnlyList<string> Types { get; init; } = [];
}

public sealed record InspectResult
{
    public IReadOnlyList<DiscoveredResource> State { get; init; } = [];

    public IReadOnlyList<Diagnostic> Diagnostics { get; init; } = [];
}
