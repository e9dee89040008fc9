using System.Text.Json.Nodes;
using Kolumn.Protocol;
using Kolumn.Protocol.Schema;
using Kolumn.Providers.Postgres.Database;
using Kolumn.Providers.Postgres.Sql;
using Kolumn.Sdk;

namespace Kolumn.Providers.Postgres.Resources.Schemas;

/// <summary>Schemas, in the database's sense: namespaces for tables and the rest. Dropped without CASCADE: one that still holds something is refused, not emptied.</summary>
internal sealed class SchemaHandler : ObjectHandler<SchemaDefinition>, IIncompleteHandler<PostgresSession>
{
    public override string Description => "A schema: a namespace for tables, indexes and views.";

    public override ObjectType Schema => SchemaResource.Schema;

    public override string IdentityOf(JsonObject definition) => (string)definition["name"]!;

    /// <summary>An extension may be put into a schema, never the other way round.</summary>
    public override IEnumerable<ObjectReference> Prefers(JsonObject definition) => [];

    /// <summary>What lives in no type of its own: operators, casts and the like.</summary>
    public Task<IReadOnlyList<Diagnostic>> FindUnsupportedAsync(PostgresSession session, CancellationToken cancellationToken) =>
        UnsupportedObjects.FindAsync(session, SchemaResource.Type, cancellationToken);

    protected override SchemaDefinition Describe(ConfigReader config) => SchemaResource.Describe(config);

    protected override IEnumerable<ObjectReference> Needs(JsonObject definition) => [];

    protected override QualifiedName? LookupOf(string identity) => new("", identity);

    protected override async Task<IReadOnlyList<SchemaDefinition>> ReadAsync(
        PostgresSession session, IReadOnlyCollection<QualifiedName>? lookups, SchemaNames names, CancellationToken cancellationToken)
    {
        var found = new List<SchemaDefinition>();
        await session.ReadAsync(
            [CatalogQuery.Of(
                CatalogSql.Schemas,
                lookups,
                row => found.Add(new SchemaDefinition { Name = row.GetString(0), Comment = row.Text(1), Owner = row.GetString(2) }))],
            cancellationToken);
        return found;
    }

    protected override IEnumerable<Statement> Create(SchemaDefinition definition) => [new Statement($"CREATE SCHEMA {definition.Sql.Name}")];

    protected override IEnumerable<Statement>? Alter(SchemaDefinition actual, SchemaDefinition desired) => [];
}
