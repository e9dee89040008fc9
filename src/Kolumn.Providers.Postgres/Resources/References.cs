using System.Text.Json.Nodes;
using Kolumn.Providers.Postgres.Sql;
using Kolumn.Sdk;

namespace Kolumn.Providers.Postgres.Resources;

/// <summary>References to other objects of PostgreSQL (<see cref="ReferenceReading"/>).</summary>
internal static class References
{
    private static readonly ReferenceReading Reading = new("postgres_", QualifiedName.DefaultSchema);

    public static QualifiedName? Table(JsonNode reference, string defaultSchema, DescribeContext context) =>
        Reading.Object(reference, defaultSchema, context) is var (schema, name) ? new QualifiedName(schema, name) : null;

    /// <summary>The column is null when a whole table stands for its primary key.</summary>
    public static (QualifiedName Table, string? Column)? TableOrColumn(JsonNode reference, string defaultSchema, DescribeContext context) =>
        Reading.ObjectOrColumn(reference, defaultSchema, context) is var (table, column) ? (new QualifiedName(table.Schema, table.Name), column) : null;

    /// <summary>Something that lives in no schema: a schema, a role.</summary>
    public static string? Name(JsonNode reference, DescribeContext context) => Reading.Name(reference, context);

    /// <summary>What lives in a schema and is named by its resource's address; null when the text is no address.</summary>
    public static QualifiedName? Resource(string text, DescribeContext context) =>
        Reading.Resource(text, context) is var (schema, name) ? new QualifiedName(schema, name) : null;
}
