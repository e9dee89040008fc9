using System.Text.Json;
using System.Text.Json.Nodes;
using Kolumn.Protocol;
using Kolumn.Protocol.Payloads;
using Kolumn.Protocol.Schema;
using Kolumn.Sdk;

namespace Kolumn.Assistance;

/// <summary>
/// One resource type of an assisted provider. Its objects are known by their <c>name</c>. What its functions report of an object, of the
/// attributes in its schema, is the definition: equal to the config, defaults filled in, unless something differs.
/// </summary>
internal sealed class AssistedHandler : IResourceHandler<AssistedSession>, IOperationHandler<AssistedSession>, IKeepingHandler, IHazardHandler
{
    private const string Name = "name";

    private readonly string _type;
    private readonly bool _takesName;
    private readonly bool _holdsData;

    public AssistedHandler(ResourceTypeDefinition type)
    {
        _type = type.Name;
        Description = type.Description;
        _takesName = type.ConfigSchema.Attributes.ContainsKey(Name);
        _holdsData = type.HoldsData ?? true;
        Schema = DefinitionShape.SchemaOf(type);
        Kept =
        [
            .. type.ConfigSchema.Attributes.Keys.Where(a => a != Name && type.StateSchema.Attributes.GetValueOrDefault(a) is { Computed: true }),
        ];
    }

    public string Description { get; }

    public ObjectType Schema { get; }

    /// <summary>What the config schema offers and the state schema calls computed: written by whoever wants to, chosen by the provider otherwise.</summary>
    public IReadOnlyCollection<string> Kept { get; }

    public JsonObject Describe(JsonObject config, DescribeContext context) => DefinitionShape.Describe(config, Schema, context);

    public string IdentityOf(JsonObject definition) => definition[Name] is JsonValue name && name.GetValueKind() == JsonValueKind.String && name.GetValue<string>() is { Length: > 0 } text
        ? text
        : throw new ProviderException(Diagnostic.Error(DiagnosticCodes.InvalidValue, $"a {_type} has no name", "Give it one."));

    public IEnumerable<ObjectReference> Requires(JsonObject definition) => DefinitionShape.ReferencesIn(definition, Schema);

    /// <summary>A single object is read, several are discovered: the number of calls does not depend on theirs.</summary>
    public async Task<IReadOnlyList<JsonObject>> ReadAsync(AssistedSession session, IReadOnlyCollection<string>? identities, CancellationToken cancellationToken)
    {
        if (identities is { Count: 1 } && identities.First() is var only)
        {
            var state = await session.Functions.ReadAsync(_type, only, cancellationToken);
            return state is null ? [] : [Definition(only, state, [])];
        }

        if (identities is { Count: 0 })
        {
            return [];
        }

        var wanted = identities?.ToHashSet(StringComparer.Ordinal);
        var found = await session.Functions.DiscoverAsync(_type, identities, cancellationToken);
        return [.. found.Select(r => Definition(r.Name, r.State, r.Config)).Where(d => wanted is null || wanted.Contains(IdentityOf(d)))];
    }

    /// <summary>What is deleted is lost, and so is a named part of an object, a column of a table.</summary>
    public IReadOnlyList<Hazard> HazardsOf(string action, JsonObject actual, IReadOnlyDictionary<string, AttributeChange> changes)
    {
        if (!_holdsData)
        {
            return [];
        }

        var parts = changes.Where(c => c.Value.Action == ResourceActions.Delete && c.Value.OldValue is JsonObject).Select(c => c.Key).ToList();
        return action != ResourceActions.Update ? [new Hazard(Hazard.DataLoss, $"{_type} {IdentityOf(actual)} is deleted with everything in it; its provider keeps nothing.")]
            : parts.Count > 0 ? [new Hazard(Hazard.DataLoss, $"{string.Join(", ", parts)} of {_type} {IdentityOf(actual)} may go with what it holds.")]
            : [];
    }

    public JsonObject ToConfig(JsonObject definition) => DefinitionShape.ToConfig(definition, Schema, withDefaults: false);

    public async Task<JsonObject> CreateAsync(AssistedSession session, JsonObject definition, CancellationToken cancellationToken)
    {
        await session.Functions.CreateAsync(_type, IdentityOf(definition), Config(definition), cancellationToken);
        return definition;
    }

    public async Task<JsonObject> UpdateAsync(AssistedSession session, JsonObject actual, JsonObject desired, CancellationToken cancellationToken)
    {
        await session.Functions.UpdateAsync(_type, IdentityOf(actual), Config(desired), actual, cancellationToken);
        return desired;
    }

    public Task DeleteAsync(AssistedSession session, JsonObject definition, CancellationToken cancellationToken) =>
        session.Functions.DeleteAsync(_type, IdentityOf(definition), definition, cancellationToken);

    private JsonObject Config(JsonObject definition)
    {
        var config = DefinitionShape.ToConfig(definition, Schema, withDefaults: true);
        if (!_takesName)
        {
            config.Remove(Name);
        }

        return config;
    }

    private JsonObject Definition(string name, JsonObject state, JsonObject config)
    {
        var definition = DefinitionShape.Known(state, Schema);
        foreach (var (attribute, value) in DefinitionShape.Known(config, Schema))
        {
            definition.TryAdd(attribute, value?.DeepClone());
        }

        if (definition[Name] is null)
        {
            definition[Name] = name;
        }

        return definition;
    }
}
