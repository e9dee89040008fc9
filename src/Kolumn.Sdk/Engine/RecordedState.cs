using System.Text.Json;
using System.Text.Json.Nodes;
using Kolumn.Protocol.Schema;

namespace Kolumn.Sdk.Engine;

/// <summary>
/// What the state records of an object: its definition as the catalog reported it and, under <c>_config_hash</c>, the hash of
/// the description that led to it. As long as a configuration describes the same, the recorded definition is what is desired
/// and nobody has to ask the server how it would spell it.
/// </summary>
/// <param name="Definition">Without the hash and the renamings.</param>
/// <param name="DescriptionHash">null for what was recorded by something else, for example by an import.</param>
internal sealed record RecordedState(JsonObject Definition, string? DescriptionHash)
{
    public const string HashMember = "_config_hash";

    private const string RenamesMember = "_renamed_from";

    /// <summary>Renamings that are done, by <see cref="RenameWish.Key"/>: a swap of two names cannot be told from its being done otherwise.</summary>
    public IReadOnlyDictionary<string, string> Renames { get; init; } = new Dictionary<string, string>();

    public static RecordedState? Read(JsonObject? state)
    {
        if (state is null || state.Count == 0)
        {
            return null;
        }

        var definition = (JsonObject)state.DeepClone();
        definition.Remove(HashMember, out var hash);
        definition.Remove(RenamesMember, out var renames);
        return new RecordedState(definition, hash?.GetValueKind() == JsonValueKind.String ? hash.GetValue<string>() : null)
        {
            Renames = (renames as JsonObject ?? []).Where(r => r.Value?.GetValueKind() == JsonValueKind.String).ToDictionary(r => r.Key, r => r.Value!.GetValue<string>(), StringComparer.Ordinal),
        };
    }

    /// <summary>A state to hand out; sensitive attributes stay behind.</summary>
    /// <param name="wishes">What is renamed by now.</param>
    public static JsonObject Write(JsonObject definition, string? descriptionHash, ObjectType schema, IReadOnlyList<RenameWish>? wishes = null)
    {
        var state = SensitiveValues.Without(definition, schema.Attributes);
        if (descriptionHash is not null)
        {
            state[HashMember] = descriptionHash;
        }

        if (wishes is { Count: > 0 })
        {
            state[RenamesMember] = new JsonObject([.. wishes.Select(wish => KeyValuePair.Create(wish.Key, (JsonNode?)JsonValue.Create(wish.From)))]);
        }

        return state;
    }
}
