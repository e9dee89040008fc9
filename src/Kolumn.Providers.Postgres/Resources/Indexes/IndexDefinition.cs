using System.Text.Json.Serialization;
using Kolumn.Providers.Postgres.Sql;

namespace Kolumn.Providers.Postgres.Resources.Indexes;

/// <summary>An index that does not belong to a constraint, as the catalog reports it.</summary>
internal sealed record IndexDefinition : IObjectDefinition
{
    /// <summary>Always that of the table.</summary>
    public required string Schema { get; init; }

    public required string Name { get; init; }

    /// <summary>The table's identity, <c>public.users</c>.</summary>
    public required string Table { get; init; }

    /// <summary>Absent for btree.</summary>
    public string? Method { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool Unique { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool NullsNotDistinct { get; init; }

    public IReadOnlyList<IndexPart> Columns { get; init => field = value ?? []; } = [];

    public IReadOnlyList<string> Include { get; init => field = value ?? []; } = [];

    /// <summary>The condition of a partial index.</summary>
    public string? Where { get; init; }

    public string? Comment { get; init; }

    /// <summary>A concurrent build failed and left it unused. Never desired: a change builds it again.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool Invalid { get; init; }

    /// <summary>Names of indexes that an interrupted replacement of this one left; absent when there are none. Never desired: a change takes them away.</summary>
    public IReadOnlyList<string> Leftovers { get; init => field = value ?? []; } = [];

    /// <summary>An index belongs to its table's owner.</summary>
    [JsonIgnore]
    public string? Owner => null;

    [JsonIgnore]
    public SqlObject Sql => new("INDEX", Identity.Quoted) { Relation = Identity };

    [JsonIgnore]
    public QualifiedName Identity => new(Schema, Name);
}

/// <summary>
/// One key of an index. The member is called column, not name: lists of named objects are compared in any order, and an
/// index's keys have one.
/// </summary>
internal record IndexPart
{
    /// <summary>Either this or <see cref="Expression"/>.</summary>
    public string? Column { get; init; }

    public string? Expression { get; init; }

    /// <summary><c>desc</c>, or absent for ascending.</summary>
    public string? Order { get; init; }

    /// <summary><c>first</c> or <c>last</c>; absent for last in ascending order and first in descending.</summary>
    public string? Nulls { get; init; }

    /// <summary>Operator class, spelled as in a statement; absent for the type's default.</summary>
    public string? Opclass { get; init; }

    /// <summary>Spelled as in a statement; absent for that of the column.</summary>
    public string? Collation { get; init; }
}
