using System.Text.Json.Nodes;
using Kolumn.Protocol.Payloads;
using Kolumn.Protocol.Schema;
using Kolumn.Providers.Sqlite.Database;
using Kolumn.Providers.Sqlite.Ddl;
using Kolumn.Sdk;
using Kolumn.Sdk.Sql;

namespace Kolumn.Providers.Sqlite.Resources.Tables;

/// <summary>Tables: <c>sqlite_table</c>.</summary>
internal sealed class TableHandler : IResourceHandler<SqliteSession>, IStatementHandler, INormalizingHandler<SqliteSession>, IOrderPreferringHandler, IRenamingHandler, IQuarantiningHandler
{
    public string Description => "A table with its columns, keys, constraints and foreign keys.";

    public ObjectType Schema => TableSchema.Schema;

    public IReadOnlyCollection<string> RenamedParts { get; } = ["columns"];

    public StringComparer NameComparer => SqliteName.Comparer;

    public JsonObject Describe(JsonObject config, DescribeContext context) => TableJson.ToJson(TableConfig.Describe(config, context));

    public string IdentityOf(JsonObject definition) => SqliteName.Fold(definition.Text("name")!);

    /// <summary>A table stands on nothing: SQLite looks for the tables that foreign keys point to when rows come.</summary>
    public IEnumerable<ObjectReference> Requires(JsonObject definition) => [];

    /// <summary>The tables it points to, since that is how people read a plan; two that point to each other are no problem.</summary>
    public IEnumerable<ObjectReference> Prefers(JsonObject definition) =>
        TableJson.FromJson(definition).ForeignKeys.Select(key => new ObjectReference("table", SqliteName.Fold(key.Table))).Distinct();

    public async Task<IReadOnlyList<JsonObject>> ReadAsync(SqliteSession session, IReadOnlyCollection<string>? identities, CancellationToken cancellationToken)
    {
        var tables = await session.ReadAsync(connection => TableCatalog.Read(connection, identities), cancellationToken);
        return [.. tables.Select(TableJson.ToJson)];
    }

    public JsonObject ToConfig(JsonObject definition) => TableToConfig.Write(TableJson.FromJson(definition));

    public IReadOnlyList<Statement> Create(JsonObject definition) => [new Statement(TableSql.Create(TableJson.FromJson(definition)))];

    public IReadOnlyList<Statement>? Alter(JsonObject actual, JsonObject desired) =>
        TableChanges.Between(TableJson.FromJson(actual), TableJson.FromJson(desired));

    public IReadOnlyList<Statement> Rename(JsonObject definition, Renaming renaming) => renaming.Part is null
        ? TableSql.Rename(renaming.From, renaming.To)
        : TableSql.RenameColumn(definition.Text("name")!, renaming.From, renaming.To);

    public IReadOnlyList<Statement> Drop(JsonObject definition)
    {
        var name = definition.Text("name")!;
        return [new Statement($"DROP TABLE {SqlIdentifier.Quote(name)}") { Hazards = [new Hazard(HazardNames.DataLoss, $"Table {name} is dropped with all its rows.")] }];
    }

    public string LocationOf(JsonObject definition, string id) => TableQuarantine.NameOf(id);

    public IReadOnlyList<Statement> Quarantine(JsonObject definition, string id) => TableQuarantine.Move(TableJson.FromJson(definition), id);

    public IReadOnlyList<Statement> Restore(JsonObject definition, string id, Func<ObjectReference, bool> exists) => TableQuarantine.Restore(TableJson.FromJson(definition), id, exists);

    public IReadOnlyList<Statement> Purge(JsonObject definition, string id) => [new Statement($"DROP TABLE {SqlIdentifier.Quote(TableQuarantine.NameOf(id))}")];

    public async Task<IReadOnlyList<NormalizedDefinition>> NormalizeAsync(
        SqliteSession session, IReadOnlyList<JsonObject> definitions, IReadOnlyDictionary<string, IReadOnlyList<JsonObject>> all, CancellationToken cancellationToken)
    {
        var existing = (await session.ReadAsync(connection => TableCatalog.Read(connection, null), cancellationToken)).ToDictionary(table => table.Name, SqliteName.Comparer);
        var desired = (all.GetValueOrDefault("table") ?? []).Select(TableJson.FromJson).DistinctBy(table => table.Name, SqliteName.Comparer).ToDictionary(table => table.Name, SqliteName.Comparer);
        await using var trial = new TrialSchema(session, all);
        var normalized = new List<NormalizedDefinition>(definitions.Count);
        foreach (var table in definitions.Select(TableJson.FromJson))
        {
            var actual = existing.GetValueOrDefault(table.Name);
            var spelled = actual is null
                ? table
                : TableAlignment.SpellLike(actual, table, name => desired.GetValueOrDefault(name) ?? existing.GetValueOrDefault(name));
            var definition = TableJson.ToJson(spelled);

            // What exists in the same shape needs no trial.
            var refusal = actual is not null && TableJson.ToJson(actual with { Dependants = null }).ToJsonString() == definition.ToJsonString()
                ? null
                : await trial.TryAsync("table", definition, cancellationToken);
            normalized.Add(refusal is null ? new NormalizedDefinition(definition, null) : new NormalizedDefinition(null, refusal));
        }

        return normalized;
    }
}
