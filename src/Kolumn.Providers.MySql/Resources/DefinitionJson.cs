using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Kolumn.Providers.MySql.Resources.Accounts;
using Kolumn.Providers.MySql.Resources.Indexes;
using Kolumn.Providers.MySql.Resources.Privileges;
using Kolumn.Providers.MySql.Resources.Programs;
using Kolumn.Providers.MySql.Resources.Schemas;
using Kolumn.Providers.MySql.Resources.Sequences;
using Kolumn.Providers.MySql.Resources.Tables;
using Kolumn.Providers.MySql.Resources.Views;
using Kolumn.Providers.MySql.Sql;

namespace Kolumn.Providers.MySql.Resources;

/// <summary>The definitions of this provider as records and as JSON (<see cref="DefinitionFormat"/>).</summary>
internal static class DefinitionJson
{
    public static DefinitionFormat Format { get; } = new(DefinitionJsonContext.Default);

    public static bool AreEqual<T>(T left, T right) => Format.AreEqual(left, right);

    /// <summary>The name of something in a database.</summary>
    public static string IdentityOf(JsonObject definition) => new MySqlName((string?)definition["schema"], (string)definition["name"]!).ToString();
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    GenerationMode = JsonSourceGenerationMode.Metadata)]
[JsonSerializable(typeof(SchemaDefinition))]
[JsonSerializable(typeof(TableDefinition))]
[JsonSerializable(typeof(IndexDefinition))]
[JsonSerializable(typeof(ViewDefinition))]
[JsonSerializable(typeof(SequenceDefinition))]
[JsonSerializable(typeof(AccountDefinition))]
[JsonSerializable(typeof(GrantDefinition))]
[JsonSerializable(typeof(TriggerDefinition))]
[JsonSerializable(typeof(RoutineDefinition))]
[JsonSerializable(typeof(EventDefinition))]
[JsonSerializable(typeof(KeyDefinition))]
[JsonSerializable(typeof(CheckDefinition))]
[JsonSerializable(typeof(ForeignKeyDefinition))]
internal sealed partial class DefinitionJsonContext : JsonSerializerContext;
