using System.Text.Json.Nodes;
using Kolumn.Protocol.Payloads;
using Kolumn.Protocol.Schema;
using Kolumn.Providers.Postgres.Database;
using Kolumn.Providers.Postgres.Resources.Tables;
using Kolumn.Providers.Postgres.Sql;
using Kolumn.Sdk;

namespace Kolumn.Providers.Postgres.Resources.Policies;

/// <summary>Policies of row-level security; whether a table heeds them is the table's business.</summary>
internal sealed class PolicyHandler : SpelledHandler<PolicyDefinition>, IObstructingHandler, IAccompanyingHandler
{
    public override string Description => "A policy: which rows of a table a role sees and writes.";

    public override ObjectType Schema => PolicyResource.Schema;

    public override IReadOnlyCollection<string> Kept => [];

    protected override string Type => PolicyResource.Type;

    public override string IdentityOf(JsonObject definition) => TableMember.IdentityOf(definition);

    public bool IsPartOf(JsonObject definition, ObjectReference owner) => TableMember.IsOf(definition, owner);

    /// <summary>PostgreSQL keeps columns that a policy names from being dropped or retyped.</summary>
    public bool StandsInTheWay(JsonObject definition, ObjectReference changed, IReadOnlyDictionary<string, AttributeChange> changes)
    {
        var shaken = ColumnChanges.DroppedOrRetyped(changes);
        return changed.Type == TableResource.Type
            && (ColumnChanges.AreNamedIn(shaken, (string?)definition["using"]) || ColumnChanges.AreNamedIn(shaken, (string?)definition["check"]));
    }

    protected override PolicyDefinition Describe(ConfigReader config) => PolicyResource.Describe(config);

    protected override IEnumerable<ObjectReference> Needs(JsonObject definition) =>
        SqlReferences.ToRelation((string)definition["table"]!)
            .Concat(SqlReferences.In((string?)definition["using"]))
            .Concat(SqlReferences.In((string?)definition["check"]))
            .Concat((definition["roles"]?.AsArray() ?? []).SelectMany(role => SqlReferences.ToRole((string)role!)));

    protected override QualifiedName? LookupOf(string identity) => TableMember.TableOf(identity);

    protected override async Task<IReadOnlyList<PolicyDefinition>> ReadAsync(
        PostgresSession session, IReadOnlyCollection<QualifiedName>? lookups, SchemaNames names, CancellationToken cancellationToken)
    {
        var found = new List<PolicyDefinition>();
        await session.ReadAsync(
            [CatalogQuery.Of(CatalogSql.Policies, lookups, row =>
            {
                var table = new QualifiedName(names.Schema(row.GetString(0)), row.GetString(1));
                found.Add(new PolicyDefinition
                {
                    Schema = table.Schema,
                    Name = row.GetString(2),
                    Table = table.ToString(),
                    Command = row.GetString(3) switch { "r" => "select", "a" => "insert", "w" => "update", "d" => "delete", _ => null },
                    Restrictive = !row.GetBoolean(4),
                    Roles = row.List<string>(5),
                    Using = names.Sql(row.Text(6)),
                    Check = names.Sql(row.Text(7)),
                    Comment = row.Text(8),
                });
            })],
            cancellationToken);
        return found;
    }

    protected override JsonObject ToConfig(PolicyDefinition definition) => PolicyResource.ToConfig(base.ToConfig(definition));

    protected override IEnumerable<Statement> Create(PolicyDefinition definition) => [PolicySql.Create(definition)];

    protected override IEnumerable<Statement>? Alter(PolicyDefinition actual, PolicyDefinition desired) => PolicySql.Changes(actual, desired);

    /// <summary>A role may come with the plan.</summary>
    protected override PolicyDefinition ForScratch(PolicyDefinition definition) => definition with { Roles = [] };

    protected override IEnumerable<ScratchItem> StagesOf(PolicyDefinition definition) => [TableStage.Like(definition.Table)];

    protected override PolicyDefinition Complete(PolicyDefinition spelled, PolicyDefinition asked) => spelled with { Roles = asked.Roles };
}
