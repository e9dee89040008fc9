using System.Text.Json;
using System.Text.Json.Nodes;
using Kolumn.Protocol.Schema;

namespace Kolumn.Sdk.Engine;

/// <summary>
/// What the state records of an object: its definition as the catalog reported it and, under <c>_config_hash</c>, the hash of
/// the description that led to it. As long as a configuration describes the same, the recorded definition is what is desired
/// and nobody has to ask the server how it would spell it.
/// </summary>
/// <param name="Definition">Without the hash.</param>
/// <param name="DescriptionHash">null for what was recorded by something else, for example by an import.</param>
internal sealed record RecordedState(JsonObject Definition, string? DescriptionHash)
{
    public const string HashMember = "_config_hash";

    public static RecordedState? Read(JsonObject? state)
    {
        if (state is null || state.Count == 0)
        {
            return null;
        }

        var definition = (JsonObject)state.DeepClone();
        definition.Remove(HashMember, out var hash);
        return new RecordedState(definition, hash?.GetValueKind() == JsonValueKind.String ? hash.GetValue<string>() : null);
    }

    /// <summary>A state to hand out; sensitive attributes stay behind.</summary>
    public static JsonObject Write(JsonObject definition, string? descriptionHash, ObjectType schema)
    {
        var state = SensitiveValues.Without(definition, schema.Attributes);
        if (descriptionHash is not null)
        {
            state[HashMember] = descriptionHash;
        }

        return state;
    }
}
