using System.Text.Json.Nodes;
using Kolumn.Protocol.Schema;
using Kolumn.Providers.Postgres.Database;
using Kolumn.Sdk;
using Kolumn.Sdk.Sql;

namespace Kolumn.Providers.Postgres.Resources.Schemas;

/// <summary>Schemas, in the database's sense: namespaces for tables and the rest.</summary>
internal sealed class SchemaHandler : IResourceHandler<PostgresSession>, IStatementHandler
{
    public string Description => "A schema: a namespace for tables, indexes and views.";

    public ObjectType Schema => SchemaResource.Schema;

    public JsonObject Describe(JsonObject config, DescribeContext context) => DefinitionJson.Write(SchemaResource.Describe(config, context));

    public string IdentityOf(JsonObject definition) => (string)definition["name"]!;

    public IEnumerable<ObjectReference> Requires(JsonObject definition) => [];

    public async Task<IReadOnlyList<JsonObject>> ReadAsync(PostgresSession session, IReadOnlyCollection<string>? identities, CancellationToken cancellationToken)
    {
        var found = new List<JsonObject>();
        await session.ReadAsync(
            [new CatalogQuery(
                new Statement(CatalogSql.Schemas) { Parameters = [identities?.ToArray()] },
                row => found.Add(DefinitionJson.Write(new SchemaDefinition { Name = row.GetString(0), Comment = row.Text(1) })))],
            cancellationToken);
        return found;
    }

    public JsonObject ToConfig(JsonObject definition) => definition.DeepClone().AsObject();

    public IReadOnlyList<Statement> Create(JsonObject definition)
    {
        var schema = DefinitionJson.Read<SchemaDefinition>(definition);
        var create = new Statement($"CREATE SCHEMA {SqlIdentifier.Quote(schema.Name)}");
        return schema.Comment is null ? [create] : [create, Comment(schema)];
    }

    public IReadOnlyList<Statement>? Alter(JsonObject actual, JsonObject desired) => [Comment(DefinitionJson.Read<SchemaDefinition>(desired))];

    /// <summary>Without CASCADE: a schema that still holds something is refused, not emptied.</summary>
    public IReadOnlyList<Statement> Drop(JsonObject definition) => [new Statement($"DROP SCHEMA {SqlIdentifier.Quote(IdentityOf(definition))}")];

    private static Statement Comment(SchemaDefinition schema) =>
        new($"COMMENT ON SCHEMA {SqlIdentifier.Quote(schema.Name)} IS {(schema.Comment is null ? "NULL" : SqlLiteral.Quote(schema.Comment))}");
}
