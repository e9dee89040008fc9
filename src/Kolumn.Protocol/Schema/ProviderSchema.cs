using System.Text.Json.Nodes;

namespace Kolumn.Protocol.Schema;

/// <summary>What the Schema method returns: provider specification, section 7.1, completed with what a host needs to negotiate.</summary>
public sealed record ProviderSchema
{
    /// <summary>The provider's short name, which is also the prefix of its types: <c>postgres</c> owns <c>postgres_table</c>.</summary>
    public required string Name { get; init; }

    public required string Version { get; init; }

    /// <summary>For example <c>database</c>.</summary>
    public string Category { get; init => field = value ?? "database"; } = "database";

    public string Description { get; init => field = value ?? ""; } = "";

    public string? DisplayName { get; init; }

    /// <summary>The protocol's version, <c>1</c> today.</summary>
    public int ProtocolVersion { get; init => field = value == 0 ? 1 : value; } = 1;

    public IReadOnlyList<ResourceTypeDefinition> ResourceTypes { get; init => field = value ?? []; } = [];

    /// <summary>Exactly the functions that CallFunction routes.</summary>
    public IReadOnlyList<string> SupportedFunctions { get; init => field = value ?? []; } = [];

    /// <summary>What the provider block takes.</summary>
    public ObjectType? ConfigSchema { get; init; }

    /// <summary>Named abilities, for example <c>transactional_ddl</c>.</summary>
    public IReadOnlyDictionary<string, bool>? Capabilities { get; init; }
}

/// <summary>One resource type: provider specification, section 7.2.</summary>
public sealed record ResourceTypeDefinition
{
    /// <summary>Without the provider's prefix: <c>table</c>.</summary>
    public required string Name { get; init; }

    public string Description { get; init => field = value ?? ""; } = "";

    /// <summary>What a user may write: the attributes that are not computed.</summary>
    public ObjectType ConfigSchema { get; init => field = value ?? new(); } = new();

    /// <summary>What the state records: every attribute.</summary>
    public ObjectType StateSchema { get; init => field = value ?? new(); } = new();

    /// <summary>Of <see cref="ResourceActions"/> and <c>discover</c>.</summary>
    public IReadOnlyList<string> Operations { get; init => field = value ?? []; } = [];

    public string? Category { get; init; }

    /// <summary>
    /// false for a kind whose objects can be made again from their configuration with nothing lost, as an index can. A host that plans for the
    /// provider calls deleting any other a loss of data.
    /// </summary>
    public bool? HoldsData { get; init; }
}

/// <summary>Attributes by name: provider specification, section 7.3.</summary>
public sealed record ObjectType
{
    public IReadOnlyDictionary<string, AttributeSchema> Attributes { get; init => field = value ?? Empty; } = Empty;

    private static readonly IReadOnlyDictionary<string, AttributeSchema> Empty = new Dictionary<string, AttributeSchema>();
}

/// <summary>One attribute: provider specification, section 7.3, with the element and member types it lacks.</summary>
public sealed record AttributeSchema
{
    /// <summary>One of <see cref="AttributeTypes"/>.</summary>
    public required string Type { get; init; }

    public string Description { get; init => field = value ?? ""; } = "";

    public bool Required { get; init; }

    /// <summary>Filled in by the provider; a user may not write it.</summary>
    public bool Computed { get; init; }

    /// <summary>Never shown, logged or stored.</summary>
    public bool Sensitive { get; init; }

    public JsonNode? Default { get; init; }

    public IReadOnlyList<ValidatorSpec>? Validators { get; init; }

    /// <summary>The type of a list's elements or a map's values.</summary>
    public AttributeSchema? Elem { get; init; }

    /// <summary>The members of an <c>object</c>.</summary>
    public IReadOnlyDictionary<string, AttributeSchema>? Attributes { get; init; }

    /// <summary>A change to it deletes and creates the resource again.</summary>
    public bool ForceNew { get; init; }

    /// <summary>What to use instead, when the attribute should no longer be written.</summary>
    public string? Deprecated { get; init; }

    public string? DocUrl { get; init; }

    /// <summary>Types, without the provider's prefix, of which a text here names a resource: a host may write the resource's address instead.</summary>
    public IReadOnlyList<string>? References { get; init; }
}

/// <summary>The words an <see cref="AttributeSchema.Type"/> may be; aliases of other languages are folded when read.</summary>
public static class AttributeTypes
{
    public const string String = "string";
    public const string Int = "int";
    public const string Number = "number";
    public const string Bool = "bool";
    public const string List = "list";
    public const string Map = "map";
    public const string Object = "object";
    public const string Any = "any";

    public static string Fold(string type) => type switch
    {
        "integer" => Int,
        "boolean" => Bool,
        "array" => List,
        "float" => Number,
        _ => type,
    };
}

/// <summary>
/// A check on an attribute's value: <c>regex</c> (value: the pattern), <c>enum</c> (value: the list), <c>range</c> and
/// <c>length</c> (value: <c>{min?, max?}</c>, length in characters or elements).
/// </summary>
public sealed record ValidatorSpec
{
    public required string Type { get; init; }

    public JsonNode? Value { get; init; }

    public string Message { get; init => field = value ?? ""; } = "";
}
