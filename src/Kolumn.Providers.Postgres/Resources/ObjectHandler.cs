using System.Text.Json.Nodes;
using Kolumn.Protocol;
using Kolumn.Protocol.Schema;
using Kolumn.Providers.Postgres.Database;
using Kolumn.Providers.Postgres.Resources.Extensions;
using Kolumn.Providers.Postgres.Resources.Privileges;
using Kolumn.Providers.Postgres.Resources.Schemas;
using Kolumn.Providers.Postgres.Sql;
using Kolumn.Sdk;
using Kolumn.Sdk.Sql;

namespace Kolumn.Providers.Postgres.Resources;

/// <summary>
/// What the handlers of all kinds share: definitions are JSON outside and records inside; a schema comes first; a comment and
/// an owner are put on what is made and changed in place.
/// </summary>
internal abstract class ObjectHandler<T> : IResourceHandler<PostgresSession>, IStatementHandler, IKeepingHandler, IOrderPreferringHandler, IRenamingHandler
    where T : class, IObjectDefinition
{
    public abstract string Description { get; }

    public abstract ObjectType Schema { get; }

    /// <summary>An owner that nobody names stays.</summary>
    public virtual IReadOnlyCollection<string> Kept { get; } = ["owner"];

    public virtual bool CanRename => true;

    public virtual IReadOnlyCollection<string> RenamedParts => [];

    public JsonObject Describe(JsonObject config, DescribeContext context) =>
        DefinitionJson.Write(Describe(new ConfigReader(config, AttributePath.Root, context, SqlDialect.Postgres)));

    public virtual string IdentityOf(JsonObject definition) => DefinitionJson.IdentityOf(definition);

    public IEnumerable<ObjectReference> Requires(JsonObject definition)
    {
        if ((string?)definition["schema"] is { } schema)
        {
            yield return new ObjectReference(SchemaResource.Type, schema);
        }

        if ((string?)definition["owner"] is { } owner)
        {
            foreach (var role in SqlReferences.ToRole(owner))
            {
                yield return role;
            }
        }

        foreach (var reference in Needs(definition))
        {
            yield return reference;
        }
    }

    /// <summary>Nobody can tell which extension brings a type or function, so all of them come early; and what default privileges are for is yet to be made.</summary>
    public virtual IEnumerable<ObjectReference> Prefers(JsonObject definition) => [ExtensionHandler.Every, DefaultPrivilegesHandler.Every];

    public async Task<IReadOnlyList<JsonObject>> ReadAsync(PostgresSession session, IReadOnlyCollection<string>? identities, CancellationToken cancellationToken)
    {
        var found = await ReadAsync(session, identities?.Select(LookupOf).OfType<QualifiedName>().Distinct().ToList(), SchemaNames.Actual, cancellationToken);
        var definitions = found.Select(DefinitionJson.Write);
        if (identities is null)
        {
            return [.. definitions];
        }

        // One name may stand for several objects: overloads, a table's triggers.
        var wanted = identities.ToHashSet(StringComparer.Ordinal);
        return [.. definitions.Where(definition => wanted.Contains(IdentityOf(definition)))];
    }

    public JsonObject ToConfig(JsonObject definition) => ToConfig(DefinitionJson.Read<T>(definition));

    public IReadOnlyList<Statement> Create(JsonObject definition)
    {
        var made = DefinitionJson.Read<T>(definition);
        return
        [
            .. Create(made),
            .. made.Comment is null ? [] : new[] { made.Sql.Comment(made.Comment) },
            .. made.Owner is null ? [] : new[] { made.Sql.Owner(made.Owner) },
        ];
    }

    public IReadOnlyList<Statement>? Alter(JsonObject actual, JsonObject desired)
    {
        var (old, now) = (DefinitionJson.Read<T>(actual), DefinitionJson.Read<T>(desired));
        return Alter(old, now) is not { } changes ? null :
        [
            .. changes,
            .. DescribedAndOwned(old, now),
        ];
    }

    public virtual IReadOnlyList<Statement>? Rename(JsonObject definition, Renaming renaming) => [DefinitionJson.Read<T>(definition).Sql.Rename(renaming.To)];

    public virtual FollowingNames? NamesThatFollow(JsonObject actual, JsonObject desired) => null;

    /// <summary>What changes comment and owner.</summary>
    protected static IEnumerable<Statement> DescribedAndOwned(T actual, T desired) =>
    [
        .. actual.Comment == desired.Comment ? [] : new[] { desired.Sql.Comment(desired.Comment) },
        .. actual.Owner == desired.Owner || desired.Owner is null ? [] : new[] { desired.Sql.Owner(desired.Owner) },
    ];

    public virtual IReadOnlyList<Statement> Drop(JsonObject definition) => [Drop(DefinitionJson.Read<T>(definition))];

    protected abstract T Describe(ConfigReader config);

    /// <summary>What comes first beside schema and owner. Asked for every object of every plan.</summary>
    protected abstract IEnumerable<ObjectReference> Needs(JsonObject definition);

    /// <summary>Under which schema and name the catalog queries find the object; null for an identity that can be nobody's.</summary>
    protected virtual QualifiedName? LookupOf(string identity) => QualifiedName.Parse(identity);

    /// <param name="lookups">Null for all.</param>
    protected abstract Task<IReadOnlyList<T>> ReadAsync(
        PostgresSession session, IReadOnlyCollection<QualifiedName>? lookups, SchemaNames names, CancellationToken cancellationToken);

    protected virtual JsonObject ToConfig(T definition)
    {
        var config = DefinitionJson.Write(definition);
        if ((string?)config["schema"] == QualifiedName.DefaultSchema)
        {
            config.Remove("schema");
        }

        return config;
    }

    /// <summary>Without comment and owner.</summary>
    protected abstract IEnumerable<Statement> Create(T definition);

    /// <summary>What changes beside comment and owner; null when it has to be made again.</summary>
    protected abstract IEnumerable<Statement>? Alter(T actual, T desired);

    protected virtual Statement Drop(T definition) => definition.Sql.Drop;
}
