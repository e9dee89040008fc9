using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
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

/// <summary>The definitions of this provider as records and as JSON (<see cref="DefinitionFormat"/>).</summary>
internal static class DefinitionJson
{
    private static readonly DefinitionFormat Format = new(DefinitionJsonContext.Default);

    public static JsonObject Write<T>(T definition) => Format.Write(definition);

    public static T Read<T>(JsonObject definition) => Format.Read<T>(definition);

    /// <summary>The qualified name of something in a schema; of a definition that names none it is looked for in the default one.</summary>
    public static string IdentityOf(JsonObject definition) =>
        new QualifiedName((string?)definition["schema"] ?? QualifiedName.DefaultSchema, (string)definition["name"]!).ToString();

    /// <summary>Records with lists in them are compared by what they say.</summary>
    public static bool AreEqual<T>(T left, T right) => Format.AreEqual(left, right);
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
