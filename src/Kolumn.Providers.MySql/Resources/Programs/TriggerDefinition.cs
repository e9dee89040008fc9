using System.Text.Json.Serialization;
using Kolumn.Providers.MySql.Sql;

namespace Kolumn.Providers.MySql.Resources.Programs;

/// <summary>A trigger as the catalog reports it.</summary>
internal sealed record TriggerDefinition
{
    /// <summary>Always that of the table; absent in the connection's database.</summary>
    public string? Schema { get; init; }

    public required string Name { get; init; }

    /// <summary>The table's identity.</summary>
    public required string Table { get; init; }

    /// <summary><c>before</c> or <c>after</c>.</summary>
    public required string Timing { get; init; }

    /// <summary><c>insert</c>, <c>update</c> or <c>delete</c>.</summary>
    public required string Event { get; init; }

    /// <summary>The trigger of the same table, timing and event that runs right before it; absent for the first.</summary>
    public string? Follows { get; init; }

    /// <summary>The one that runs right after it. Read only: it is what keeps its place when it is replaced.</summary>
    public string? Precedes { get; init; }

    public string? Definer { get; init; }

    public required string Body { get; init; }

    [JsonIgnore]
    public MySqlName Identity => new(Schema, Name);

    [JsonIgnore]
    public MySqlName TableName => MySqlName.Parse(Table)!.Value;
}
