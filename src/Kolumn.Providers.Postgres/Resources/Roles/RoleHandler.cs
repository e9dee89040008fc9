using System.Text.Json.Nodes;
using Kolumn.Protocol;
using Kolumn.Protocol.Schema;
using Kolumn.Providers.Postgres.Database;
using Kolumn.Providers.Postgres.Resources.Databases;
using Kolumn.Providers.Postgres.Sql;
using Kolumn.Sdk;

namespace Kolumn.Providers.Postgres.Resources.Roles;

/// <summary>
/// Roles, which are the whole server's. PostgreSQL knows one kind; here those that may log in are users and the others roles, so that what
/// exists is told as exactly one of them. Whoever is asked for by name is found under either type: a login that comes or goes is a
/// difference, and not another object.
/// </summary>
/// <param name="login">Whether these are the users.</param>
internal sealed class RoleHandler(bool login) : ObjectHandler<RoleDefinition>, ISecretHandler<PostgresSession>, IIncompleteHandler<PostgresSession>, IPostponingHandler
{
    public override string Description => login ? "A user: a role that may log in." : "A role that may not log in: a group, an owner.";

    public override ObjectType Schema => login ? RoleResource.UserSchema : RoleResource.RoleSchema;

    public override IReadOnlyCollection<string> Kept => [];

    public override string IdentityOf(JsonObject definition) => (string)definition["name"]!;

    public override IEnumerable<ObjectReference> Prefers(JsonObject definition) => [];

    /// <summary>A role may own the database in which it has settings.</summary>
    public bool CanPostpone(ObjectReference requirement) => requirement.Type == DatabaseResource.Type;

    public JsonObject Without(JsonObject definition, IReadOnlyCollection<ObjectReference> requirements)
    {
        var without = (JsonObject)definition.DeepClone();
        if (without["set_in_database"] is JsonObject settings)
        {
            foreach (var database in requirements.Where(CanPostpone))
            {
                settings.Remove(database.Identity);
            }

            if (settings.Count == 0)
            {
                without.Remove("set_in_database");
            }
        }

        return without;
    }

    public Task<IReadOnlyList<Diagnostic>> FindUnsupportedAsync(PostgresSession session, CancellationToken cancellationToken) =>
        login ? RoleCatalog.FindPasswordsAsync(session, cancellationToken) : Task.FromResult<IReadOnlyList<Diagnostic>>([]);

    public async Task<IReadOnlyList<bool?>> HaveSecretsAsync(PostgresSession session, IReadOnlyList<JsonObject> described, CancellationToken cancellationToken)
    {
        var users = described.Select(DefinitionJson.Read<RoleDefinition>).ToList();
        var asked = users.Where(user => user.Password is not null).Select(user => user.Name).ToList();
        var kept = asked.Count == 0 ? null : await RoleCatalog.ReadPasswordsAsync(session, asked, cancellationToken);
        return
        [
            .. users.Select(user => kept is null || user.Password is null
                ? (bool?)null
                : kept.TryGetValue(user.Name, out var stored) && ScramVerifier.Matches(stored, user.Password, user.Name)),
        ];
    }

    protected override RoleDefinition Describe(ConfigReader config) => RoleResource.Describe(config, login);

    protected override IEnumerable<ObjectReference> Needs(JsonObject definition) =>
        (definition["member_of"]?.AsArray() ?? []).SelectMany(membership => SqlReferences.ToRole((string)membership!["name"]!))
            .Concat((definition["set_in_database"]?.AsObject() ?? []).Select(settings => new ObjectReference(DatabaseResource.Type, settings.Key)));

    protected override QualifiedName? LookupOf(string identity) => new("", identity);

    protected override Task<IReadOnlyList<RoleDefinition>> ReadAsync(
        PostgresSession session, IReadOnlyCollection<QualifiedName>? lookups, SchemaNames names, CancellationToken cancellationToken) =>
        RoleCatalog.ReadAsync(session, lookups, login, cancellationToken);

    protected override JsonObject ToConfig(RoleDefinition definition) => RoleResource.ToConfig(base.ToConfig(definition));

    protected override IEnumerable<Statement> Create(RoleDefinition definition) => RoleSql.Create(definition);

    protected override IEnumerable<Statement>? Alter(RoleDefinition actual, RoleDefinition desired) => RoleSql.Changes(actual, desired);

    /// <exception cref="ProviderException">It has become one of the others, and is perhaps managed as such.</exception>
    protected override Statement Drop(RoleDefinition definition) => definition.Login == login ? definition.Sql.Drop : throw new ProviderException(Diagnostic.Error(
        DiagnosticCodes.Operation,
        login ? $"The user {definition.Name} is not dropped: it may not log in any more" : $"The role {definition.Name} is not dropped: it may log in now",
        $"Somebody has made a {(login ? RoleResource.Role : RoleResource.User)} of it. Take it out of the state (kolumn state rm), or change it back."));
}
