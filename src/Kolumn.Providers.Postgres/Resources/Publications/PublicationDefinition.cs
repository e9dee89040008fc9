using System.Text.Json.Serialization;
using Kolumn.Providers.Postgres.Sql;
using Kolumn.Sdk.Sql;

namespace Kolumn.Providers.Postgres.Resources.Publications;

/// <summary>A publication of logical replication as the catalog reports it.</summary>
internal sealed record PublicationDefinition : IObjectDefinition
{
    public required string Name { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool AllTables { get; init; }

    public IReadOnlyList<PublishedTable> Tables { get; init => field = value ?? []; } = [];

    /// <summary>All of whose tables are published, sorted.</summary>
    public IReadOnlyList<string> Schemas { get; init => field = value ?? []; } = [];

    /// <summary>Of <c>insert</c>, <c>update</c>, <c>delete</c>, <c>truncate</c>, in this order; empty for all of them.</summary>
    public IReadOnlyList<string> Publish { get; init => field = value ?? []; } = [];

    /// <summary>Changes of partitions go out as those of the table they belong to.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool ViaPartitionRoot { get; init; }

    public string? Comment { get; init; }

    public string? Owner { get; init; }

    [JsonIgnore]
    public SqlObject Sql => new("PUBLICATION", SqlIdentifier.Quote(Name));
}

internal sealed record PublishedTable
{
    /// <summary>The table's identity, <c>public.users</c>.</summary>
    public required string Name { get; init; }

    /// <summary>In the table's order; empty for all.</summary>
    public IReadOnlyList<string> Columns { get; init => field = value ?? []; } = [];

    /// <summary>Which rows.</summary>
    public string? Where { get; init; }

    [JsonIgnore]
    public QualifiedName Table => QualifiedName.Parse(Name)!.Value;
}
