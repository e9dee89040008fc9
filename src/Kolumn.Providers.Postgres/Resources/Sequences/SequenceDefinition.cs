using System.Text.Json.Serialization;
using Kolumn.Providers.Postgres.Sql;

namespace Kolumn.Providers.Postgres.Resources.Sequences;

/// <summary>A sequence that neither an identity nor a serial column brings, as the catalog reports it.</summary>
internal sealed record SequenceDefinition : SequenceOptions, IObjectDefinition
{
    public const string DefaultType = "bigint";

    public required string Schema { get; init; }

    public required string Name { get; init; }

    /// <summary>smallint or integer; absent for <see cref="DefaultType"/>.</summary>
    public string? DataType { get; init; }

    /// <summary>The column it is dropped with: schema, table and column, <c>public.orders.id</c>.</summary>
    public string? OwnedBy { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool Unlogged { get; init; }

    public string? Comment { get; init; }

    public string? Owner { get; init; }

    [JsonIgnore]
    public SqlObject Sql => new("SEQUENCE", Identity.Quoted) { Relation = Identity };

    [JsonIgnore]
    public QualifiedName Identity => new(Schema, Name);
}
