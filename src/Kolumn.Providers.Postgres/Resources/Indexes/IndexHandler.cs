using System.Text.Json.Nodes;
using Kolumn.Protocol.Payloads;
using Kolumn.Protocol.Schema;
using Kolumn.Providers.Postgres.Database;
using Kolumn.Providers.Postgres.Resources.Tables;
using Kolumn.Providers.Postgres.Sql;
using Kolumn.Sdk;

namespace Kolumn.Providers.Postgres.Resources.Indexes;

/// <summary>Indexes that do not belong to a constraint.</summary>
internal sealed class IndexHandler : IResourceHandler<PostgresSession>, IStatementHandler, INormalizingHandler<PostgresSession>, IObstructingHandler
{
    public string Description => "An index of a table.";

    public ObjectType Schema => IndexResource.Schema;

    public JsonObject Describe(JsonObject config, DescribeContext context) => DefinitionJson.Write(IndexResource.Describe(config, context));

    public string IdentityOf(JsonObject definition) => DefinitionJson.IdentityOf(definition);

    public IEnumerable<ObjectReference> Requires(JsonObject definition) => [new ObjectReference(TableResource.Type, (string)definition["table"]!)];

    public async Task<IReadOnlyList<JsonObject>> ReadAsync(PostgresSession session, IReadOnlyCollection<string>? identities, CancellationToken cancellationToken) =>
        [.. (await IndexCatalog.ReadAsync(session, identities, SchemaNames.Actual, cancellationToken)).Select(DefinitionJson.Write)];

    public JsonObject ToConfig(JsonObject definition) => IndexResource.ToConfig(DefinitionJson.Read<IndexDefinition>(definition));

    public IReadOnlyList<Statement> Create(JsonObject definition) => IndexSql.Create(DefinitionJson.Read<IndexDefinition>(definition));

    /// <summary>Only a comment changes in place.</summary>
    public IReadOnlyList<Statement>? Alter(JsonObject actual, JsonObject desired)
    {
        var (old, now) = (DefinitionJson.Read<IndexDefinition>(actual), DefinitionJson.Read<IndexDefinition>(desired));
        return DefinitionJson.AreEqual(old with { Comment = now.Comment }, now) ? [IndexSql.Comment(now)] : null;
    }

    public IReadOnlyList<Statement> Drop(JsonObject definition) => [IndexSql.Drop(DefinitionJson.Read<IndexDefinition>(definition))];

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

    public async Task<IReadOnlyList<NormalizedDefinition>> NormalizeAsync(
        PostgresSession session, IReadOnlyList<JsonObject> definitions, IReadOnlyDictionary<string, IReadOnlyList<JsonObject>> all, CancellationToken cancellationToken)
    {
        // 1. The tables: as the plan wants them, otherwise with the shape of those that exist.
        var planned = all.GetValueOrDefault(TableResource.Type, []).Select(DefinitionJson.Read<TableDefinition>)
            .DistinctBy(table => table.Identity).ToDictionary(table => table.Identity);
        var items = definitions.Select(DefinitionJson.Read<IndexDefinition>).Select(InScratch).ToList();

        // 2.
        var outcomes = await Scratch.TryAsync(
            session,
            items,
            table => planned.TryGetValue(table, out var definition) ? TableHandler.InScratch(definition) : LikeExisting(table),
            (identities, names, token) => IndexCatalog.ReadAsync(session, identities, names, token),
            index => index.Identity,
            cancellationToken);
        return [.. outcomes.Select(outcome => new NormalizedDefinition(outcome.Definition is { } spelled ? DefinitionJson.Write(spelled) : null, outcome.Refusal))];
    }

    private static ScratchItem InScratch(IndexDefinition index)
    {
        var table = QualifiedName.Parse(index.Table)!.Value;
        return new ScratchItem(
            index.Identity,
            scratch => IndexSql.Create(index with { Schema = scratch.SchemaOf(index.Schema), Table = scratch.NameOf(table).ToString() }),
            Needs: [table]);
    }

    private static ScratchItem LikeExisting(QualifiedName table) => new(
        table,
        scratch => [new Statement($"CREATE TABLE {scratch.NameOf(table).Quoted} (LIKE {table.Quoted})")],
        Needs: []);
}
