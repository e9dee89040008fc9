using System.Text.Json.Serialization;
using Kolumn.Providers.Postgres.Sql;
using Kolumn.Sdk.Sql;

namespace Kolumn.Providers.Postgres.Resources.Schemas;

internal sealed record SchemaDefinition : IObjectDefinition
{
    public required string Name { get; init; }

    public string? Comment { get; init; }

    public string? Owner { get; init; }

    [JsonIgnore]
    public SqlObject Sql => new("SCHEMA", SqlIdentifier.Quote(Name));
}
