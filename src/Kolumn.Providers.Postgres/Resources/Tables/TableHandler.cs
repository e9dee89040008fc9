using System.Text.Json.Nodes;
using Kolumn.Protocol.Schema;
using Kolumn.Providers.Postgres.Database;
using Kolumn.Providers.Postgres.Resources.Schemas;
using Kolumn.Providers.Postgres.Sql;
using Kolumn.Sdk;

namespace Kolumn.Providers.Postgres.Resources.Tables;

/// <summary>Ordinary tables with columns and constraints.</summary>
internal sealed class TableHandler : IResourceHandler<PostgresSession>, IStatementHandler, INormalizingHandler<PostgresSession>
{
    public string Description => "A table with its columns, keys and checks.";

    public ObjectType Schema => TableResource.Schema;

    public JsonObject Describe(JsonObject config, DescribeContext context) => DefinitionJson.Write(TableDescription.Of(config, context));

    public string IdentityOf(JsonObject definition) => DefinitionJson.IdentityOf(definition);

    public IEnumerable<ObjectReference> Requires(JsonObject definition)
    {
        // Read from the JSON itself: this is asked for every table of every plan.
        var foreignKeys = definition["foreign_keys"]?.AsArray() ?? [];
        return foreignKeys
            .Select(key => new ObjectReference(TableResource.Type, (string)key!["references"]!))
            .Prepend(new ObjectReference(SchemaResource.Type, (string?)definition["schema"] ?? QualifiedName.DefaultSchema));
    }

    public async Task<IReadOnlyList<JsonObject>> ReadAsync(PostgresSession session, IReadOnlyCollection<string>? identities, CancellationToken cancellationToken) =>
        [.. (await TableCatalog.ReadAsync(session, identities, SchemaNames.Actual, cancellationToken)).Select(DefinitionJson.Write)];

    public JsonObject ToConfig(JsonObject definition) => TableConfig.Of(DefinitionJson.Read<TableDefinition>(definition));

    public IReadOnlyList<Statement> Create(JsonObject definition) => TableSql.Create(DefinitionJson.Read<TableDefinition>(definition));

    public IReadOnlyList<Statement>? Alter(JsonObject actual, JsonObject desired) =>
        TableChanges.Between(DefinitionJson.Read<TableDefinition>(actual), DefinitionJson.Read<TableDefinition>(desired));

    public IReadOnlyList<Statement> Drop(JsonObject definition) => [TableSql.Drop(DefinitionJson.Read<TableDefinition>(definition))];

    public async Task<IReadOnlyList<NormalizedDefinition>> NormalizeAsync(
        PostgresSession session, IReadOnlyList<JsonObject> definitions, IReadOnlyDictionary<string, IReadOnlyList<JsonObject>> all, CancellationToken cancellationToken)
    {
        // 1. Foreign keys are left out of the attempt: the server would spell nothing in them otherwise.
        var tables = definitions.Select(DefinitionJson.Read<TableDefinition>).ToList();
        var outcomes = await Scratch.TryAsync(
            session,
            tables.ConvertAll(InScratch),
            supportOf: _ => null,
            (identities, names, token) => TableCatalog.ReadAsync(session, identities, names, token),
            table => table.Identity,
            cancellationToken);

        // 2. Those that reference a primary key without naming its columns are completed from the plan, else from the catalog.
        var keys = await PrimaryKeysAsync(session, tables, all, cancellationToken);
        return [.. outcomes.Select((outcome, at) => outcome.Definition is { } spelled
            ? new NormalizedDefinition(DefinitionJson.Write(spelled with { Unlogged = tables[at].Unlogged, ForeignKeys = Complete(tables[at].ForeignKeys, keys) }), null)
            : new NormalizedDefinition(null, outcome.Refusal))];
    }

    /// <summary>The table among those being tried out, without its foreign keys.</summary>
    public static ScratchItem InScratch(TableDefinition table) => new(
        table.Identity,
        scratch => TableSql.Create(table with { Schema = scratch.SchemaOf(table.Schema), ForeignKeys = [] }),
        Needs: []);

    private static IReadOnlyList<ForeignKeyDefinition> Complete(IReadOnlyList<ForeignKeyDefinition> foreignKeys, Dictionary<string, IReadOnlyList<string>> primaryKeys) =>
        [.. foreignKeys.Select(key => key.ReferencedColumns.Count > 0 ? key : key with { ReferencedColumns = primaryKeys.GetValueOrDefault(key.References) ?? [] })
            .OrderBy(key => key.Name, StringComparer.Ordinal)];

    private static async Task<Dictionary<string, IReadOnlyList<string>>> PrimaryKeysAsync(
        PostgresSession session, List<TableDefinition> tables, IReadOnlyDictionary<string, IReadOnlyList<JsonObject>> all, CancellationToken cancellationToken)
    {
        var wanted = tables.SelectMany(table => table.ForeignKeys).Where(key => key.ReferencedColumns.Count == 0)
            .Select(key => key.References).ToHashSet(StringComparer.Ordinal);
        var found = new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal);
        if (wanted.Count == 0)
        {
            return found;
        }

        foreach (var table in all.GetValueOrDefault(TableResource.Type, []).Select(DefinitionJson.Read<TableDefinition>).Concat(tables))
        {
            if (wanted.Remove(table.Identity.ToString()) && table.PrimaryKey is { } key)
            {
                found[table.Identity.ToString()] = key.Columns;
            }
        }

        if (wanted.Count > 0)
        {
            foreach (var table in await TableCatalog.ReadAsync(session, wanted, SchemaNames.Actual, cancellationToken))
            {
                found[table.Identity.ToString()] = table.PrimaryKey?.Columns ?? [];
            }
        }

        return found;
    }
}
