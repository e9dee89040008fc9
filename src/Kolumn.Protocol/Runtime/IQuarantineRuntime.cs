using System.Text.Json.Nodes;
using Kolumn.Protocol.Payloads;

namespace Kolumn.Protocol.Runtime;

/// <summary>A runtime whose provider keeps what it deletes.</summary>
public interface IQuarantineRuntime
{
    /// <summary>What is kept, oldest first; nothing where the provider keeps nothing.</summary>
    Task<InspectResult> QuarantinedAsync(CancellationToken cancellationToken);

    /// <summary>Brings an entry back.</summary>
    Task<QuarantineOutcome> RestoreAsync(DiscoveredResource entry, CancellationToken cancellationToken);

    /// <summary>Drops an entry for good, be it kept long enough or not.</summary>
    Task<QuarantineOutcome> PurgeAsync(DiscoveredResource entry, CancellationToken cancellationToken);
}

/// <param name="State">What exists now; null after a purge or a failure.</param>
/// <param name="Diagnostics">Any error means that nothing was changed.</param>
public sealed record QuarantineOutcome(JsonObject? State, IReadOnlyList<Diagnostic> Diagnostics)
{
    public bool Success => Diagnostics.All(d => d.Severity != Severity.Error);
}
