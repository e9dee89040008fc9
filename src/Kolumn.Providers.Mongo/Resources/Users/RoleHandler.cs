using System.Text.Json.Nodes;
using Kolumn.Protocol;
using Kolumn.Protocol.Schema;
using Kolumn.Providers.Mongo.Database;
using Kolumn.Sdk;
using Kolumn.Sdk.Resources;

namespace Kolumn.Providers.Mongo.Resources.Users;

/// <summary>Roles: <c>mongo_role</c>; those that the server brings are nobody's. https://www.mongodb.com/docs/manual/reference/command/createRole/</summary>
internal sealed class RoleHandler : IResourceHandler<MongoSession>, IStatementHandler, INormalizingHandler<MongoSession>
{
    public string Description => "A role: what its holders may do, by itself and by other roles.";

    public ObjectType Schema { get; } = new()
    {
        Attributes = new Dictionary<string, AttributeSchema>
        {
            ["name"] = Attributes.Text("The role's name; the resource's own name when left out."),
            ["database"] = Attributes.Text("The database that the role belongs to, such as admin; the provider's when left out.") with { ForceNew = true },
            ["privileges"] = Attributes.Objects(
                "What the role allows.",
                new Dictionary<string, AttributeSchema>
                {
                    ["db"] = Attributes.Text("On which database; empty for every one. The role's own when left out."),
                    ["collection"] = Attributes.Text("On which collection; empty or left out for all of the database."),
                    ["cluster"] = Attributes.Flag("On the deployment as a whole, instead."),
                    ["actions"] = Attributes.Names("Such as find, insert, update, remove, createIndex.", required: true),
                }),
            ["roles"] = new()
            {
                Type = AttributeTypes.List,
                Description = "Roles whose privileges it has too: a name, or {role, db} for a role of another database.",
                Elem = Attributes.Any("A name, or {role, db}."),
            },
        },
    };

    public JsonObject Describe(JsonObject config, DescribeContext context)
    {
        var reader = MongoConfig.Reader(config, context);
        if (reader.Text("database") is { } database && MongoNames.DatabaseFault(database) is { } fault)
        {
            reader.Invalid("database", $"'{ConfigReader.Shown(database)}' cannot be a database: {fault}");
        }

        var privileges = reader.Objects("privileges").Select(privilege => (
            Cluster: privilege.Flag("cluster") == true, Db: privilege.Text("db"), Collection: privilege.Text("collection") ?? "", Actions: privilege.Names("actions")));
        return new JsonObject { ["name"] = reader.Name("name") ?? "" }
            .With("database", reader.Text("database"))
            .With("privileges", Canonical(privileges))
            .With("roles", RoleNames.Describe(reader));
    }

    public string IdentityOf(JsonObject definition) => Principals.IdentityOf(definition);

    public IEnumerable<ObjectReference> Requires(JsonObject definition) => RolesOf(definition);

    /// <summary>The roles that a definition names.</summary>
    public static IEnumerable<ObjectReference> RolesOf(JsonObject definition) => (definition["roles"] as JsonArray ?? [])
        .OfType<JsonObject>()
        .Select(role => new JsonObject { ["name"] = role.Text("role") }.With("database", role["db"] ?? definition["database"]))
        .Select(role => new ObjectReference("role", Principals.IdentityOf(role)));

    public Task<IReadOnlyList<JsonObject>> ReadAsync(MongoSession session, IReadOnlyCollection<string>? identities, CancellationToken cancellationToken) =>
        Principals.ReadAsync(session, identities, new JsonObject { ["rolesInfo"] = 1, ["showPrivileges"] = true }, "roles", Read, cancellationToken);

    public JsonObject ToConfig(JsonObject definition) => (JsonObject)definition.DeepClone();

    public IReadOnlyList<Statement> Create(JsonObject definition) => [Command("createRole", definition)];

    public IReadOnlyList<Statement>? Alter(JsonObject actual, JsonObject desired) => [Command("updateRole", desired)];

    public IReadOnlyList<Statement> Drop(JsonObject definition) => [MongoCommand.Statement(new JsonObject { ["dropRole"] = definition.Text("name") }.In(definition))];

    public Task<IReadOnlyList<NormalizedDefinition>> NormalizeAsync(
        MongoSession session, IReadOnlyList<JsonObject> definitions, IReadOnlyDictionary<string, IReadOnlyList<JsonObject>> all, CancellationToken cancellationToken) =>
        Principals.NormalizeAsync(session, definitions, definition => definition.With("roles", RoleNames.Canonical(definition["roles"] as JsonArray, definition.Text("database"))).With("privileges", Sorted(definition)));

    private static Statement Command(string name, JsonObject definition) => MongoCommand.Statement(new JsonObject
    {
        [name] = definition.Text("name"),
        ["privileges"] = new JsonArray([.. (definition["privileges"] as JsonArray ?? []).OfType<JsonObject>().Select(privilege => (JsonNode)new JsonObject
        {
            ["resource"] = privilege.IsSet("cluster")
                ? new JsonObject { ["cluster"] = true }
                : new JsonObject { ["db"] = privilege.Text("db") ?? definition.Text("database") ?? MongoSession.OwnDatabase, ["collection"] = privilege.Text("collection") ?? "" },
            ["actions"] = privilege["actions"]?.DeepClone() ?? new JsonArray(),
        })]),
        ["roles"] = RoleNames.ToCommand(definition),
    }.In(definition));

    private static JsonObject Read(JsonObject entry, string? database) => new JsonObject { ["name"] = entry.Text("role") }
        .With("database", database)
        .With("privileges", Canonical((entry["privileges"] as JsonArray ?? []).OfType<JsonObject>().Select(privilege =>
        {
            var resource = privilege["resource"] as JsonObject ?? [];
            var actions = (privilege["actions"] as JsonArray ?? []).Select(action => (string?)action ?? "");
            var db = resource.Text("db");
            return (Cluster: resource.IsSet("cluster"), Db: db == entry.Text("db") ? null : db, Collection: resource.Text("collection") ?? "", Actions: (IReadOnlyList<string>)[.. actions]);
        })))
        .With("roles", RoleNames.Canonical(entry["roles"] as JsonArray, entry.Text("db")));

    private static JsonArray Sorted(JsonObject definition) => Canonical((definition["privileges"] as JsonArray ?? []).OfType<JsonObject>().Select(privilege => (
        Cluster: privilege.IsSet("cluster"), Db: privilege.Text("db"), Collection: privilege.Text("collection") ?? "", Actions: (IReadOnlyList<string>)[.. (privilege["actions"] as JsonArray ?? []).Select(a => (string?)a ?? "")])));

    /// <summary>Sorted, since the order means nothing.</summary>
    private static JsonArray Canonical(IEnumerable<(bool Cluster, string? Db, string Collection, IReadOnlyList<string> Actions)> privileges) => new([.. privileges
        .OrderBy(p => p.Cluster)
        .ThenBy(p => p.Db, StringComparer.Ordinal)
        .ThenBy(p => p.Collection, StringComparer.Ordinal)
        .Select(p =>
        {
            var privilege = new JsonObject().With("cluster", p.Cluster);
            if (!p.Cluster && p.Db is { } db)
            {
                privilege["db"] = db;
            }

            return (JsonNode)privilege.With("collection", p.Collection.Length == 0 ? null : p.Collection).With("actions", MongoCommand.Texts(p.Actions.Distinct().Order(StringComparer.Ordinal)));
        })]);
}
