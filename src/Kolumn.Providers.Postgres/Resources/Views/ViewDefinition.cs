using System.Text.Json.Serialization;
using Kolumn.Providers.Postgres.Sql;

namespace Kolumn.Providers.Postgres.Resources.Views;

/// <summary>A view as the catalog reports it.</summary>
internal sealed record ViewDefinition
{
    public required string Schema { get; init; }

    public required string Name { get; init; }

    /// <summary>Without a semicolon; names in it are qualified.</summary>
    public required string Query { get; init; }

    public string? Comment { get; init; }

    /// <summary>What the query yields, in its order; empty until the server has been asked.</summary>
    public IReadOnlyList<ViewColumn> Columns { get; init => field = value ?? []; } = [];

    [JsonIgnore]
    public QualifiedName Identity => new(Schema, Name);
}

internal sealed record ViewColumn(string Name, string Type);
