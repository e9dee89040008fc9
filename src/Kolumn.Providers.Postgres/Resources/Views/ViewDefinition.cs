using System.Text.Json.Serialization;
using Kolumn.Providers.Postgres.Sql;

namespace Kolumn.Providers.Postgres.Resources.Views;

/// <summary>A view as the catalog reports it.</summary>
internal sealed record ViewDefinition : QueryDefinition
{
    [JsonIgnore]
    public override SqlObject Sql => new("VIEW", Identity.Quoted) { Relation = Identity };
}
