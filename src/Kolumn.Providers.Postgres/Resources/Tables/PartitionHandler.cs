using Kolumn.Protocol.Payloads;
using Kolumn.Protocol.Schema;
using Kolumn.Providers.Postgres.Database;
using Kolumn.Providers.Postgres.Sql;
using Kolumn.Sdk.Sql;
using Kolumn.Sdk;
using System.Text.Json.Nodes;

namespace Kolumn.Providers.Postgres.Resources.Tables;

/// <summary>Partitions of tables. Other bounds, or another table, are a matter of taking it out and putting it back: its rows stay.</summary>
internal sealed class PartitionHandler : SpelledHandler<PartitionDefinition>, IQuarantiningHandler, IContainedHandler
{
    public override string Description => "A partition of a table: the part of its rows between some bounds.";

    public override ObjectType Schema => PartitionResource.Schema;

    protected override string Type => PartitionResource.Type;

    public bool IsInside(JsonObject definition, ObjectReference owner) =>
        owner.Type is TableResource.Type or PartitionResource.Type && (string)definition["table"]! == owner.Identity;

    public string LocationOf(JsonObject definition, string id) => new QualifiedName(QuarantineSql.SchemaOf(id), (string)definition["name"]!).ToString();

    public IReadOnlyList<Statement> Quarantine(JsonObject definition, string id)
    {
        var partition = DefinitionJson.Read<PartitionDefinition>(definition);
        return QuarantineSql.Move(
            "TABLE", partition.Identity, id,
            [new Statement($"ALTER TABLE {partition.Parent.Quoted} DETACH PARTITION {partition.Identity.Quoted}"), QuarantineSql.DropForeignKeys(partition.Identity)]);
    }

    /// <summary>A partition is nothing without its table: that has to be there before.</summary>
    public IReadOnlyList<Statement> Restore(JsonObject definition, string id, Func<ObjectReference, bool> exists)
    {
        var partition = DefinitionJson.Read<PartitionDefinition>(definition);
        return QuarantineSql.Return(
            "TABLE", partition.Identity, id, [new Statement($"ALTER TABLE {partition.Parent.Quoted} ATTACH PARTITION {partition.Identity.Quoted} {Bounds(partition)}")]);
    }

    public IReadOnlyList<Statement> Purge(JsonObject definition, string id) => QuarantineSql.Purge("TABLE", SqlIdentifier.Quote((string)definition["name"]!), id);

    protected override PartitionDefinition Describe(ConfigReader config) => PartitionResource.Describe(config);

    protected override IEnumerable<ObjectReference> Needs(JsonObject definition) =>
        SqlReferences.ToRelation((string)definition["table"]!).Concat(SqlReferences.In((string?)definition["partition_by"]));

    protected override async Task<IReadOnlyList<PartitionDefinition>> ReadAsync(
        PostgresSession session, IReadOnlyCollection<QualifiedName>? lookups, SchemaNames names, CancellationToken cancellationToken)
    {
        var found = new List<PartitionDefinition>();
        await session.ReadAsync(
            [CatalogQuery.Of(CatalogSql.Partitions, lookups, row => found.Add(new PartitionDefinition
            {
                Schema = names.Schema(row.GetString(0)),
                Name = row.GetString(1),
                Table = new QualifiedName(names.Schema(row.GetString(2)), row.GetString(3)).ToString(),
                Values = names.Sql(row.GetString(4))!,
                PartitionBy = names.Sql(row.Text(5)),
                Unlogged = row.GetBoolean(6),
                StorageParameters = StorageParameters.Read(row.List<string>(7)),
                Comment = row.Text(8),
                Owner = row.GetString(9),
            }))],
            cancellationToken);
        return found;
    }

    protected override IEnumerable<Statement> Create(PartitionDefinition definition) =>
    [
        new Statement($"CREATE {(definition.Unlogged ? "UNLOGGED " : "")}TABLE {definition.Identity.Quoted} PARTITION OF {definition.Parent.Quoted} {Bounds(definition)}"
            + TableSql.PartitionBy(definition.PartitionBy) + StorageParameters.With(definition.StorageParameters))
        {
            Locks = [TableLock.AccessExclusive.On(definition.Parent)],
        },
    ];

