using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Kolumn.Providers.Postgres.Resources.Databases;
using Kolumn.Providers.Postgres.Resources.Extensions;
using Kolumn.Providers.Postgres.Resources.Indexes;
using Kolumn.Providers.Postgres.Resources.Policies;
using Kolumn.Providers.Postgres.Resources.Privileges;
using Kolumn.Providers.Postgres.Resources.Publications;
using Kolumn.Providers.Postgres.Resources.Roles;
using Kolumn.Providers.Postgres.Resources.Routines;
using Kolumn.Providers.Postgres.Resources.Schemas;
using Kolumn.Providers.Postgres.Resources.Sequences;
using Kolumn.Providers.Postgres.Resources.Tables;
using Kolumn.Providers.Postgres.Resources.Triggers;
using Kolumn.Providers.Postgres.Resources.Types;
using Kolumn.Providers.Postgres.Resources.Views;
using Kolumn.Providers.Postgres.Sql;

namespace Kolumn.Providers.Postgres.Resources;

/// <summary>
/// Definitions as records here and as canonical JSON everywhere else: what has its default value (null, false, an empty list)
/// is left out, so that equal objects have equal JSON.
/// </summary>
internal static class DefinitionJson
{
    private static readonly JsonSerializerOptions Options = new(DefinitionJsonContext.Default.Options)
    {
        TypeInfoResolver = DefinitionJsonContext.Default.WithAddedModifier(LeaveOutEmptyLists),
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static JsonObject Write<T>(T definition) => JsonSerializer.SerializeToNode(definition, TypeInfo<T>())!.AsObject();

    public static T Read<T>(JsonObject definition) => definition.Deserialize(TypeInfo<T>())!;

    /// <summary>The qualified name of something in a schema; of a definition that names none it is looked for in the default one.</summary>
    public static string IdentityOf(JsonObject definition) =>
        new QualifiedName((string?)definition["schema"] ?? QualifiedName.DefaultSchema, (string)definition["name"]!).ToString();

    /// <summary>Records with lists in them are compared by what they say.</summary>
    public static bool AreEqual<T>(T left, T right) =>
        JsonSerializer.Serialize(left, TypeInfo<T>()) == JsonSerializer.Serialize(right, TypeInfo<T>());

    private static JsonTypeInfo<T> TypeInfo<T>() => (JsonTypeInfo<T>)Options.GetTypeInfo(typeof(T));

    private static void LeaveOutEmptyLists(JsonTypeInfo type)
    {
        foreach (var property in type.Properties)
        {
            if (property.PropertyType != typeof(string) && property.PropertyType.IsAssignableTo(typeof(System.Collections.IEnumerable)))
            {
                property.ShouldSerialize = static (_, value) => value is System.Collections.ICollection { Count: > 0 };
            }
        }
    }
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    GenerationMode = JsonSourceGenerationMode.Metadata)]
[JsonSerializable(typeof(RoleDefinition))]
[JsonSerializable(typeof(DatabaseDefinition))]
[JsonSerializable(typeof(SchemaDefinition))]
[JsonSerializable(typeof(ExtensionDefinition))]
[JsonSerializable(typeof(TypeDefinition))]
[JsonSerializable(typeof(SequenceDefinition))]
[JsonSerializable(typeof(TableDefinition))]
[JsonSerializable(typeof(IndexDefinition))]
[JsonSerializable(typeof(ViewDefinition))]
[JsonSerializable(typeof(MaterializedViewDefinition))]
[JsonSerializable(typeof(FunctionDefinition))]
[JsonSerializable(typeof(ProcedureDefinition))]
[JsonSerializable(typeof(TriggerDefinition))]
[JsonSerializable(typeof(PartitionDefinition))]
[JsonSerializable(typeof(PolicyDefinition))]
[JsonSerializable(typeof(PublicationDefinition))]
[JsonSerializable(typeof(PublishedTable))]
[JsonSerializable(typeof(GrantDefinition))]
[JsonSerializable(typeof(DefaultPrivilegesDefinition))]
internal sealed partial class DefinitionJsonContext : JsonSerializerContext;
