using Kolumn.Core.Configuration;
using Kolumn.Protocol.Json;
using Kolumn.Protocol.Payloads;
using Kolumn.Protocol.Runtime;

namespace Kolumn.Core.Planning;

/// <summary>What is asked of one provider instance in one call, with what is needed to record the answer.</summary>
/// <param name="Instance">Whom it is asked.</param>
/// <param name="Resources">The wanted ones, in the order of the text.</param>
/// <param name="Deletions">Recorded ones that nobody wants any more.</param>
/// <param name="Request">The same for the runtime.</param>
internal sealed record BatchRequest(
    string Instance, IReadOnlyList<ConfiguredResource> Resources, IReadOnlyList<ResourceInstance> Deletions, RuntimePlanRequest Request)
{
    private readonly Dictionary<string, ConfiguredResource> _byAddress = Resources.ToDictionary(r => r.Address, StringComparer.Ordinal);

    private readonly Dictionary<string, ResourceInstance> _deletions = Deletions.ToDictionary(r => r.Address, StringComparer.Ordinal);

    public ConfiguredResource? Find(string address) => _byAddress.GetValueOrDefault(address);

    public ResourceInstance? FindDeletion(string address) => _deletions.GetValueOrDefault(address);

    /// <summary>A fingerprint of what was asked.</summary>
    public string Hash() => CanonicalJson.Hash(PayloadJson.ToNode(Request));
}
