using System.Text.Json.Nodes;
using Kolumn.Protocol.Payloads;
using Kolumn.Protocol.Schema;
using Kolumn.Providers.Postgres.Database;
using Kolumn.Providers.Postgres.Resources.Privileges;
using Kolumn.Providers.Postgres.Sql;
using Kolumn.Sdk;
using Kolumn.Sdk.Sql;

namespace Kolumn.Providers.Postgres.Resources.Tables;

/// <summary>Ordinary and partitioned tables with columns and constraints.</summary>
internal sealed class TableHandler : SpelledHandler<TableDefinition>, IPostponingHandler, IQuarantiningHandler, IAliasedHandler, IUnfinishedHandler, IOnlineHandler<PostgresSession>
{
    public override string Description => "A table with its columns, keys and checks.";

    public override ObjectType Schema => TableResource.Schema;

    public override IReadOnlyCollection<string> RenamedParts { get; } = ["columns"];

    protected override PrivilegeKind? Privileges => PrivilegeKind.Table;

    protected override string Type => TableResource.Type;

    protected override TableDefinition Describe(ConfigReader config) => TableDescription.Of(config);

    /// <summary>Read from the JSON itself: this is asked for every table of every plan.</summary>
    protected override IEnumerable<ObjectReference> Needs(JsonObject definition)
    {
        foreach (var key in definition["foreign_keys"]?.AsArray() ?? [])
        {
            yield return new ObjectReference(TableResource.Type, (string)key!["references"]!);
            yield return new ObjectReference(PartitionResource.Type, (string)key["references"]!);
        }

        var columns = definition["columns"]?.AsArray() ?? [];
        foreach (var type in columns.SelectMany(column => SqlReferences.ToType((string?)column!["type"])))
        {
            yield return type;
        }

        var expressions = columns.SelectMany(column => new[] { (string?)column!["default"], (string?)column["generated"] })
            .Concat((definition["checks"]?.AsArray() ?? []).Select(check => (string?)check!["expression"]))
            .Concat((definition["exclusions"]?.AsArray() ?? []).SelectMany(exclusion => exclusion!["elements"]!.AsArray().Select(element => (string?)element!["expression"]).Append((string?)exclusion["where"])))
            .Append((string?)definition["partition_by"]);
        foreach (var mention in expressions.SelectMany(SqlReferences.In))
        {
            yield return mention;
        }
    }

    /// <summary>The sequences of its serial and identity columns come with it.</summary>
    public IEnumerable<string> AliasesOf(JsonObject definition)
    {
        foreach (var column in definition["columns"]?.AsArray() ?? [])
        {
            if (column!["serial"] is not null || column["identity"] is not null)
            {
                yield return new QualifiedName((string)definition["schema"]!, ObjectNames.Sequence((string)definition["name"]!, (string)column["name"]!)).ToString();
            }
        }
    }

    /// <summary>A foreign key can be added to a table at any time.</summary>
    public bool CanPostpone(ObjectReference requirement) => requirement.Type is TableResource.Type or PartitionResource.Type;

    /// <summary>PostgreSQL keeps a key, whatever it is called, while a foreign key rests on it. A column that goes for good takes its keys out of the definition too.</summary>
    public bool MustLetGo(ObjectReference requirement, IReadOnlyDictionary<string, AttributeChange> changes) =>
        changes.Keys.Any(path => path.StartsWith("primary_key", StringComparison.Ordinal) || path.StartsWith("unique_constraints", StringComparison.Ordinal))
        || ColumnChanges.MadeAgain(changes).Count > 0;

    public JsonObject Without(JsonObject definition, IReadOnlyCollection<ObjectReference> requirements)
    {
        var table = DefinitionJson.Read<TableDefinition>(definition);
        return DefinitionJson.Write(table with { ForeignKeys = [.. table.ForeignKeys.Where(key => requirements.All(r => r.Identity != key.References))] });
    }

    /// <summary>An index of Kolumn's own name beside it belongs to nobody.</summary>
    public bool IsUnfinished(JsonObject actual, JsonObject desired)
    {
        var table = DefinitionJson.Read<TableDefinition>(actual);
        return table.Leftovers.Count > 0 && DefinitionJson.AreEqual(table with { Leftovers = [] }, DefinitionJson.Read<TableDefinition>(desired));
    }

    public string InUse(JsonObject definition) => IdentityOf(definition);

    public Task<IReadOnlyDictionary<string, ObjectUse>> FindUseAsync(PostgresSession session, IReadOnlyCollection<string> identities, CancellationToken cancellationToken) =>
        TablesInUse.FindAsync(session, identities, cancellationToken);

    public IReadOnlyList<Statement>? CreateOnline(JsonObject definition) => null;

