using System.Text.Json.Nodes;
using Kolumn.Protocol.Payloads;
using Kolumn.Protocol.Schema;
using Kolumn.Providers.Postgres.Database;
using Kolumn.Providers.Postgres.Resources.Schemas;
using Kolumn.Providers.Postgres.Resources.Tables;
using Kolumn.Providers.Postgres.Sql;
using Kolumn.Sdk;

namespace Kolumn.Providers.Postgres.Resources.Views;

/// <summary>Views; materialised ones are another kind of object.</summary>
internal sealed class ViewHandler : IResourceHandler<PostgresSession>, IStatementHandler, INormalizingHandler<PostgresSession>, IObstructingHandler
{
    public string Description => "A view: a query under a name.";

    public ObjectType Schema => ViewResource.Schema;

    public JsonObject Describe(JsonObject config, DescribeContext context) => DefinitionJson.Write(ViewResource.Describe(config, context));

    public string IdentityOf(JsonObject definition) => DefinitionJson.IdentityOf(definition);

    /// <summary>The schema, and whatever of the plan the query reads: what it names and the plan does not know is none of the plan's business.</summary>
    public IEnumerable<ObjectReference> Requires(JsonObject definition)
    {
        var view = DefinitionJson.Read<ViewDefinition>(definition);
        var relations = QueryRelations.In(view.Query).Select(mention => mention.Relation).Distinct().Where(relation => relation != view.Identity);
        return relations
            .SelectMany(relation => new[] { new ObjectReference(TableResource.Type, relation.ToString()), new ObjectReference(ViewResource.Type, relation.ToString()) })
            .Prepend(new ObjectReference(SchemaResource.Type, view.Schema));
    }

    public async Task<IReadOnlyList<JsonObject>> ReadAsync(PostgresSession session, IReadOnlyCollection<string>? identities, CancellationToken cancellationToken) =>
        [.. (await ViewCatalog.ReadAsync(session, identities, SchemaNames.Actual, cancellationToken)).Select(DefinitionJson.Write)];

    public JsonObject ToConfig(JsonObject definition) => ViewResource.ToConfig(DefinitionJson.Read<ViewDefinition>(definition));

    public IReadOnlyList<Statement> Create(JsonObject definition) => ViewSql.Create(DefinitionJson.Read<ViewDefinition>(definition));

    /// <summary>PostgreSQL replaces a view's query in place as long as the columns it had stay what and where they were.</summary>
    public IReadOnlyList<Statement>? Alter(JsonObject actual, JsonObject desired)
    {
        var (old, now) = (DefinitionJson.Read<ViewDefinition>(actual), DefinitionJson.Read<ViewDefinition>(desired));
        var columnsStay = now.Columns.Count >= old.Columns.Count && now.Columns.Take(old.Columns.Count).SequenceEqual(old.Columns);
        if (old.Query != now.Query && !columnsStay)
        {
            return null;
        }

        return
        [
            .. old.Query == now.Query ? [] : new[] { ViewSql.Replace(now) },
            .. old.Comment == now.Comment ? [] : new[] { ViewSql.Comment(now) },
        ];
    }

    public IReadOnlyList<Statement> Drop(JsonObject definition) => [ViewSql.Drop(DefinitionJson.Read<ViewDefinition>(definition))];

    /// <summary>PostgreSQL refuses to drop or retype a column that a view reads.</summary>
    public bool StandsInTheWay(JsonObject definition, ObjectReference changed, IReadOnlyDictionary<string, AttributeChange> changes) =>
        changed.Type == TableResource.Type && ColumnChanges.AreNamedIn(ColumnChanges.DroppedOrRetyped(changes), (string?)definition["query"]);

    public async Task<IReadOnlyList<NormalizedDefinition>> NormalizeAsync(
        PostgresSession session, IReadOnlyList<JsonObject> definitions, IReadOnlyDictionary<string, IReadOnlyList<JsonObject>> all, CancellationToken cancellationToken)
    {
        // 1. What the queries read of the plan is made beside them: it may not exist yet, or not in this shape.
        var support = new Dictionary<QualifiedName, ScratchItem>();
        foreach (var table in all.GetValueOrDefault(TableResource.Type, []).Select(DefinitionJson.Read<TableDefinition>))
        {
            support[table.Identity] = TableHandler.InScratch(table);
        }

        foreach (var view in all.GetValueOrDefault(ViewResource.Type, []).Select(DefinitionJson.Read<ViewDefinition>))
        {
            support[view.Identity] = InScratch(view);
        }

        // 2.
        var outcomes = await Scratch.TryAsync(
            session,
            [.. definitions.Select(DefinitionJson.Read<ViewDefinition>).Select(InScratch)],
            name => support.GetValueOrDefault(name),
            (identities, names, token) => ViewCatalog.ReadAsync(session, identities, names, token),
            view => view.Identity,
            cancellationToken);
        return [.. outcomes.Select(outcome => new NormalizedDefinition(outcome.Definition is { } spelled ? DefinitionJson.Write(spelled) : null, outcome.Refusal))];
    }

    private static ScratchItem InScratch(ViewDefinition view) => new(
        view.Identity,
        scratch => ViewSql.Create(view with { Schema = scratch.SchemaOf(view.Schema), Query = ViewSql.QueryIn(scratch, view.Query) }),
        Needs: [.. QueryRelations.In(view.Query).Select(mention => mention.Relation).Distinct()]);
}
