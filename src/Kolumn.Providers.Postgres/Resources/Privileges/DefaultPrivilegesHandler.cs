using System.Text.Json.Nodes;
using Kolumn.Protocol;
using Kolumn.Protocol.Schema;
using Kolumn.Providers.Postgres.Database;
using Kolumn.Providers.Postgres.Resources.Schemas;
using Kolumn.Sdk;
using Kolumn.Sdk.Sql;

namespace Kolumn.Providers.Postgres.Resources.Privileges;

/// <summary>Default privileges: what a role gets of everything that another one makes from now on. What exists already does not change with them.</summary>
internal sealed class DefaultPrivilegesHandler : IResourceHandler<PostgresSession>, IStatementHandler, IStandardHandler, IAliasedHandler
{
    /// <summary>All default privileges of the plan.</summary>
    public static ObjectReference Every { get; } = new(DefaultPrivilegesResource.Type, "*");

    public string Description => "Default privileges: what a role may do with the objects that another one will make.";

    public ObjectType Schema => DefaultPrivilegesResource.Schema;

    public JsonObject Describe(JsonObject config, DescribeContext context) =>
        DefinitionJson.Write(DefaultPrivilegesResource.Describe(new ConfigReader(config, AttributePath.Root, context, SqlDialect.Postgres)));

    public string IdentityOf(JsonObject definition) => Read(definition).Identity;

    public IEnumerable<string> AliasesOf(JsonObject definition) => [Every.Identity];

    public bool IsStandard(JsonObject definition) => Read(definition).IsStandard;

    public IEnumerable<ObjectReference> Requires(JsonObject definition)
    {
        var one = Read(definition);
        return SqlReferences.ToRole(one.ForRole)
            .Concat(one.To == AclItem.Everybody ? [] : SqlReferences.ToRole(one.To))
            .Concat(one.Schema is null ? [] : [new ObjectReference(SchemaResource.Type, one.Schema)]);
    }

    /// <summary>There is no list of what is standard: those that are asked for and not in the catalog are taken from its rules.</summary>
    public async Task<IReadOnlyList<JsonObject>> ReadAsync(PostgresSession session, IReadOnlyCollection<string>? identities, CancellationToken cancellationToken)
    {
        var found = await DefaultPrivilegesCatalog.ReadAsync(session, cancellationToken);
        if (identities is null)
        {
            return [.. found.Where(one => !one.IsStandard).Select(DefinitionJson.Write)];
        }

        var known = found.ToDictionary(one => one.Identity);
        return [.. identities.Select(identity => known.GetValueOrDefault(identity) ?? StandardOf(identity)).OfType<DefaultPrivilegesDefinition>().Select(DefinitionJson.Write)];
    }

    public JsonObject ToConfig(JsonObject definition) => GrantedRights.ToConfig(DefinitionJson.Write(Read(definition)));

    public IReadOnlyList<Statement> Create(JsonObject definition)
    {
        var one = Read(definition);
        return Between(one with { Privileges = one.Standard, WithGrantOption = [] }, one);
    }

    public IReadOnlyList<Statement>? Alter(JsonObject actual, JsonObject desired) => Between(Read(actual), Read(desired));

    /// <summary>Back to what is standard.</summary>
    public IReadOnlyList<Statement> Drop(JsonObject definition)
    {
        var one = Read(definition);
        return Between(one, one with { Privileges = one.Standard, WithGrantOption = [] });
    }

    private static DefaultPrivilegesDefinition? StandardOf(string identity)
    {
        var (to, on, forRole, schema) = GrantIdentity.WordsOf(identity) switch
        {
            [var a, "on", var b, "of", var c] => (a, b, c, null),
            [var a, "on", var b, "of", var c, "in", var d] => (a, b, c, d),
            _ => ("", "", "", (string?)null),
        };
        if (!DefaultPrivilegesResource.Kinds.TryGetValue(on, out var kind))
        {
            return null;
        }

        var standard = schema is null ? DefaultPrivilegesResource.StandardOf(kind, forRole, to) : [];
        return new DefaultPrivilegesDefinition { ForRole = forRole, Schema = schema, On = on, To = to, Privileges = standard, Standard = standard };
    }

    private static DefaultPrivilegesDefinition Read(JsonObject definition) => DefinitionJson.Read<DefaultPrivilegesDefinition>(definition);

    private static IReadOnlyList<Statement> Between(DefaultPrivilegesDefinition actual, DefaultPrivilegesDefinition desired) =>
        [.. new RightsChanges(desired.Prefix, DefaultPrivilegesResource.Kinds[desired.On].Plural!, desired.To).Add(actual, desired).Statements()];
}
