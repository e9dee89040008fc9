using System.Data.Common;
using System.Text.Json.Nodes;
using Kolumn.Protocol.Schema;
using Kolumn.Providers.Postgres.Database;
using Kolumn.Providers.Postgres.Resources.Tables;
using Kolumn.Providers.Postgres.Sql;
using Kolumn.Sdk;
using Kolumn.Sdk.Sql;

namespace Kolumn.Providers.Postgres.Resources.Sequences;

/// <summary>Sequences of their own. Everything about one changes in place.</summary>
internal sealed class SequenceHandler : SpelledHandler<SequenceDefinition>, IQuarantiningHandler, IAccompanyingHandler
{
    public override string Description => "A sequence: an object that counts.";

    public override ObjectType Schema => SequenceResource.Schema;

    protected override string Type => SequenceResource.Type;

    public bool IsPartOf(JsonObject definition, ObjectReference owner) => owner.Type == TableResource.Type
        && DottedName.Split((string?)definition["owned_by"] ?? "") is [var schema, var table, _] && owner.Identity == new QualifiedName(schema, table).ToString();

    public string LocationOf(JsonObject definition, string id) => new QualifiedName(QuarantineSql.SchemaOf(id), (string)definition["name"]!).ToString();

    /// <summary>A sequence that belongs to a column cannot go elsewhere by itself.</summary>
    public IReadOnlyList<Statement> Quarantine(JsonObject definition, string id)
    {
        var sequence = DefinitionJson.Read<SequenceDefinition>(definition);
        return QuarantineSql.Move("SEQUENCE", sequence.Identity, id, sequence.OwnedBy is null ? [] : [new Statement($"ALTER SEQUENCE {sequence.Identity.Quoted} OWNED BY NONE")]);
    }

    public IReadOnlyList<Statement> Restore(JsonObject definition, string id, Func<ObjectReference, bool> exists)
    {
        var sequence = DefinitionJson.Read<SequenceDefinition>(definition);
        return QuarantineSql.Return(
            "SEQUENCE", sequence.Identity, id, Needs(definition).All(exists) && sequence.OwnedBy is not null ? Alter(sequence with { OwnedBy = null }, sequence) ?? [] : []);
    }

    public IReadOnlyList<Statement> Purge(JsonObject definition, string id) => QuarantineSql.Purge("SEQUENCE", SqlIdentifier.Quote((string)definition["name"]!), id);

    protected override SequenceDefinition Describe(ConfigReader config) => SequenceResource.Describe(config);

    protected override IEnumerable<ObjectReference> Needs(JsonObject definition) =>
        DottedName.Split((string?)definition["owned_by"] ?? "") is [var schema, var table, _]
            ? [new ObjectReference(TableResource.Type, new QualifiedName(schema, table).ToString())]
            : [];

    protected override async Task<IReadOnlyList<SequenceDefinition>> ReadAsync(
        PostgresSession session, IReadOnlyCollection<QualifiedName>? lookups, SchemaNames names, CancellationToken cancellationToken)
    {
        var found = new List<SequenceDefinition>();
        await session.ReadAsync([CatalogQuery.Of(CatalogSql.Sequences, lookups, row => found.Add(Sequence(row, names)))], cancellationToken);
        return found;
    }

    protected override IEnumerable<Statement> Create(SequenceDefinition definition) => [SequenceSql.Create(definition)];

    protected override IEnumerable<Statement>? Alter(SequenceDefinition actual, SequenceDefinition desired) => SequenceSql.Changes(actual, desired);

    protected override Statement Drop(SequenceDefinition definition) => SequenceSql.Drop(definition);

    protected override SequenceDefinition ForScratch(SequenceDefinition definition) => definition with { OwnedBy = null };

    protected override SequenceDefinition Complete(SequenceDefinition spelled, SequenceDefinition asked) => spelled with { OwnedBy = asked.OwnedBy, Owner = asked.Owner };

    private static SequenceDefinition Sequence(DbDataReader row, SchemaNames names) => SequenceType.RangeOf(row.GetString(2)).Shortest(
        new SequenceDefinition
        {
            Schema = names.Schema(row.GetString(0)),
            Name = row.GetString(1),
            DataType = row.GetString(2) is var type && type == SequenceDefinition.DefaultType ? null : type,
            Start = row.GetInt64(3),
            Increment = row.GetInt64(4),
            Min = row.GetInt64(5),
            Max = row.GetInt64(6),
            Cache = row.GetInt64(7),
            Cycle = row.GetBoolean(8),
            OwnedBy = row.IsDBNull(9) ? null : $"{new QualifiedName(names.Schema(row.GetString(9)), row.GetString(10))}.{DottedName.Show(row.GetString(11))}",
            Unlogged = row.GetBoolean(12),
            Comment = row.Text(13),
            Owner = row.GetString(14),
        });
}
