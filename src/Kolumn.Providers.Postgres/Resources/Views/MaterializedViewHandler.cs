using System.Text.Json.Nodes;
using Kolumn.Protocol.Schema;
using Kolumn.Providers.Postgres.Database;
using Kolumn.Providers.Postgres.Sql;
using Kolumn.Sdk;

namespace Kolumn.Providers.Postgres.Resources.Views;

/// <summary>Materialised views. PostgreSQL replaces none in place: another query is another view, filled anew.</summary>
internal sealed class MaterializedViewHandler : QueryHandler<MaterializedViewDefinition>
{
    public override string Description => "A materialised view: a query with its stored result.";

    public override ObjectType Schema => MaterializedViewResource.Schema;

    protected override string Type => MaterializedViewResource.Type;

    protected override MaterializedViewDefinition Describe(ConfigReader config) => MaterializedViewResource.Describe(config);

    protected override Task<IReadOnlyList<MaterializedViewDefinition>> ReadAsync(
        PostgresSession session, IReadOnlyCollection<QualifiedName>? lookups, SchemaNames names, CancellationToken cancellationToken) =>
        ViewCatalog.ReadMaterializedAsync(session, lookups, names, cancellationToken);

    protected override JsonObject ToConfig(MaterializedViewDefinition definition) => MaterializedViewResource.ToConfig(definition, base.ToConfig(definition));

    protected override IEnumerable<Statement> Create(MaterializedViewDefinition definition) => [ViewSql.Create(definition)];

    protected override IEnumerable<Statement>? Alter(MaterializedViewDefinition actual, MaterializedViewDefinition desired) =>
        actual.Query == desired.Query ? [] : null;

    protected override MaterializedViewDefinition ForScratch(MaterializedViewDefinition definition) => definition with { WithoutData = true };

    protected override MaterializedViewDefinition Complete(MaterializedViewDefinition spelled, MaterializedViewDefinition asked) =>
        base.Complete(spelled, asked) with { WithoutData = asked.WithoutData };
}
