using System.Text.Json.Nodes;
using Kolumn.Protocol.Payloads;
using Kolumn.Providers.Postgres.Resources.Tables;
using Kolumn.Providers.Postgres.Sql;
using Kolumn.Sdk;

namespace Kolumn.Providers.Postgres.Resources.Views;

/// <summary>What views and materialised views share: they stand on what their query reads.</summary>
internal abstract class QueryHandler<T> : SpelledHandler<T>, IObstructingHandler
    where T : QueryDefinition
{
    /// <summary>PostgreSQL refuses to drop or retype a column that a view reads.</summary>
    public bool StandsInTheWay(JsonObject definition, ObjectReference changed, IReadOnlyDictionary<string, AttributeChange> changes) =>
        changed.Type == TableResource.Type && ColumnChanges.AreNamedIn(ColumnChanges.DroppedOrRetyped(changes), (string?)definition["query"]);

    /// <summary>Whatever of the plan the query reads: what it names and the plan does not know is none of the plan's business.</summary>
    protected override IEnumerable<ObjectReference> Needs(JsonObject definition) => SqlReferences.In((string?)definition["query"]);

    protected override T Complete(T spelled, T asked) => spelled with { Owner = asked.Owner };

    protected override JsonObject ToConfig(T definition)
    {
        var config = base.ToConfig(definition);
        config.Remove("columns");
        return config;
    }
}
