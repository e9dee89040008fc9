using System.Text.Json.Serialization;
using Kolumn.Providers.MySql.Sql;

namespace Kolumn.Providers.MySql.Resources.Sequences;

/// <summary>A sequence as the catalog reports it.</summary>
internal sealed record SequenceDefinition : SequenceOptions
{
    /// <summary>Absent in the connection's database.</summary>
    public string? Schema { get; init; }

    public required string Name { get; init; }

    [JsonIgnore]
    public MySqlName Identity => new(Schema, Name);
}
