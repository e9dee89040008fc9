using System.Text.Json.Serialization;
using Kolumn.Providers.MySql.Sql;

namespace Kolumn.Providers.MySql.Resources.Programs;

/// <summary>A function or a procedure as the catalog reports it.</summary>
internal sealed record RoutineDefinition
{
    /// <summary>Absent in the connection's database.</summary>
    public string? Schema { get; init; }

    public required string Name { get; init; }

    public IReadOnlyList<RoutineParameter> Parameters { get; init => field = value ?? []; } = [];

    /// <summary>The type of a function's result; absent for a procedure.</summary>
    public string? Returns { get; init; }

    /// <summary>In a description only: the server chooses the collation.</summary>
    public string? Charset { get; init; }

    /// <summary>Of a function's result; absent for that of the database when the function was made.</summary>
    public string? Collation { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool Deterministic { get; init; }

    /// <summary><c>no sql</c>, <c>reads sql data</c> or <c>modifies sql data</c>; absent for contains sql.</summary>
    public string? DataAccess { get; init; }

    /// <summary><c>invoker</c>: whoever calls it needs the rights; absent for the definer's rights.</summary>
    public string? Security { get; init; }

    public string? Definer { get; init; }

    public string? Comment { get; init; }

    public required string Body { get; init; }

    [JsonIgnore]
    public MySqlName Identity => new(Schema, Name);
}

/// <summary>
/// The member is called parameter, not name: lists of named objects are compared in any order, and parameters have one.
/// </summary>
internal sealed record RoutineParameter
{
    public required string Parameter { get; init; }

    public required string Type { get; init; }

    /// <summary><c>out</c> or <c>inout</c>; absent for in.</summary>
    public string? Mode { get; init; }

    /// <summary>In a description only: the server chooses the collation.</summary>
    public string? Charset { get; init; }

    /// <summary>Absent for that of the database when the routine was made.</summary>
    public string? Collation { get; init; }
}
