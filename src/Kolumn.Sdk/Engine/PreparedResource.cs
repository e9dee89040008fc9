using System.Text.Json.Nodes;
using Kolumn.Protocol.Payloads;

namespace Kolumn.Sdk.Engine;

/// <summary>One proposal, checked and described without a look at the database.</summary>
internal sealed record PreparedResource<TSession>
    where TSession : IProviderSession
{
    public required PlanResource Request { get; init; }

    public required string Address { get; init; }

    public required ResourceType<TSession> Type { get; init; }

    /// <summary>With the name filled in; null for a delete.</summary>
    public JsonObject? Config { get; init; }

    /// <summary>What the configuration asks for, in the handler's spelling; null for a delete.</summary>
    public JsonObject? Described { get; init; }

    public string? DescriptionHash { get; init; }

    public RecordedState? Recorded { get; init; }

    /// <summary>Of the description; of the recorded state for a delete.</summary>
    public required string Identity { get; init; }

    /// <summary>Where it is recorded under another name than it is described.</summary>
    public string? FormerIdentity { get; init; }

    /// <summary>What its config says about former names.</summary>
    public IReadOnlyList<RenameWish> RenameWishes { get; init; } = [];

    /// <summary>The identity under the former name that the config gives.</summary>
    public string? RenameSource { get; init; }

    /// <summary>For a delete: the address of this plan that manages the same object from now on.</summary>
    public string? MovedTo { get; init; }

    /// <summary>For a create: the address under which the object was managed until now.</summary>
    public string? MovedFrom { get; init; }

    /// <summary>Addresses of this plan that it depends on.</summary>
    public IReadOnlyList<string> Dependencies { get; init; } = [];

    /// <summary>Of this plan, what its handler says it is made from; a delete's may be kept.</summary>
    public IReadOnlyList<string> Requirements { get; init; } = [];

    /// <summary>Of the requirements, those that only exist after it: it is first made without what makes it need them.</summary>
    public IReadOnlyList<string> Postponed { get; init; } = [];

    /// <summary>The recorded definition is what the configuration still describes.</summary>
    public bool IsRecordedAsDescribed => DescriptionHash is not null && Recorded?.DescriptionHash == DescriptionHash;
}

/// <param name="Resources">In the request's order; those with errors are missing.</param>
/// <param name="Order">The same in the order of execution: deletes last, dependants first.</param>
internal sealed record PreparedPlan<TSession>(
    IReadOnlyList<PreparedResource<TSession>> Resources,
    IReadOnlyList<PreparedResource<TSession>> Order,
    IReadOnlyList<Protocol.Diagnostic> Diagnostics)
    where TSession : IProviderSession
{
    /// <summary>How to delete; null: for good.</summary>
    public QuarantinePolicy<TSession>? Quarantine { get; init; }

    /// <summary>All types of the provider, also those that the plan has nothing of.</summary>
    public ResourceTypes<TSession>? Types { get; init; }

    /// <summary>Knows what renaming does to the rest; null: nothing.</summary>
    public IRenameFollower<TSession>? Follower { get; init; }

    public bool Success => Diagnostics.All(d => d.Severity != Protocol.Severity.Error);
}
