using System.Collections;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace Kolumn.Sdk.Resources;

/// <summary>
/// Definitions as records in a handler and as canonical JSON everywhere else: what has its default value (null, false, an empty list)
/// is left out, so that equal objects have equal JSON.
/// </summary>
public sealed class DefinitionFormat
{
    private readonly JsonSerializerOptions _options;

    /// <param name="context">Knows the records; null members are left out by it.</param>
    public DefinitionFormat(JsonSerializerContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        _options = new JsonSerializerOptions(context.Options)
        {
            TypeInfoResolver = context.WithAddedModifier(LeaveOutEmptyLists),
            Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        };
    }

    public JsonObject Write<T>(T definition) => JsonSerializer.SerializeToNode(definition, TypeInfo<T>())!.AsObject();

    public T Read<T>(JsonObject definition) => definition.Deserialize(TypeInfo<T>())!;

    /// <summary>Records with lists in them are compared by what they say.</summary>
    public bool AreEqual<T>(T left, T right) =>
        JsonSerializer.Serialize(left, TypeInfo<T>()) == JsonSerializer.Serialize(right, TypeInfo<T>());

    private JsonTypeInfo<T> TypeInfo<T>() => (JsonTypeInfo<T>)_options.GetTypeInfo(typeof(T));

    private static void LeaveOutEmptyLists(JsonTypeInfo type)
    {
        foreach (var property in type.Properties)
        {
            if (property.PropertyType != typeof(string) && property.PropertyType.IsAssignableTo(typeof(IEnumerable)))
            {
                property.ShouldSerialize = static (_, value) => value is ICollection { Count: > 0 };
            }
        }
    }
}
