using System.Text.Json.Nodes;
using Kolumn.Protocol;
using Kolumn.Protocol.Payloads;
using Kolumn.Protocol.Schema;
using Kolumn.Providers.MySql.Database;
using Kolumn.Providers.MySql.Resources.Sequences;
using Kolumn.Providers.MySql.Sql;
using Kolumn.Sdk;

namespace Kolumn.Providers.MySql.Resources.Tables;

/// <summary>Tables with columns, keys, checks and partitions.</summary>
internal sealed class TableHandler : SpelledHandler<TableDefinition>, IKeepingHandler, IPostponingHandler, ISharingHandler, IAssertingHandler<MySqlSession>, IRenamingHandler, IQuarantiningHandler, IIncompleteHandler<MySqlSession>
{
    public override string Description => "A table with its columns, keys and checks.";

    public override ObjectType Schema => TableResource.Schema;

    public IReadOnlyCollection<string> Kept { get; } = ["engine", "charset", "collation"];

    public IReadOnlyCollection<string> KeptBy(JsonObject described) => Collations.KeptBy(described, Kept);

    /// <summary>A unique index is the same thing to the server.</summary>
    public IReadOnlyCollection<string> SharedParts { get; } = ["unique_constraints"];

    protected override string Type => TableResource.Type;

    /// <summary>A foreign key can be added to a table at any time.</summary>
    public bool CanPostpone(ObjectReference requirement) => requirement.Type == TableResource.Type;

    /// <summary>The server keeps a key and the type of its columns while a foreign key rests on them.</summary>
    public bool MustLetGo(JsonObject definition, ObjectReference requirement, IReadOnlyDictionary<string, AttributeChange> changes)
    {
        var referenced = Format.Read<TableDefinition>(definition).ForeignKeys.Where(key => key.References == requirement.Identity).SelectMany(key => key.ReferencedColumns).ToHashSet(StringComparer.OrdinalIgnoreCase);
        return changes.Keys.Any(path => path.StartsWith("primary_key", StringComparison.Ordinal) || path.StartsWith("unique_constraints", StringComparison.Ordinal) || path is "collation" or "charset" or "engine")
            || PartChanges.Named(changes, "columns", (attribute, _) => attribute is "type" or "collation").Any(referenced.Contains);
    }

    public JsonObject Without(JsonObject definition, IReadOnlyCollection<ObjectReference> requirements)
    {
        var table = Format.Read<TableDefinition>(definition);
        return Format.Write(table with { ForeignKeys = [.. table.ForeignKeys.Where(key => requirements.All(r => r.Identity != key.References))] });
    }

    public Task<IReadOnlyList<IReadOnlyList<Statement>>> AssertAsync(MySqlSession session, IReadOnlyList<AssertedChange> changes, CancellationToken cancellationToken) =>
        AlterAlgorithms.AssertAsync(session, [.. changes.Select(change => (MySqlName.Parse(IdentityOf(change.Definition))!.Value, change))], cancellationToken);

    public IReadOnlyCollection<string> RenamedParts { get; } = ["columns"];

    public StringComparer NameComparer => StringComparer.OrdinalIgnoreCase;

    public IReadOnlyList<Statement> Rename(JsonObject definition, Renaming renaming)
    {
        var table = Format.Read<TableDefinition>(definition).Identity;
        return
        [
            new Statement(renaming.Part is null
                ? $"RENAME TABLE {table.Quoted} TO {(table with { Name = renaming.To }).Quoted}"
                : $"ALTER TABLE {table.Quoted} RENAME COLUMN {MySqlName.Quote(renaming.From)} TO {MySqlName.Quote(renaming.To)}"),
        ];
    }

    /// <summary>What keeps the history of its rows is changed by other words.</summary>
    public async Task<IReadOnlyList<Diagnostic>> FindUnsupportedAsync(MySqlSession session, CancellationToken cancellationToken)
    {
        var found = new List<(string What, string Name)>();
        await session.ReadAsync(
            [
                new CatalogQuery(
                    new Statement($"SELECT TABLE_SCHEMA, TABLE_NAME FROM information_schema.TABLES WHERE TABLE_TYPE = 'SYSTEM VERSIONED' AND {CatalogScope.Of(session.Database, "TABLE_SCHEMA", "TABLE_NAME", null)} ORDER BY TABLE_SCHEMA, TABLE_NAME"),
                    row => found.Add(("system-versioned tables", session.Names.Name(row.GetString(0), row.GetString(1)).ToString()))),
            ],
            cancellationToken);
        return LeftOut.Name(found, "Kolumn neither describes nor touches them, their views and triggers can be managed all the same. ALTER TABLE … DROP SYSTEM VERSIONING makes ordinary tables of them, without their history.");
    }

    public string LocationOf(JsonObject definition, string id) => TableQuarantine.NameOf(Format.Read<TableDefinition>(definition), id).ToString();

    public IReadOnlyList<Statement> Quarantine(JsonObject definition, string id) => TableQuarantine.Move(Format.Read<TableDefinition>(definition), id);

    public IReadOnlyList<Statement> Restore(JsonObject definition, string id, Func<ObjectReference, bool> exists) =>
        TableQuarantine.Restore(Format.Read<TableDefinition>(definition), id, exists);

    public IReadOnlyList<Statement> Purge(JsonObject definition, string id) => [TableQuarantine.Purge(Format.Read<TableDefinition>(definition), id)];

    protected override TableDefinition Describe(ConfigReader config) => TableDescription.Of(config);

    /// <summary>Read from the JSON itself: this is asked for every table of every plan.</summary>
    protected override IEnumerable<ObjectReference> Needs(JsonObject definition)
    {
        foreach (var key in definition["foreign_keys"]?.AsArray() ?? [])
        {
            yield return new ObjectReference(TableResource.Type, (string)key!["references"]!);
        }

        foreach (var column in definition["columns"]?.AsArray() ?? [])
        {
            foreach (var sequence in SequenceMentions.In((string?)column!["default"]))
            {
                yield return new ObjectReference(SequenceHandler.Type, sequence.ToString());
            }
        }
    }

    protected override Task<IReadOnlyList<TableDefinition>> ReadAsync(
        MySqlSession session, IReadOnlyCollection<MySqlName>? lookups, SchemaNames names, CancellationToken cancellationToken) =>
        TableCatalog.ReadAsync(session, lookups, names, cancellationToken);

    protected override JsonObject ToConfig(TableDefinition definition) => TableConfig.Of(definition);

    protected override IEnumerable<Statement> Create(TableDefinition definition) => [TableSql.Create(definition)];

    protected override IEnumerable<Statement> Alter(TableDefinition actual, TableDefinition desired) => TableChanges.Between(actual, desired);

    protected override IEnumerable<Statement> Drop(TableDefinition definition) => [TableSql.Drop(definition)];

    /// <summary>Foreign keys are left out of the attempt: the server would spell nothing in them otherwise.</summary>
    public override IReadOnlyList<Statement> CreateInScratch(JsonObject definition, string database, Func<MySqlName, string?> databaseOf) =>
        [TableSql.Create(Format.Read<TableDefinition>(definition) with { Schema = database, ForeignKeys = [] })];

    protected override TableDefinition Complete(TableDefinition spelled, TableDefinition asked) => spelled with { ForeignKeys = asked.ForeignKeys };
}
