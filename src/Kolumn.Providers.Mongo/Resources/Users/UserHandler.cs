using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Kolumn.Protocol;
using Kolumn.Protocol.Schema;
using Kolumn.Providers.Mongo.Database;
using Kolumn.Sdk;
using Kolumn.Sdk.Resources;

namespace Kolumn.Providers.Mongo.Resources.Users;

/// <summary>Users: <c>mongo_user</c>. https://www.mongodb.com/docs/manual/reference/command/createUser/</summary>
internal sealed class UserHandler : IResourceHandler<MongoSession>, IStatementHandler, INormalizingHandler<MongoSession>, IKeepingHandler
{
    /// <summary>Users of it log in by something else than a password that the server knows.</summary>
    private const string External = "$external";

    public string Description => "A user with its roles.";

    public ObjectType Schema { get; } = new()
    {
        Attributes = new Dictionary<string, AttributeSchema>
        {
            ["name"] = Attributes.Text("The user's name; the resource's own name when left out."),
            ["database"] = Attributes.Text("The database that the user belongs to and logs in to, such as admin; the provider's when left out.") with { ForceNew = true },
            ["password"] = Attributes.Text("Its password; left out, the user's own stays, and a new user gets a random one that nobody knows, except in $external.") with { Sensitive = true },
            ["roles"] = new()
            {
                Type = AttributeTypes.List,
                Description = "What the user may do: a role's name, or {role, db} for a role of another database.",
                Elem = Attributes.Any("A name, or {role, db}."),
            },
            ["mechanisms"] = Attributes.Names("How the user may log in, SCRAM-SHA-1 and SCRAM-SHA-256; as it is when left out."),
            ["custom_data"] = Attributes.Any("Whatever is to be kept beside the user: an object."),
        },
    };

    public IReadOnlyCollection<string> Kept { get; } = ["mechanisms"];

    public JsonObject Describe(JsonObject config, DescribeContext context)
    {
        var reader = MongoConfig.Reader(config, context);
        if (reader.Text("database") is { } database && MongoNames.DatabaseFault(database) is { } fault && database != External)
        {
            reader.Invalid("database", $"'{ConfigReader.Shown(database)}' cannot be a database: {fault}");
        }

        return new JsonObject { ["name"] = reader.Name("name") ?? "" }
            .With("database", reader.Text("database"))
            .With("password", reader.Text("password"))
            .With("roles", RoleNames.Describe(reader))
            .With("mechanisms", Sorted(reader.Names("mechanisms")))
            .With("custom_data", reader["custom_data"] as JsonObject);
    }

    public string IdentityOf(JsonObject definition) => Principals.IdentityOf(definition);

    /// <summary>Roles that are there already, or come with the same plan.</summary>
    public IEnumerable<ObjectReference> Requires(JsonObject definition) => RoleHandler.RolesOf(definition);

    public Task<IReadOnlyList<JsonObject>> ReadAsync(MongoSession session, IReadOnlyCollection<string>? identities, CancellationToken cancellationToken) =>
        Principals.ReadAsync(session, identities, new JsonObject { ["usersInfo"] = 1 }, "users", Read, cancellationToken);

    /// <summary>Passwords do not come out of a database.</summary>
    public JsonObject ToConfig(JsonObject definition)
    {
        var config = (JsonObject)definition.DeepClone();
        config.Remove("password");
        return config;
    }

    /// <summary>The server makes no user without a password: one that comes back from quarantine, which keeps no secrets, has to be given a new one.</summary>
    public IReadOnlyList<Statement> Create(JsonObject definition)
    {
        var command = new JsonObject { ["createUser"] = definition.Text("name"), ["roles"] = RoleNames.ToCommand(definition, definition["database"]) }
            .With("mechanisms", definition["mechanisms"])
            .With("customData", definition["custom_data"])
            .In(definition);
        return [WithPassword(command, definition, () => definition.Text("password") ?? RandomNumberGenerator.GetHexString(48))];
    }

    public IReadOnlyList<Statement>? Alter(JsonObject actual, JsonObject desired)
    {
        var command = new JsonObject { ["updateUser"] = desired.Text("name") };
        if (!JsonNode.DeepEquals(actual["roles"], desired["roles"]))
        {
            command["roles"] = RoleNames.ToCommand(desired, desired["database"]);
        }

        if (!JsonNode.DeepEquals(actual["custom_data"], desired["custom_data"]))
        {
            command["customData"] = desired["custom_data"]?.DeepClone() ?? new JsonObject();
        }

        if (!JsonNode.DeepEquals(actual["mechanisms"], desired["mechanisms"]) && desired["mechanisms"] is { } mechanisms)
        {
            command["mechanisms"] = mechanisms.DeepClone();
        }

        return [WithPassword(command.In(desired), desired, () => desired.Text("password")!)];
    }

    public IReadOnlyList<Statement> Drop(JsonObject definition) => [MongoCommand.Statement(new JsonObject { ["dropUser"] = definition.Text("name") }.In(definition))];

    public Task<IReadOnlyList<NormalizedDefinition>> NormalizeAsync(
        MongoSession session, IReadOnlyList<JsonObject> definitions, IReadOnlyDictionary<string, IReadOnlyList<JsonObject>> all, CancellationToken cancellationToken) =>
        Principals.NormalizeAsync(session, definitions, definition => definition.With("roles", RoleNames.Canonical(definition["roles"] as JsonArray, definition.Text("database"))));

    private static Statement WithPassword(JsonObject command, JsonObject definition, Func<string> password) =>
        !definition.ContainsKey("password") && (!command.ContainsKey("createUser") || definition.Text("database") == External)
            ? MongoCommand.Statement(command)
            : new Statement(WithPassword(command, Secret.Redacted)) { WithSecret = () => WithPassword(command, password()) };

    private static string WithPassword(JsonObject command, string password)
    {
        var with = (JsonObject)command.DeepClone();
        with["pwd"] = password;
        return MongoCommand.Text(with);
    }

    private static JsonObject Read(JsonObject entry, string? database) => new JsonObject { ["name"] = entry.Text("user") }
        .With("database", database)
        .With("roles", RoleNames.Canonical(entry["roles"] as JsonArray, entry.Text("db")))
        .With("mechanisms", Sorted((entry["mechanisms"] as JsonArray ?? []).Select(m => (string?)m ?? "")))
        .With("custom_data", entry["customData"]);

    private static JsonArray Sorted(IEnumerable<string> texts) => MongoCommand.Texts(texts.Order(StringComparer.Ordinal));
}
