using Kolumn.Protocol.Schema;
using Kolumn.Providers.Postgres.Database;
using Kolumn.Providers.Postgres.Sql;
using Kolumn.Sdk;

namespace Kolumn.Providers.Postgres.Resources.Views;

/// <summary>Views; materialised ones are another kind of object.</summary>
internal sealed class ViewHandler : QueryHandler<ViewDefinition>
{
    public override string Description => "A view: a query under a name.";

    public override ObjectType Schema => ViewResource.Schema;

    protected override string Type => ViewResource.Type;

    protected override ViewDefinition Describe(ConfigReader config) => ViewResource.Describe(config);

    protected override Task<IReadOnlyList<ViewDefinition>> ReadAsync(
        PostgresSession session, IReadOnlyCollection<QualifiedName>? lookups, SchemaNames names, CancellationToken cancellationToken) =>
        ViewCatalog.ReadViewsAsync(session, lookups, names, cancellationToken);

    protected override IEnumerable<Statement> Create(ViewDefinition definition) => [ViewSql.Create(definition)];

    /// <summary>PostgreSQL replaces a view's query in place as long as the columns it had stay what and where they were.</summary>
    protected override IEnumerable<Statement>? Alter(ViewDefinition actual, ViewDefinition desired)
    {
        if (actual.Query == desired.Query)
        {
            return [];
        }

        var columnsStay = desired.Columns.Count >= actual.Columns.Count && desired.Columns.Take(actual.Columns.Count).SequenceEqual(actual.Columns);
        return columnsStay ? [ViewSql.Replace(desired)] : null;
    }
}
