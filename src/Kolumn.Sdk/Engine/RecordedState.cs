using System.Text.Json;
using System.Text.Json.Nodes;
using Kolumn.Protocol.Schema;

namespace Kolumn.Sdk.Engine;

/// <summary>
/// What the state records of an object: its definition as the catalog reported it and, under <c>_config_hash</c>, the hash of
/// the description that led to it. As long as a configuration describes the same, the recorded definition is what is desired
/// and nobody has to ask the server how it would spell it.
/// </summary>
internal sealed class RecordedState
{
    public const string HashMember = "_config_hash";

    private const string RenamesMember = "_renamed_from";

    private JsonObject? _definition;

    private RecordedState(JsonObject whole) => Whole = whole;

    /// <summary>As it was handed out; never changed.</summary>
    public JsonObject Whole { get; }

    /// <summary>Without the hash and the renamings. A copy, made when it is first asked for: most of what is recorded stands as it is.</summary>
    public JsonObject Definition
    {
        get
        {
            if (_definition is null)
            {
                var definition = (JsonObject)Whole.DeepClone();
                definition.Remove(HashMember);
                definition.Remove(RenamesMember);
                _definition = definition;
            }

            return _definition;
        }
    }

    /// <summary>null for what was recorded by something else, for example by an import.</summary>
    public string? DescriptionHash => Whole[HashMember] is JsonValue hash && hash.TryGetValue<string>(out var text) ? text : null;

    /// <summary>Renamings that are done, by <see cref="RenameWish.Key"/>: a swap of two names cannot be told from its being done otherwise.</summary>
    public IReadOnlyDictionary<string, string> Renames => (Whole[RenamesMember] as JsonObject ?? [])
        .Where(r => r.Value?.GetValueKind() == JsonValueKind.String)
        .ToDictionary(r => r.Key, r => r.Value!.GetValue<string>(), StringComparer.Ordinal);

    public static RecordedState? Read(JsonObject? state) => state is null || state.Count == 0 ? null : new RecordedState(state);

    /// <summary>Whether what exists is exactly what is recorded.</summary>
    public bool Is(JsonObject definition)
    {
        var own = (Whole.ContainsKey(HashMember) ? 1 : 0) + (Whole.ContainsKey(RenamesMember) ? 1 : 0);
        return Whole.Count - own == definition.Count
            && definition.All(member => Whole.TryGetPropertyValue(member.Key, out var recorded) && JsonNode.DeepEquals(recorded, member.Value));
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
