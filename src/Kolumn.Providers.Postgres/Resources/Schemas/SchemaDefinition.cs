namespace Kolumn.Providers.Postgres.Resources.Schemas;

internal sealed record SchemaDefinition
{
    public required string Name { get; init; }

    public string? Comment { get; init; }
}
