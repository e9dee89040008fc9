using System.Text.Json.Serialization;
using Kolumn.Providers.MySql.Sql;

namespace Kolumn.Providers.MySql.Resources.Views;

/// <summary>A view as the catalog reports it.</summary>
internal sealed record ViewDefinition
{
    /// <summary>Absent in the connection's database.</summary>
    public string? Schema { get; init; }

    public required string Name { get; init; }

    /// <summary>Without a semicolon.</summary>
    public required string Query { get; init; }

    /// <summary><c>invoker</c>: whoever reads it needs rights on what it reads; absent for the definer's rights.</summary>
    public string? Security { get; init; }

    /// <summary><c>cascaded</c> or <c>local</c>; absent for none.</summary>
    public string? CheckOption { get; init; }

    /// <summary><c>merge</c> or <c>temptable</c>; absent where the server may choose.</summary>
    public string? Algorithm { get; init; }

    [JsonIgnore]
    public MySqlName Identity => new(Schema, Name);
}
