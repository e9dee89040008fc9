using System.Text.Json.Serialization;
using Kolumn.Providers.Postgres.Sql;
using Kolumn.Sdk.Sql;

namespace Kolumn.Providers.Postgres.Resources.Extensions;

/// <summary>An installed extension as the catalog reports it.</summary>
internal sealed record ExtensionDefinition : IObjectDefinition
{
    public required string Name { get; init; }

    /// <summary>Where its objects live; null for where the extension or the search path puts them.</summary>
    public string? Schema { get; init; }

    /// <summary>null for the extension's default.</summary>
    public string? Version { get; init; }

    public string? Comment { get; init; }

    /// <summary>Nothing changes an extension's owner.</summary>
    [JsonIgnore]
    public string? Owner => null;

    [JsonIgnore]
    public SqlObject Sql => new("EXTENSION", SqlIdentifier.Quote(Name));
}
