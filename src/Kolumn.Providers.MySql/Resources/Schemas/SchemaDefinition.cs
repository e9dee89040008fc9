namespace Kolumn.Providers.MySql.Resources.Schemas;

/// <summary>A database as the catalog reports it.</summary>
internal sealed record SchemaDefinition
{
    public required string Name { get; init; }

    /// <summary>What tables get that name none.</summary>
    public string? Charset { get; init; }

    /// <summary>The same; null in a description that leaves it to the server.</summary>
    public string? Collation { get; init; }

    public string? Comment { get; init; }
}
