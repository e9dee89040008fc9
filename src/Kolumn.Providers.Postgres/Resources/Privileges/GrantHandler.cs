using System.Text.Json.Nodes;
using Kolumn.Protocol;
using Kolumn.Protocol.Payloads;
using Kolumn.Protocol.Schema;
using Kolumn.Providers.Postgres.Database;
using Kolumn.Providers.Postgres.Resources.Schemas;
using Kolumn.Providers.Postgres.Resources.Sequences;
using Kolumn.Providers.Postgres.Resources.Tables;
using Kolumn.Sdk;
using Kolumn.Sdk.Sql;

namespace Kolumn.Providers.Postgres.Resources.Privileges;

/// <summary>
/// Grants: all that one role may do with one object. What its owner and everybody have of it before anybody grants or revokes is standard,
/// and nothing that anybody has to describe.
/// </summary>
internal sealed class GrantHandler : IResourceHandler<PostgresSession>, IStatementHandler, IStandardHandler, ICarriedHandler, IObstructingHandler, IIncompleteHandler<PostgresSession>
{
    /// <summary>The first version that grants settings.</summary>
    private const int WithSettings = 15;

    private const string Settings = "SELECT p.parname::text FROM pg_catalog.pg_parameter_acl p ORDER BY 1";

    public string Description => "A grant: what a role may do with an object.";

    public ObjectType Schema => GrantResource.Schema;

    public JsonObject Describe(JsonObject config, DescribeContext context) =>
        DefinitionJson.Write(GrantResource.Describe(new ConfigReader(config, AttributePath.Root, context, SqlDialect.Postgres)));

    public string IdentityOf(JsonObject definition)
    {
        var grant = DefinitionJson.Read<GrantDefinition>(definition);
        return GrantIdentity.Of(grant.About.Kind.Word, grant.About.Object, grant.To);
    }

    public bool IsStandard(JsonObject definition) => DefinitionJson.Read<GrantDefinition>(definition).IsStandard;

    /// <summary>What is granted on a column goes with it, and cannot be taken back afterwards.</summary>
    public bool StandsInTheWay(JsonObject definition, ObjectReference changed, IReadOnlyDictionary<string, AttributeChange> changes)
    {
        var dropped = ColumnChanges.Dropped(changes);
        return changed.Type == TableResource.Type && dropped.Count > 0 && DefinitionJson.Read<GrantDefinition>(definition).Columns.Any(column => dropped.Contains(column.Name));
    }

    public IEnumerable<ObjectReference> Requires(JsonObject definition)
    {
        var grant = DefinitionJson.Read<GrantDefinition>(definition);
        var (kind, about) = grant.About;
        var objects = kind == PrivilegeKind.Table ? SqlReferences.ToRelation(about)
            : kind == PrivilegeKind.Sequence ? [new ObjectReference(SequenceResource.Type, about), new ObjectReference(TableResource.Type, about)]
            : kind == PrivilegeKind.Schema ? [new ObjectReference(SchemaResource.Type, about)]
            : new[] { new ObjectReference(kind.Word, about) };
        return objects.Concat(grant.To == AclItem.Everybody ? [] : SqlReferences.ToRole(grant.To));
    }

    public async Task<IReadOnlyList<JsonObject>> ReadAsync(PostgresSession session, IReadOnlyCollection<string>? identities, CancellationToken cancellationToken)
    {
        var found = identities is null
            ? await GrantCatalog.ReadAllAsync(session, cancellationToken)
            : await GrantCatalog.ReadAsync(session, [.. identities.Select(AskedFor).OfType<(PrivilegeKind, string, string)>()], cancellationToken);
        return [.. found.Select(DefinitionJson.Write)];
    }

    public JsonObject ToConfig(JsonObject definition) => GrantedRights.ToConfig(DefinitionJson.Write(DefinitionJson.Read<GrantDefinition>(definition)));

    public async Task<IReadOnlyList<Diagnostic>> FindUnsupportedAsync(PostgresSession session, CancellationToken cancellationToken)
    {
        var found = new List<(string What, string Name)>();
        if (session.ServerVersion >= WithSettings)
        {
            await session.ReadAsync([new CatalogQuery(new Statement(Settings), row => found.Add(("privileges on a setting", row.GetString(0))))], cancellationToken);
        }

        return [.. await UnsupportedObjects.FindAsync(session, GrantResource.Type, cancellationToken), .. UnsupportedObjects.Name(found, UnsupportedObjects.Untouched)];
    }

    /// <summary>Default privileges may have granted something when the object was made: it begins with nothing.</summary>
    public IReadOnlyList<Statement> Create(JsonObject definition)
    {
        var grant = DefinitionJson.Read<GrantDefinition>(definition);
        return [GrantSql.RevokeAll(grant), .. GrantSql.Between(GrantDefinition.Of(grant.About.Kind, grant.About.Object, grant.To), grant)];
    }

    public IReadOnlyList<Statement>? Alter(JsonObject actual, JsonObject desired) =>
        [.. GrantSql.Between(DefinitionJson.Read<GrantDefinition>(actual), DefinitionJson.Read<GrantDefinition>(desired))];

    /// <summary>Back to what is standard.</summary>
    public IReadOnlyList<Statement> Drop(JsonObject definition)
    {
        var grant = DefinitionJson.Read<GrantDefinition>(definition);
        return [.. GrantSql.Between(grant, grant with { Privileges = grant.Standard, WithGrantOption = [], Columns = [] })];
    }

    /// <summary>Whoever has granted them, they come from the owner once they are back, and those on a column that is gone are not among them: it begins with nothing.</summary>
    public IReadOnlyList<Statement> ChangeRestored(JsonObject actual, JsonObject? desired)
    {
        var grant = DefinitionJson.Read<GrantDefinition>(actual);
        return Create(desired ?? DefinitionJson.Write(grant with { Privileges = grant.Standard, WithGrantOption = [], Columns = [] }));
    }

    private static (PrivilegeKind Kind, string Object, string To)? AskedFor(string identity) =>
        GrantIdentity.Parse(identity) is var (word, about, to) && PrivilegeKind.Objects.FirstOrDefault(kind => kind.Word == word) is { } known ? (known, about, to) : null;
}
