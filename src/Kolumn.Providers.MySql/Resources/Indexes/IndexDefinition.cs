using System.Text.Json.Serialization;
using Kolumn.Providers.MySql.Sql;

namespace Kolumn.Providers.MySql.Resources.Indexes;

/// <summary>An index as the catalog reports it.</summary>
internal sealed record IndexDefinition
{
    /// <summary>Unique within the table.</summary>
    public required string Name { get; init; }

    /// <summary>The table's identity.</summary>
    public required string Table { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool Unique { get; init; }

    /// <summary><c>hash</c>, <c>fulltext</c> or <c>spatial</c>; absent for btree.</summary>
    public string? Method { get; init; }

    public IReadOnlyList<IndexPart> Columns { get; init => field = value ?? []; } = [];

    /// <summary>Kept up to date and not used: MariaDB says ignored.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool Invisible { get; init; }

    public string? Comment { get; init; }

    [JsonIgnore]
    public MySqlName TableName => MySqlName.Parse(Table)!.Value;
}

/// <summary>
/// One column of an index. The member is called column, not name: lists of named objects are compared in any order, and an
/// index's columns have one.
/// </summary>
internal sealed record IndexPart
{
    public required string Column { get; init; }

    /// <summary>How many characters count; absent for all.</summary>
    public int? Length { get; init; }

    /// <summary><c>desc</c>, or absent for ascending.</summary>
    public string? Order { get; init; }
}
