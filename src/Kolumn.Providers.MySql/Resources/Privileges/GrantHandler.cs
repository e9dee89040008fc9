using System.Text.Json.Nodes;
using Kolumn.Protocol;
using Kolumn.Protocol.Schema;
using Kolumn.Providers.MySql.Database;
using Kolumn.Providers.MySql.Resources.Accounts;
using Kolumn.Providers.MySql.Resources.Programs;
using Kolumn.Providers.MySql.Resources.Schemas;
using Kolumn.Providers.MySql.Resources.Sequences;
using Kolumn.Providers.MySql.Resources.Tables;
using Kolumn.Providers.MySql.Resources.Views;
using Kolumn.Providers.MySql.Sql;
using Kolumn.Sdk;
using Kolumn.Sdk.Sql;

namespace Kolumn.Providers.MySql.Resources.Privileges;

/// <summary>Grants: all that one account may do with one object. They change privilege by privilege.</summary>
internal sealed class GrantHandler() : RecordHandler<MySqlSession, GrantDefinition, MySqlAccount>(DefinitionJson.Format, SqlDialect.MySql), INormalizingHandler<MySqlSession>
{
    public override string Description => "A grant: what a user or a role may do with an object.";

    public override ObjectType Schema => GrantResource.Schema;

    public override string IdentityOf(JsonObject definition) => Format.Read<GrantDefinition>(definition).Identity;

    public override IEnumerable<ObjectReference> Requires(JsonObject definition)
    {
        var grant = Format.Read<GrantDefinition>(definition);
        var to = new ObjectReference(MySqlAccount.Parse(grant.To).Host is null ? AccountResource.Role : AccountResource.User, grant.To);
        return (grant.About.Kind switch
        {
            "schema" => [SchemaResource.Type],
            "table" => [TableResource.Type, ViewResource.Type, SequenceHandler.Type],
            "function" => [RoutineResource.Function],
            "procedure" => [RoutineResource.Procedure],
            _ => Array.Empty<string>(),
        }).Select(type => new ObjectReference(type, grant.About.Name)).Append(to);
    }

    /// <summary>What all means is for the server to say.</summary>
    public async Task<IReadOnlyList<NormalizedDefinition>> NormalizeAsync(
        MySqlSession session, IReadOnlyList<JsonObject> definitions, IReadOnlyDictionary<string, IReadOnlyList<JsonObject>> all, CancellationToken cancellationToken)
    {
        var grants = definitions.Select(Format.Read<GrantDefinition>).ToList();
        var known = grants.Exists(grant => grant.Privileges.Contains(GrantDefinition.All)) ? await PrivilegeWords.ReadAsync(session, cancellationToken) : null;
        return [.. grants.Select(grant => new NormalizedDefinition(Format.Write(known is null ? grant : grant with { Privileges = known.Expand(grant.Privileges, grant.About.Kind) }), null))];
    }

    protected override GrantDefinition Describe(ConfigReader config) => GrantResource.Describe(config);

    protected override MySqlAccount? LookupOf(string identity) => GrantIdentity.Parse(identity) is var (_, _, to) ? MySqlAccount.Parse(to) : null;

    /// <summary>Told by the handler of users where the server keeps them to itself.</summary>
    protected override async Task<IReadOnlyList<GrantDefinition>> ReadAsync(MySqlSession session, IReadOnlyCollection<MySqlAccount>? lookups, CancellationToken cancellationToken)
    {
        try
        {
            return await GrantCatalog.ReadAsync(session, lookups, cancellationToken);
        }
        catch (ProviderException refused) when (lookups is null && refused.Diagnostic.Code == DiagnosticCodes.Permission)
        {
            return [];
        }
    }

    protected override IEnumerable<Statement> Create(GrantDefinition definition) => GrantSql.Between(Nothing(definition), definition);

    protected override IEnumerable<Statement> Alter(GrantDefinition actual, GrantDefinition desired) => GrantSql.Between(actual, desired);

    protected override IEnumerable<Statement> Drop(GrantDefinition definition) => GrantSql.Between(definition, Nothing(definition));

    private static GrantDefinition Nothing(GrantDefinition grant) => grant with { Privileges = [], Columns = [], WithGrantOption = false };
}
