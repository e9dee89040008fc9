using Kolumn.Protocol;

namespace Kolumn.Core.Discovering;

/// <summary>What to discover, and where to write it.</summary>
public sealed record DiscoverOptions
{
    /// <summary>The provider block, <c>postgres</c> or <c>postgres.production</c>; null where there is only one.</summary>
    public string? Provider { get; init; }

    /// <summary>Made when it does not exist; null to write nothing.</summary>
    public string? Directory { get; init; }
}

/// <param name="Diagnostics">Also what exists and cannot be written, by name.</param>
/// <param name="Provider">The instance that was asked; null when it did not come that far.</param>
/// <param name="Files">The configuration of what exists and is not recorded yet; empty after an error.</param>
/// <param name="Managed">How many of the resources that exist are recorded already, and so were left out.</param>
public sealed record DiscoverResult(IReadOnlyList<Diagnostic> Diagnostics, string? Provider, IReadOnlyList<DiscoveredFile> Files, int Managed)
    : EngineResult(Diagnostics);

/// <summary>One file of the configuration.</summary>
/// <param name="Name">For example <c>tables.kl</c>.</param>
/// <param name="Path">Where it was written; null when it was not.</param>
/// <param name="Text">What it holds.</param>
/// <param name="Resources">The addresses of the resources in it, in their order.</param>
public sealed record DiscoveredFile(string Name, string? Path, string Text, IReadOnlyList<string> Resources);
