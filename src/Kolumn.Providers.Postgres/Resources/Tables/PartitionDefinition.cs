using System.Text.Json.Serialization;
using Kolumn.Providers.Postgres.Sql;

namespace Kolumn.Providers.Postgres.Resources.Tables;

/// <summary>A partition as the catalog reports it. Its columns, constraints and indexes are those of the table it belongs to.</summary>
internal sealed record PartitionDefinition : IObjectDefinition
{
    public required string Schema { get; init; }

    public required string Name { get; init; }

    /// <summary>The identity of the table, or partition, that it belongs to.</summary>
    public required string Table { get; init; }

    /// <summary>Which rows it takes: <c>FROM (…) TO (…)</c>, <c>IN (…)</c>, <c>WITH (modulus …, remainder …)</c> or <c>DEFAULT</c>.</summary>
    public required string Values { get; init; }

    /// <summary>As <see cref="TableDefinition.PartitionBy"/>.</summary>
    public string? PartitionBy { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool Unlogged { get; init; }

    public IReadOnlyDictionary<string, string>? StorageParameters { get; init; }

    public string? Comment { get; init; }

    public string? Owner { get; init; }

    [JsonIgnore]
    public SqlObject Sql => new("TABLE", Identity.Quoted) { Relation = Identity };

    [JsonIgnore]
    public QualifiedName Identity => new(Schema, Name);

    [JsonIgnore]
    public QualifiedName Parent => QualifiedName.Parse(Table)!.Value;
}
