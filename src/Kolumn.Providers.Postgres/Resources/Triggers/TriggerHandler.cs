using System.Text.Json.Nodes;
using Kolumn.Protocol.Payloads;
using Kolumn.Protocol.Schema;
using Kolumn.Providers.Postgres.Database;
using Kolumn.Providers.Postgres.Resources.Routines;
using Kolumn.Providers.Postgres.Resources.Tables;
using Kolumn.Providers.Postgres.Sql;
using Kolumn.Sdk;

namespace Kolumn.Providers.Postgres.Resources.Triggers;

/// <summary>Triggers of tables and views. Whether one fires changes in place; anything else makes another trigger.</summary>
internal sealed class TriggerHandler : SpelledHandler<TriggerDefinition>, IObstructingHandler, IAccompanyingHandler
{
    public override string Description => "A trigger of a table or view.";

    public override ObjectType Schema => TriggerResource.Schema;

    public override IReadOnlyCollection<string> Kept => [];

    protected override string Type => TriggerResource.Type;

    public override string IdentityOf(JsonObject definition) => TableMember.IdentityOf(definition);

    public bool IsPartOf(JsonObject definition, ObjectReference owner) => TableMember.IsOf(definition, owner);

    /// <summary>PostgreSQL keeps columns that a trigger names from being dropped or retyped.</summary>
    public bool StandsInTheWay(JsonObject definition, ObjectReference changed, IReadOnlyDictionary<string, AttributeChange> changes)
    {
        var shaken = ColumnChanges.DroppedOrRetyped(changes);
        var trigger = DefinitionJson.Read<TriggerDefinition>(definition);
        return changed.Type == TableResource.Type && (trigger.Columns.Any(shaken.Contains) || ColumnChanges.AreNamedIn(shaken, trigger.When));
    }

    protected override TriggerDefinition Describe(ConfigReader config) => TriggerResource.Describe(config);

    protected override IEnumerable<ObjectReference> Needs(JsonObject definition) =>
        SqlReferences.ToRelation((string)definition["table"]!)
            .Append(new ObjectReference(RoutineResource.Function, (string)definition["function"]!))
            .Concat(SqlReferences.In((string?)definition["when"]));

    protected override QualifiedName? LookupOf(string identity) => TableMember.TableOf(identity);

    protected override Task<IReadOnlyList<TriggerDefinition>> ReadAsync(
        PostgresSession session, IReadOnlyCollection<QualifiedName>? lookups, SchemaNames names, CancellationToken cancellationToken) =>
        TriggerCatalog.ReadAsync(session, lookups, names, cancellationToken);

    protected override JsonObject ToConfig(TriggerDefinition definition) => TriggerResource.ToConfig(definition, base.ToConfig(definition));

    protected override IEnumerable<Statement> Create(TriggerDefinition definition) =>
        definition.Enabled is null ? [TriggerSql.Create(definition)] : [TriggerSql.Create(definition), TriggerSql.Enable(definition)];

    protected override IEnumerable<Statement>? Alter(TriggerDefinition actual, TriggerDefinition desired) =>
        !DefinitionJson.AreEqual(actual with { Comment = desired.Comment, Enabled = desired.Enabled }, desired) ? null
        : actual.Enabled == desired.Enabled ? []
        : [TriggerSql.Enable(desired)];

    protected override IEnumerable<ScratchItem> StagesOf(TriggerDefinition definition) =>
        [definition.Timing == TriggerDefinition.InsteadOf ? TableStage.ViewOn(definition.Table) : TableStage.Like(definition.Table)];

    protected override TriggerDefinition Complete(TriggerDefinition spelled, TriggerDefinition asked) => spelled;
}