    public IReadOnlyList<Statement>? AlterOnline(JsonObject actual, JsonObject desired)
    {
        var (old, now) = (DefinitionJson.Read<TableDefinition>(actual), DefinitionJson.Read<TableDefinition>(desired));
        return TableOnline.Between(old, now) is var (inside, outside) ? [.. inside, .. DescribedAndOwned(old, now), .. outside] : null;
    }

    /// <summary>A table goes in a moment, however large it is.</summary>
    public IReadOnlyList<Statement>? DropOnline(JsonObject definition) => null;

    protected override Task<IReadOnlyList<TableDefinition>> ReadAsync(
        PostgresSession session, IReadOnlyCollection<QualifiedName>? lookups, SchemaNames names, CancellationToken cancellationToken) =>
        TableCatalog.ReadAsync(session, lookups, names, cancellationToken);

    protected override JsonObject ToConfig(TableDefinition definition) => TableConfig.Of(definition);

    public override IReadOnlyList<Statement>? Rename(JsonObject definition, Renaming renaming) => renaming.Part is null
        ? base.Rename(definition, renaming)
        : [TableSql.RenameColumn(DefinitionJson.Read<TableDefinition>(definition), renaming.From, renaming.To)];

    public override FollowingNames? NamesThatFollow(JsonObject actual, JsonObject desired) =>
        ConstraintNames.Following(DefinitionJson.Read<TableDefinition>(actual), DefinitionJson.Read<TableDefinition>(desired));

    public string LocationOf(JsonObject definition, string id) => new QualifiedName(QuarantineSql.SchemaOf(id), (string)definition["name"]!).ToString();

    public IReadOnlyList<Statement> Quarantine(JsonObject definition, string id)
    {
        // Rows that nobody sees must not keep other rows from being deleted, or vanish with them.
        var table = DefinitionJson.Read<TableDefinition>(definition);
        return QuarantineSql.Move("TABLE", table.Identity, id, OwnKeys(table).Select(key => TableSql.DropConstraintIfExists(table, key.Name)));
    }

    public IReadOnlyList<Statement> Restore(JsonObject definition, string id, Func<ObjectReference, bool> exists)
    {
        var table = DefinitionJson.Read<TableDefinition>(definition);
        var keys = OwnKeys(table).Where(key => exists(new ObjectReference(TableResource.Type, key.References)) || exists(new ObjectReference(PartitionResource.Type, key.References)));
        return QuarantineSql.Return("TABLE", table.Identity, id, keys.Select(key => TableSql.AddForeignKeyIfItFits(table, key)));
    }

    public IReadOnlyList<Statement> Purge(JsonObject definition, string id) => QuarantineSql.Purge("TABLE", SqlIdentifier.Quote((string)definition["name"]!), id);

    private static IEnumerable<ForeignKeyDefinition> OwnKeys(TableDefinition table) => table.ForeignKeys.Where(key => key.References != table.Identity.ToString());

    protected override IEnumerable<Statement> Create(TableDefinition definition) => TableSql.Create(definition);

    protected override IEnumerable<Statement>? Alter(TableDefinition actual, TableDefinition desired) => TableChanges.Between(actual, desired);

    protected override Statement Drop(TableDefinition definition) => TableSql.Drop(definition);

    /// <summary>Foreign keys are left out of the attempt: the server would spell nothing in them otherwise.</summary>
    protected override TableDefinition ForScratch(TableDefinition definition) => definition with { ForeignKeys = [] };

    protected override TableDefinition Complete(TableDefinition spelled, TableDefinition asked) =>
        spelled with { Owner = asked.Owner, Unlogged = asked.Unlogged, ForeignKeys = asked.ForeignKeys };

    /// <summary>Foreign keys that reference a primary key without naming its columns are completed from the plan, else from the catalog.</summary>
    protected override async Task<IReadOnlyList<NormalizedDefinition>> FinishAsync(
        PostgresSession session, IReadOnlyList<NormalizedDefinition> spelled, IReadOnlyDictionary<string, IReadOnlyList<JsonObject>> all, CancellationToken cancellationToken)
    {
        var tables = spelled.Select(one => one.Definition is { } definition ? DefinitionJson.Read<TableDefinition>(definition) : null).ToList();
        var keys = await PrimaryKeysAsync(session, [.. tables.OfType<TableDefinition>()], all, cancellationToken);
        return
        [
            .. spelled.Zip(tables, (one, table) => table is null
                ? one
                : one with { Definition = DefinitionJson.Write(table with { ForeignKeys = Complete(table.ForeignKeys, keys) }) }),
        ];
    }

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
            foreach (var table in await TableCatalog.ReadAsync(session, [.. wanted.Select(name => QualifiedName.Parse(name)!.Value)], SchemaNames.Actual, cancellationToken))
            {
                found[table.Identity.ToString()] = table.PrimaryKey?.Columns ?? [];
            }
        }

        return found;
    }
}
