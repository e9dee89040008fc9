using System.Text.Json.Nodes;
using Kolumn.Protocol.Payloads;
using Kolumn.Protocol.Schema;
using Kolumn.Providers.Postgres.Database;
using Kolumn.Providers.Postgres.Resources.Schemas;
using Kolumn.Providers.Postgres.Resources.Tables;
using Kolumn.Providers.Postgres.Sql;
using Kolumn.Sdk;

namespace Kolumn.Providers.Postgres.Resources.Publications;

/// <summary>Publications: what of a database goes out by logical replication.</summary>
internal sealed class PublicationHandler : SpelledHandler<PublicationDefinition>, IObstructingHandler
{
    public override string Description => "A publication: the changes that logical replication sends out.";

    public override ObjectType Schema => PublicationResource.Schema;

    protected override string Type => PublicationResource.Type;

    public override string IdentityOf(JsonObject definition) => (string)definition["name"]!;

    /// <summary>PostgreSQL keeps columns that a publication lists or compares from being dropped or retyped.</summary>
    public bool StandsInTheWay(JsonObject definition, ObjectReference changed, IReadOnlyDictionary<string, AttributeChange> changes)
    {
        var shaken = ColumnChanges.DroppedOrRetyped(changes);
        return changed.Type == TableResource.Type
            && DefinitionJson.Read<PublicationDefinition>(definition).Tables.Any(table =>
                table.Name == changed.Identity && (table.Columns.Any(shaken.Contains) || ColumnChanges.AreNamedIn(shaken, table.Where)));
    }

    protected override PublicationDefinition Describe(ConfigReader config) => PublicationResource.Describe(config);

    protected override IEnumerable<ObjectReference> Needs(JsonObject definition)
    {
        var publication = DefinitionJson.Read<PublicationDefinition>(definition);
        return publication.Tables.SelectMany(table => SqlReferences.ToRelation(table.Name).Concat(SqlReferences.In(table.Where)))
            .Concat(publication.Schemas.Select(schema => new ObjectReference(SchemaResource.Type, schema)));
    }

    protected override QualifiedName? LookupOf(string identity) => new("", identity);

    protected override Task<IReadOnlyList<PublicationDefinition>> ReadAsync(
        PostgresSession session, IReadOnlyCollection<QualifiedName>? lookups, SchemaNames names, CancellationToken cancellationToken) =>
        PublicationCatalog.ReadAsync(session, lookups, names, cancellationToken);

    protected override JsonObject ToConfig(PublicationDefinition definition) => PublicationResource.ToConfig(definition, base.ToConfig(definition));

    protected override IEnumerable<Statement> Create(PublicationDefinition definition) => [PublicationSql.Create(definition)];

    protected override IEnumerable<Statement>? Alter(PublicationDefinition actual, PublicationDefinition desired) => PublicationSql.Changes(actual, desired);

    /// <summary>Conditions are all that the server spells.</summary>
    protected override PublicationDefinition ForScratch(PublicationDefinition definition) => definition with { AllTables = false, Schemas = [] };

    /// <summary>A publication lives in no schema, so the one that exists makes room until the attempt is rolled back.</summary>
    protected override IEnumerable<Statement> CreateInScratch(PublicationDefinition definition) =>
        [new Statement($"DROP PUBLICATION IF EXISTS {definition.Sql.Name}"), .. Create(definition)];

    protected override IEnumerable<ScratchItem> StagesOf(PublicationDefinition definition) => definition.Tables.Select(table => TableStage.Like(table.Name));

    protected override PublicationDefinition Complete(PublicationDefinition spelled, PublicationDefinition asked) =>
        spelled with { AllTables = asked.AllTables, Schemas = asked.Schemas, Owner = asked.Owner };
}
