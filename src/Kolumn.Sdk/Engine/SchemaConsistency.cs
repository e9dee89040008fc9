using Kolumn.Protocol.Schema;

namespace Kolumn.Sdk.Engine;

/// <summary>What a provider's author can get wrong in a schema, found when the provider starts and not when a user trips over it.</summary>
internal static class SchemaConsistency
{
    private static readonly string[] Types =
    [
        AttributeTypes.String, AttributeTypes.Int, AttributeTypes.Number, AttributeTypes.Bool,
        AttributeTypes.List, AttributeTypes.Map, AttributeTypes.Object, AttributeTypes.Any,
    ];

    public static IEnumerable<string> FaultsOf(string owner, ObjectType schema) =>
        schema.Attributes.SelectMany(a => FaultsOf($"{owner}.{a.Key}", a.Value));

    private static IEnumerable<string> FaultsOf(string path, AttributeSchema schema)
    {
        var type = AttributeTypes.Fold(schema.Type);
        if (!Types.Contains(type))
        {
            yield return $"{path} is of type \"{schema.Type}\", which does not exist: {string.Join(", ", Types)} do";
        }

        if (schema is { Required: true, Computed: true })
        {
            yield return $"{path} is required and computed at once";
        }

        if (schema.Default is { } value && !SchemaValidation.IsOf(value, type))
        {
            yield return $"{path} has a default that is not of type {type}";
        }

        if (schema.Attributes is not null && type != AttributeTypes.Object)
        {
            yield return $"{path} has members although it is of type {type}";
        }

        if (schema.Elem is not null && type is not (AttributeTypes.List or AttributeTypes.Map))
        {
            yield return $"{path} has an element type although it is of type {type}";
        }

        var nested = (schema.Validators ?? [])
            .Select(v => ValidatorChecks.DefinitionFaultOf(v) is { } fault ? $"{path}, validator {v.Type}: {fault}" : null)
            .OfType<string>()
            .Concat(schema.Elem is null ? [] : FaultsOf($"{path}[]", schema.Elem))
            .Concat((schema.Attributes ?? new Dictionary<string, AttributeSchema>()).SelectMany(a => FaultsOf($"{path}.{a.Key}", a.Value)));
        foreach (var fault in nested)
        {
            yield return fault;
        }
    }
}
