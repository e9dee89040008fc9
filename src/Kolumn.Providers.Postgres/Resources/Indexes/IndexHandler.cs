using System.Text.Json.Nodes;
using Kolumn.Protocol.Payloads;
using Kolumn.Protocol.Schema;
using Kolumn.Providers.Postgres.Database;
using Kolumn.Providers.Postgres.Resources.Tables;
using Kolumn.Providers.Postgres.Sql;
using Kolumn.Sdk;

namespace Kolumn.Providers.Postgres.Resources.Indexes;

/// <summary>Indexes that do not belong to a constraint.</summary>
internal sealed class IndexHandler : SpelledHandler<IndexDefinition>, IObstructingHandler, IAccompanyingHandler, IUnfinishedHandler, IOnlineHandler<PostgresSession>
{
    public override string Description => "An index of a table or materialised view.";

    public override ObjectType Schema => IndexResource.Schema;

    public override IReadOnlyCollection<string> Kept => [];

    protected override string Type => IndexResource.Type;

    public bool IsPartOf(JsonObject definition, ObjectReference owner) => TableMember.IsOf(definition, owner);

    /// <summary>PostgreSQL drops an index with any of its columns, silently, and rebuilds it by itself when a type changes.</summary>
    public bool StandsInTheWay(JsonObject definition, ObjectReference changed, IReadOnlyDictionary<string, AttributeChange> changes)
    {
        var dropped = ColumnChanges.Dropped(changes);
        var index = DefinitionJson.Read<IndexDefinition>(definition);
        return dropped.Count > 0
            && (index.Include.Any(dropped.Contains)
                || ColumnChanges.AreNamedIn(dropped, index.Where)
                || index.Columns.Any(part => dropped.Contains(part.Column ?? "") || ColumnChanges.AreNamedIn(dropped, part.Expression)));
    }

    /// <summary>An invalid index is of no use to anybody; one beside it that an interrupted replacement left is none either.</summary>
    public bool IsUnfinished(JsonObject actual, JsonObject desired)
    {
        var index = DefinitionJson.Read<IndexDefinition>(actual);
        return (index.Invalid || index.Leftovers.Count > 0) && DefinitionJson.AreEqual(index with { Invalid = false, Leftovers = [] }, DefinitionJson.Read<IndexDefinition>(desired) with { Comment = index.Comment });
    }

    public string InUse(JsonObject definition) => (string)definition["table"]!;

    public Task<IReadOnlyDictionary<string, ObjectUse>> FindUseAsync(PostgresSession session, IReadOnlyCollection<string> identities, CancellationToken cancellationToken) =>
        TablesInUse.FindAsync(session, identities, cancellationToken);

    public IReadOnlyList<Statement>? CreateOnline(JsonObject definition) => IndexOnline.Create(DefinitionJson.Read<IndexDefinition>(definition));

    public IReadOnlyList<Statement>? AlterOnline(JsonObject actual, JsonObject desired) =>
        IndexOnline.Alter(DefinitionJson.Read<IndexDefinition>(actual), DefinitionJson.Read<IndexDefinition>(desired));

    public IReadOnlyList<Statement>? DropOnline(JsonObject definition) => [IndexSql.DropConcurrently(DefinitionJson.Read<IndexDefinition>(definition))];

    protected override IndexDefinition Describe(ConfigReader config) => IndexResource.Describe(config);

    protected override IEnumerable<ObjectReference> Needs(JsonObject definition)
    {
        var index = DefinitionJson.Read<IndexDefinition>(definition);
        return SqlReferences.ToRelation(index.Table)
            .Concat(index.Columns.SelectMany(part => SqlReferences.In(part.Expression)))
            .Concat(SqlReferences.In(index.Where));
    }

    protected override Task<IReadOnlyList<IndexDefinition>> ReadAsync(
        PostgresSession session, IReadOnlyCollection<QualifiedName>? lookups, SchemaNames names, CancellationToken cancellationToken) =>
        IndexCatalog.ReadAsync(session, lookups, names, cancellationToken);

    protected override JsonObject ToConfig(IndexDefinition definition) => IndexResource.ToConfig(definition);

    protected override IEnumerable<Statement> Create(IndexDefinition definition) => [IndexSql.Create(definition)];

    /// <summary>Only a comment changes in place, and what is left beside it goes.</summary>
    protected override IEnumerable<Statement>? Alter(IndexDefinition actual, IndexDefinition desired) =>
        DefinitionJson.AreEqual(actual with { Comment = desired.Comment, Leftovers = [] }, desired)
            ? [.. actual.Leftovers.Select(name => IndexSql.Drop(actual with { Name = name }))]
            : null;

    protected override Statement Drop(IndexDefinition definition) => IndexSql.Drop(definition);

    protected override IEnumerable<ScratchItem> StagesOf(IndexDefinition definition) => [TableStage.Like(definition.Table)];

    protected override IndexDefinition Complete(IndexDefinition spelled, IndexDefinition asked) => spelled;
}
