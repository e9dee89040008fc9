using System.Text.Json.Serialization;
using Kolumn.Providers.Postgres.Sql;

namespace Kolumn.Providers.Postgres.Resources.Views;

/// <summary>A query under a name, as the catalog reports it.</summary>
internal abstract record QueryDefinition : IObjectDefinition
{
    public required string Schema { get; init; }

    public required string Name { get; init; }

    /// <summary>Without a semicolon; names in it are qualified.</summary>
    public required string Query { get; init; }

    public string? Comment { get; init; }

    public string? Owner { get; init; }

    /// <summary>What the query yields, in its order; empty until the server has been asked.</summary>
    public IReadOnlyList<QueryColumn> Columns { get; init => field = value ?? []; } = [];

    [JsonIgnore]
    public abstract SqlObject Sql { get; }

    [JsonIgnore]
    public QualifiedName Identity => new(Schema, Name);
}

internal sealed record QueryColumn(string Name, string Type);
