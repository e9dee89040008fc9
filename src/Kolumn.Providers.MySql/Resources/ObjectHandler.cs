using System.Text.Json.Nodes;
using Kolumn.Providers.MySql.Database;
using Kolumn.Providers.MySql.Resources.Schemas;
using Kolumn.Providers.MySql.Sql;
using Kolumn.Sdk;
using Kolumn.Sdk.Sql;

namespace Kolumn.Providers.MySql.Resources;

/// <summary>What the handlers of all kinds share: names, and the database that comes first.</summary>
internal abstract class ObjectHandler<T>() : RecordHandler<MySqlSession, T, MySqlName>(DefinitionJson.Format, SqlDialect.MySql)
    where T : class
{
    public override string IdentityOf(JsonObject definition) => DefinitionJson.IdentityOf(definition);

    public override IEnumerable<ObjectReference> Requires(JsonObject definition) =>
        (string?)definition["schema"] is { } schema ? Needs(definition).Prepend(new ObjectReference(SchemaResource.Type, schema)) : Needs(definition);

    /// <summary>What comes first beside the database. Asked for every object of every plan.</summary>
    protected virtual IEnumerable<ObjectReference> Needs(JsonObject definition) => [];

    protected override MySqlName? LookupOf(string identity) => MySqlName.Parse(identity);

    protected override Task<IReadOnlyList<T>> ReadAsync(MySqlSession session, IReadOnlyCollection<MySqlName>? lookups, CancellationToken cancellationToken) =>
        ReadAsync(session, lookups, session.Names, cancellationToken);

    /// <param name="names">What databases are called in what is returned.</param>
    protected abstract Task<IReadOnlyList<T>> ReadAsync(MySqlSession session, IReadOnlyCollection<MySqlName>? lookups, SchemaNames names, CancellationToken cancellationToken);
}
