using System.Text.Json.Nodes;
using Kolumn.Protocol;
using Kolumn.Protocol.Schema;
using Kolumn.Providers.MySql.Database;
using Kolumn.Providers.MySql.Sql;
using Kolumn.Sdk;
using Kolumn.Sdk.Sql;

namespace Kolumn.Providers.MySql.Resources.Accounts;

/// <summary>Users, or roles. They are the whole server's, so only a provider block that names no database discovers them.</summary>
/// <param name="isRole">false for users.</param>
internal sealed class AccountHandler(bool isRole)
    : RecordHandler<MySqlSession, AccountDefinition, MySqlAccount>(DefinitionJson.Format, SqlDialect.MySql), IKeepingHandler, ISecretHandler<MySqlSession>, IAdaptingHandler<MySqlSession>, IIncompleteHandler<MySqlSession>, IRenamingHandler
{
    public override string Description => isRole ? "A role: rights that users have together." : "A user: who may log in, and from where.";

    public override ObjectType Schema => isRole ? AccountResource.RoleSchema : AccountResource.UserSchema;

    public IReadOnlyCollection<string> Kept => isRole ? [] : ["plugin"];

    public override string IdentityOf(JsonObject definition) => Format.Read<AccountDefinition>(definition).Account(isRole).ToString();

    public override IEnumerable<ObjectReference> Requires(JsonObject definition) =>
        (definition["member_of"]?.AsArray() ?? []).Select(one => new ObjectReference(AccountResource.Role, (string)one!["name"]!));

    /// <summary>Only mysql_native_password keeps what can be compared.</summary>
    public async Task<IReadOnlyList<bool?>> HaveSecretsAsync(MySqlSession session, IReadOnlyList<JsonObject> described, CancellationToken cancellationToken)
    {
        var users = described.Select(Format.Read<AccountDefinition>).ToList();
        var asked = users.Where(user => user.Password is not null).Select(user => user.Account(isRole)).ToList();
        var kept = asked.Count == 0 ? new Dictionary<MySqlAccount, (string Plugin, string Hash)>() : await AccountCatalog.ReadHashesAsync(session, asked, cancellationToken);
        return [.. users.Select(HasSecret)];

        bool? HasSecret(AccountDefinition user) => user.Password is { } password && kept.TryGetValue(user.Account(isRole), out var stored) && stored.Plugin == NativePassword.Plugin
            ? string.Equals(stored.Hash, NativePassword.HashOf(password), StringComparison.OrdinalIgnoreCase)
            : null;
    }

    public IReadOnlyList<Statement> Adapt(MySqlSession session, JsonObject definition, IReadOnlyList<Statement> statements) =>
        session.Server.IsMariaDb ? [.. statements.Select(statement => AccountSql.ForMariaDb(Format.Read<AccountDefinition>(definition), statement))] : statements;

    /// <summary>MariaDB renames no role.</summary>
    public bool CanRename => !isRole;

    public IReadOnlyList<Statement> Rename(JsonObject definition, Renaming renaming)
    {
        var account = Format.Read<AccountDefinition>(definition).Account(isRole);
        return [new Statement($"RENAME USER {account.Quoted} TO {(account with { Name = renaming.To }).Quoted}")];
    }

    public async Task<IReadOnlyList<Diagnostic>> FindUnsupportedAsync(MySqlSession session, CancellationToken cancellationToken)
    {
        if (isRole || session.Database is not null)
        {
            return [];
        }

        try
        {
            await AccountCatalog.ReadAsync(session, null, isRole, cancellationToken);
            return [];
        }
        catch (ProviderException refused) when (refused.Diagnostic.Code == DiagnosticCodes.Permission)
        {
            return [Diagnostic.Warning(DiagnosticCodes.Permission, "Users, roles and grants are left out: the user may not see them", "Grant it SELECT on mysql.*.")];
        }
    }

    protected override AccountDefinition Describe(ConfigReader config) => AccountResource.Describe(config, isRole);

    protected override MySqlAccount? LookupOf(string identity) => isRole ? new MySqlAccount(identity, null) : MySqlAccount.Parse(identity);

    protected override async Task<IReadOnlyList<AccountDefinition>> ReadAsync(MySqlSession session, IReadOnlyCollection<MySqlAccount>? lookups, CancellationToken cancellationToken)
    {
        if (lookups is null && session.Database is not null)
        {
            return [];
        }

        try
        {
            return await AccountCatalog.ReadAsync(session, lookups, isRole, cancellationToken);
        }
        catch (ProviderException refused) when (lookups is null && refused.Diagnostic.Code == DiagnosticCodes.Permission)
        {
            // Told by FindUnsupportedAsync.
            return [];
        }
    }

    protected override JsonObject ToConfig(AccountDefinition definition) => AccountResource.ToConfig(Format.Write(definition));

    protected override IEnumerable<Statement> Create(AccountDefinition definition) => AccountSql.Create(definition, isRole);

    protected override IEnumerable<Statement> Alter(AccountDefinition actual, AccountDefinition desired) => AccountSql.Changes(actual, desired, isRole);

    protected override IEnumerable<Statement> Drop(AccountDefinition definition) => [new Statement($"DROP {(isRole ? "ROLE" : "USER")} {definition.Account(isRole).Quoted}")];
}
