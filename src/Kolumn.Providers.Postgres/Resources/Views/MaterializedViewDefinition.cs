using System.Text.Json.Serialization;
using Kolumn.Providers.Postgres.Sql;

namespace Kolumn.Providers.Postgres.Resources.Views;

/// <summary>A materialised view as the catalog reports it.</summary>
internal sealed record MaterializedViewDefinition : QueryDefinition
{
    /// <summary>Nothing has filled it yet. Matters only when it is made: filling is everyday business, and no difference.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool WithoutData { get; init; }

    [JsonIgnore]
    public override SqlObject Sql => new("MATERIALIZED VIEW", Identity.Quoted) { Relation = Identity };
}
