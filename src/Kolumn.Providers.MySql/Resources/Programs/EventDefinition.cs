using System.Text.Json.Serialization;
using Kolumn.Providers.MySql.Sql;

namespace Kolumn.Providers.MySql.Resources.Programs;

/// <summary>An event as the catalog reports it. Moments are <c>2030-01-31 12:00:00</c> in the event's time zone.</summary>
internal sealed record EventDefinition
{
    /// <summary>Absent in the connection's database.</summary>
    public string? Schema { get; init; }

    public required string Name { get; init; }

    /// <summary><c>1 day</c>, <c>1:30 hour_minute</c>; absent for what happens once.</summary>
    public string? Every { get; init; }

    /// <summary>When it happens, once.</summary>
    public string? At { get; init; }

    /// <summary>When it happens first, which for what happens once is when it does; absent in a description that leaves it to the server.</summary>
    public string? Starts { get; init; }

    public string? Ends { get; init; }

    /// <summary>It stays when it is over.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool Preserve { get; init; }

    /// <summary>false, or absent.</summary>
    public bool? Enabled { get; init; }

    /// <summary>Absent in a description that leaves it to the server.</summary>
    public string? TimeZone { get; init; }

    public string? Definer { get; init; }

    public string? Comment { get; init; }

    public required string Body { get; init; }

    [JsonIgnore]
    public MySqlName Identity => new(Schema, Name);

    /// <summary>When it happens.</summary>
    [JsonIgnore]
    public (string?, string?, string?, string?, string?) Schedule => (Every, At, Starts, Ends, TimeZone);
}
