using System.Text.Json.Nodes;
using Kolumn.Core.Configuration;
using Kolumn.Protocol.Payloads;

namespace Kolumn.Core.State;

/// <summary>Makes the records of resources: what was configured and what the provider confirmed, without anything sensitive.</summary>
internal static class RecordFactory
{
    private const string ProtectionKey = "prevent_destroy";

    public static bool IsProtected(ResourceInstance record) => record.Metadata?[ProtectionKey]?.GetValue<bool>() == true;

    /// <param name="state">What the provider says exists; empty while that is not known.</param>
    public static ResourceInstance Make(ConfiguredResource resource, JsonObject state, ResourceInstance? before, string lineage, DateTimeOffset now)
    {
        var wire = resource.Wire;
        return new ResourceInstance
        {
            Type = resource.Block.Type,
            Name = resource.Block.Name,
            Provider = resource.Instance,
            Config = SensitiveMark.Cover(wire.Json, wire.Sensitive, resource.Kind.ConfigSchema, wire.Secrets, lineage, resource.Address),
            State = SensitiveMark.Cover(state, wire.Sensitive, resource.Kind.StateSchema, wire.Secrets, lineage, resource.Address),
            DependsOn = resource.DependsOn.Count > 0 ? resource.DependsOn : null,
            Metadata = resource.Meta.PreventDestroy ? new JsonObject { [ProtectionKey] = true } : null,
            CreatedAt = before?.CreatedAt ?? now,
            UpdatedAt = now,
        };
    }
}