    protected override IEnumerable<Statement>? Alter(PartitionDefinition actual, PartitionDefinition desired)
    {
        if (actual.PartitionBy != desired.PartitionBy)
        {
            return null;
        }

        IReadOnlyList<string> parts =
        [
            .. StorageParameters.Changes(actual.StorageParameters, desired.StorageParameters),
            .. actual.Unlogged == desired.Unlogged ? [] : new[] { desired.Unlogged ? "SET UNLOGGED" : "SET LOGGED" },
        ];
        return
        [
            .. actual.Values == desired.Values && actual.Table == desired.Table ? [] : Move(actual, desired),
            .. parts.Count == 0 ? [] : new[] { Settings(actual, desired, parts) },
        ];
    }

    protected override Statement Drop(PartitionDefinition definition) => definition.Sql.Drop with
    {
        Hazards = [new Hazard(HazardNames.DataLoss, $"Every row of {definition.Identity} is lost.")],
        Locks = [.. definition.Sql.Drop.Locks, TableLock.AccessExclusive.On(definition.Parent)],
    };

    /// <summary>The key can only be told by the server.</summary>
    protected override IEnumerable<ScratchItem> StagesOf(PartitionDefinition definition)
    {
        var (parent, regclass) = (definition.Parent.Quoted, SqlLiteral.Quote(definition.Parent.Quoted) + "::regclass");
        yield return TableStage.Like(definition.Table) with
        {
            Copy = name =>
            {
                var create = SqlLiteral.Quote($"CREATE TABLE {name.Quoted} (LIKE {parent}) PARTITION BY ");
                return new Statement($"DO {SqlLiteral.Quote($"BEGIN EXECUTE {create} || pg_get_partkeydef({regclass}); END")}");
            },
        };
    }

    protected override PartitionDefinition Complete(PartitionDefinition spelled, PartitionDefinition asked) => spelled with { Owner = asked.Owner, Unlogged = asked.Unlogged };

    private static string Bounds(PartitionDefinition partition) => partition.Values == "DEFAULT" ? "DEFAULT" : $"FOR VALUES {partition.Values}";

    private static Statement[] Move(PartitionDefinition actual, PartitionDefinition desired) =>
    [
        new Statement($"ALTER TABLE {actual.Parent.Quoted} DETACH PARTITION {desired.Identity.Quoted}")
        {
            Locks = [TableLock.AccessExclusive.On(actual.Parent), TableLock.AccessExclusive.On(desired.Identity)],
        },
        new Statement($"ALTER TABLE {desired.Parent.Quoted} ATTACH PARTITION {desired.Identity.Quoted} {Bounds(desired)}")
        {
            Hazards = [new Hazard(HazardNames.LongLock, $"{desired.Table} is locked while every row of {desired.Identity} is checked; one outside the new bounds fails the change.")],
            Locks = [TableLock.ShareUpdateExclusive.On(desired.Parent), TableLock.AccessExclusive.On(desired.Identity)],
        },
    ];

    private static Statement Settings(PartitionDefinition actual, PartitionDefinition desired, IReadOnlyList<string> parts) =>
        new($"ALTER TABLE {desired.Identity.Quoted} {string.Join(", ", parts)}")
        {
            Locks = [(actual.Unlogged == desired.Unlogged ? parts.Max(StorageParameters.LockOf) : TableLock.AccessExclusive).On(desired.Identity)],
            Hazards = actual.Unlogged == desired.Unlogged ? [] :
            [
                new Hazard(HazardNames.TableRewrite, $"Changing how {desired.Identity} is logged writes every row again."),
                .. desired.Unlogged ? [new Hazard(HazardNames.DataLoss, $"{desired.Identity} will be empty after a crash of the server.")] : Array.Empty<Hazard>(),
            ],
        };
}
