using System.Text.Json.Nodes;
using Kolumn.MongoDb;
using Kolumn.Protocol;
using Kolumn.Protocol.Schema;
using Kolumn.Providers.Mongo.Database;
using Kolumn.Sdk;
using Kolumn.Sdk.Resources;

namespace Kolumn.Providers.Mongo.Resources.Databases;

/// <summary>
/// Databases: <c>mongo_database</c>. One exists as long as something is in it: a new one gets an empty collection of Kolumn's own, and one that is deleted loses that and
/// nothing else. What Kolumn keeps in a database besides, its logs and what is in quarantine, does not count.
/// </summary>
internal sealed class DatabaseHandler : IResourceHandler<MongoSession>, IOperationHandler<MongoSession>
{
    /// <summary>Keeps a database that is otherwise empty.</summary>
    private const string Keeper = MongoProvider.OwnPrefix + "database";
    private const string Admin = "admin";
    private const int NamespaceExists = 48;

    private static readonly string[] OfTheServer = [Admin, "config", "local"];

    public string Description => "A database of the deployment, which the collections of another provider block may fill.";

    public ObjectType Schema { get; } = new()
    {
        Attributes = new Dictionary<string, AttributeSchema> { ["name"] = Attributes.Text("The database's name; the resource's own name when left out.") },
    };

    public JsonObject Describe(JsonObject config, DescribeContext context)
    {
        var reader = MongoConfig.Reader(config, context);
        var name = reader.Text("name") ?? "";
        if ((OfTheServer.Contains(name) ? "the server keeps its own things in it" : MongoNames.DatabaseFault(name)) is { } fault)
        {
            reader.Invalid("name", $"'{ConfigReader.Shown(name)}' cannot be a database of yours: {fault}");
        }

        return new JsonObject { ["name"] = name };
    }

    public string IdentityOf(JsonObject definition) => definition.Text("name")!;

    public IEnumerable<ObjectReference> Requires(JsonObject definition) => [];

    /// <summary>All of them are told where the provider is connected to admin, which is nobody's own; elsewhere those that are asked for.</summary>
    public async Task<IReadOnlyList<JsonObject>> ReadAsync(MongoSession session, IReadOnlyCollection<string>? identities, CancellationToken cancellationToken)
    {
        var found = new List<JsonObject>();
        foreach (var name in (identities ?? await AllAsync(session, cancellationToken)).Order(StringComparer.Ordinal))
        {
            if ((await CollectionsAsync(session, name, cancellationToken)).Any(c => c == Keeper || IsSomebodys(c)))
            {
                found.Add(new JsonObject { ["name"] = name });
            }
        }

        return found;
    }

    public JsonObject ToConfig(JsonObject definition) => (JsonObject)definition.DeepClone();

    public async Task<JsonObject> CreateAsync(MongoSession session, JsonObject definition, CancellationToken cancellationToken)
    {
        try
        {
            await session.RunAsync(new JsonObject { ["create"] = Keeper, ["$db"] = IdentityOf(definition) }, MongoCommandKind.Write, cancellationToken);
        }
        catch (ProviderException there) when (there.InnerException is MongoException { Code: NamespaceExists })
        {
            // Left by an apply that was killed.
        }

        return definition;
    }

    /// <summary>There is nothing about a database that could be another.</summary>
    public Task<JsonObject> UpdateAsync(MongoSession session, JsonObject actual, JsonObject desired, CancellationToken cancellationToken) => Task.FromResult(desired);

    public async Task DeleteAsync(MongoSession session, JsonObject definition, CancellationToken cancellationToken)
    {
        var name = IdentityOf(definition);
        var collections = await CollectionsAsync(session, name, cancellationToken);
        if (collections.Where(IsSomebodys).Order(StringComparer.Ordinal).ToList() is { Count: > 0 } left)
        {
            throw new ProviderException(Diagnostic.Error(
                DiagnosticCodes.Operation,
                $"database {name} still holds {string.Join(", ", left.Take(5))}{(left.Count > 5 ? $" and {left.Count - 5} more" : "")}",
                "Kolumn drops nothing that it does not manage: delete or move these collections first."));
        }

        if (collections.Contains(Keeper))
        {
            await session.RunAsync(new JsonObject { ["drop"] = Keeper, ["$db"] = name }, MongoCommandKind.Write, cancellationToken);
        }
    }

    private static bool IsSomebodys(string collection) =>
        !collection.StartsWith(MongoProvider.OwnPrefix, StringComparison.Ordinal) && !collection.StartsWith("system.", StringComparison.Ordinal);

    private static async Task<IReadOnlyCollection<string>> AllAsync(MongoSession session, CancellationToken cancellationToken)
    {
        if (session.Database != Admin)
        {
            return [];
        }

        var reply = await session.RunAsync(new JsonObject { ["listDatabases"] = 1, ["nameOnly"] = true, ["$db"] = Admin }, MongoCommandKind.Read, cancellationToken);
        return [.. (reply["databases"] as JsonArray ?? []).OfType<JsonObject>().Select(d => d.Text("name")!).Except(OfTheServer)];
    }

    private static async Task<IReadOnlyList<string>> CollectionsAsync(MongoSession session, string database, CancellationToken cancellationToken) =>
        [.. (await session.AllAsync(new JsonObject { ["listCollections"] = 1, ["nameOnly"] = true, ["$db"] = database }, cancellationToken)).Select(c => c.Text("name")!)];
}
